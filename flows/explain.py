"""Where a value came from, as text and as a picture of the page with the evidence marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.summary import plural
from review.picture import Mark, marked_page
from tiling import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.looking import Row, Seen
    from tiling.open import OpenDocument

PICTURE_SIDE_PX = 1600


def overview(seen: Seen) -> Iterator[str]:
    """The document, its checks, and one line a value."""
    yield from _head(seen)
    record = seen.record
    if record is None:
        return
    width = max((len(f["path"]) for f in seen.fields), default=0)
    yield ""
    for row in seen.fields:
        value = row["value"] if row["state"] == "value" else f"({row['state']})"
        where = f"page {row['page']}" if row["page"] else ""
        why = ", ".join(row["reasons"] or ())
        head = f"  {row['path']:{width}}  {_confidence(row['confidence'])}  {row['status']:9}"
        yield f"{head}  {_short(value):32}  {where:8} {why}".rstrip()
    yield ""
    yield from (f"  check {c['outcome']:13} {c['name']}: {c['message']}" for c in record["_checks"] or ())
    yield from (f"  note  {note}" for note in record["_notes"] or ())


def _head(seen: Seen) -> Iterator[str]:
    record = seen.record
    first: Row = record or (seen.failures[0] if seen.failures else {})
    yield f"{first.get('_source', '?')}  ({seen.document_id[:12]}, schema {seen.schema.name} {seen.schema.version})"
    others = [s for s in first.get("_sources") or () if s != first.get("_source")]
    if others:
        yield f"  same bytes: {', '.join(others)}"
    if record:
        confidence = _confidence(record["_confidence"]).strip()
        pages = plural(record["_pages"], "page", "pages")
        yield f"  {record['_status']}, read by {record['_reader']}, {pages}, confidence {confidence}"
    for page in seen.pages:
        if page["state"] != "read":
            yield f"  page {page['page']} is {page['state']}"
    for failure in seen.failures:
        where = f"page {failure['page']}: " if failure["page"] else ""
        yield f"  {where}{failure['stage']} failed, {failure['reason']}: {failure['message']}"


def detail(seen: Seen, row: Row) -> Iterator[str]:
    """All that is known of one value."""
    yield from _head(seen)
    yield ""
    box: dict[str, Any] | None = row["box"]
    lines = {
        "field": row["path"],
        "value": row["value"] if row["state"] == "value" else f"({row['state']})",
        "as printed": row["text"],
        "where": f"page {row['page']}" if row["page"] else "nowhere on the page",
        "box": f"{box['x0']:.4f} {box['y0']:.4f} {box['x1']:.4f} {box['y1']:.4f} of the page" if box else "",
        "found again": row["match"],
        "read by": row["reader"],
        "confidence": _confidence(row["confidence"]).strip(),
        "status": row["status"],
        "reasons": ", ".join(row["reasons"] or ()),
        "next best": ", ".join(row["alternatives"] or ()),
    }
    yield from (f"  {name:12} {value}" for name, value in lines.items() if value)
    signals = sorted((dict(row["signals"]) if row["signals"] else {}).items())
    if signals:
        yield f"  {'signals':12} " + ", ".join(f"{name} {value:.2f}" for name, value in signals)
    yield from (f"  {'note':12} {note}" for note in row["notes"] or ())
    for check in (seen.record or {}).get("_checks") or ():
        if row["path"] in (check["paths"] or ()):
            yield f"  {'check':12} {check['name']} {check['outcome']}: {check['message']}"


def pictures(seen: Seen, document: OpenDocument, rows: Sequence[Row]) -> Iterator[tuple[int, bytes]]:
    """(1-based page, PNG) of every page that holds evidence of one of the rows, the rows' boxes marked."""
    wanted = {row["path"] for row in rows}
    for page in sorted({row["page"] for row in rows if row["page"] and row["box"]}):
        here = [f for f in seen.fields if f["page"] == page and f["box"] and f["path"] in wanted]
        marks = [Mark(box=_box(f), caption=_caption(f), doubtful=f["status"] == "review") for f in here]
        pixels = document.render(page - 1, longest_side_px=PICTURE_SIDE_PX)
        yield page, marked_page(pixels, marks)


def _box(row: Row) -> Box:
    box = row["box"]
    return Box(box["x0"], box["y0"], box["x1"], box["y1"])


def _caption(row: Row) -> str:
    return f"{row['path']}  {_short(row['value'], 26)}  {_confidence(row['confidence']).strip()}"


def _confidence(value: float | None) -> str:
    return "  -  " if value is None else f"{value:5.3f}"


def _short(value: str | None, length: int = 32) -> str:
    text = value or ""
    return text if len(text) <= length else text[: length - 1] + "…"
