"""Finding a table's row again on the page: its cells stand side by side, so they are looked for together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractors.locate import candidates, locate
from extractors.page_index import squash
from extractors.reading import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.page_index import PageIndex, Place
    from extractors.reading import Finding, Match
    from schemas import Field

MAX_ANCHORS = 40
ABOVE, BELOW = 0.6, 1.5
"""Heights of the anchor's letters within which the other cells of a row may stand, above and below it."""
SAME_LINE = 0.5
IN_THE_ROW = 0.4


def locate_rows(
    index: PageIndex, columns: Sequence[Field], rows: Sequence[Mapping[str, Finding]]
) -> list[dict[str, Evidence]]:
    """For each row the evidence of its cells, by column; rows come in the order in which they are printed."""
    located = []
    after: tuple[int, float] = (-1, 0.0)
    for row in rows:
        places, after = _row(index, columns, row, after)
        located.append(places)
    return located


def _row(
    index: PageIndex, columns: Sequence[Field], row: Mapping[str, Finding], after: tuple[int, float]
) -> tuple[dict[str, Evidence], tuple[int, float]]:
    cells = {c.name: c for c in columns if c.name in row and row[c.name].value is not None}
    found = {name: candidates(index, c.kind, _value(row[name]), row[name].text) for name, c in cells.items()}
    anchor = _anchor(index, row, found, after)
    evidence: dict[str, Evidence] = {}
    used: set[Place] = set()
    for name, field in cells.items():
        places, match = found[name]
        inside = [p for p in places if anchor is not None and _nearness(index, p, anchor) > 0]
        free = [p for p in inside if p not in used] or inside
        if anchor is not None and free:
            best = min(free, key=lambda p: (-_nearness(index, p, anchor), index.box(p).x0))
            used.add(best)
            page = index.pages[best.page].index
            evidence[name] = Evidence(page=page, box=index.box(best), text=index.text(best), match=match)
        else:
            evidence[name] = locate(index, field.kind, _value(row[name]), row[name].text)
    return evidence, after if anchor is None else (anchor.page, index.words(anchor)[0].box.y0)


def _value(finding: Finding) -> Any:  # noqa: ANN401 - a `Value` that is not None
    return finding.value


def _anchor(
    index: PageIndex,
    row: Mapping[str, Finding],
    found: Mapping[str, tuple[list[Place], Match]],
    after: tuple[int, float],
) -> Place | None:
    """The place of the row's rarest cell around which the others stand; the next below the last row among equals."""
    shown = [name for name, (places, _) in found.items() if places]
    if not shown:
        return None
    # The longest text is the rarest; among numbers, the one printed least often.
    rarest = max(
        shown, key=lambda n: (len(squash(row[n].text)) if isinstance(row[n].value, str) else 0, -len(found[n][0]))
    )

    def rank(place: Place) -> tuple[float, bool, int, float]:
        around = sum(max((_nearness(index, p, place) for p in places), default=0.0) for places, _ in found.values())
        top = index.words(place)[0].box.y0
        return around, (place.page, top) > after, -place.page, -top

    return max(found[rarest][0][:MAX_ANCHORS], key=rank)


def _nearness(index: PageIndex, place: Place, anchor: Place) -> float:
    """1 in the anchor's first line, less in the lines that a row may go on in, 0 elsewhere."""
    if place.page != anchor.page:
        return 0.0
    line, box = index.words(anchor)[0].box, index.words(place)[0].box
    if abs(box.cy - line.cy) < SAME_LINE * line.height:
        return 1.0
    return IN_THE_ROW if line.y0 - ABOVE * line.height <= box.cy < line.y1 + BELOW * line.height else 0.0
