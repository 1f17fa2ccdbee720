"""What waits for a person: one item a value, read from the `fields` table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiling import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """One value that a person is asked to decide on."""

    item_id: str
    """The same for the same document, schema and path, whatever was read."""
    source: str
    document_id: str
    schema: str
    schema_version: str
    run_id: str
    path: str
    label: str
    value: str | None
    text: str
    state: str
    confidence: float | None
    reasons: tuple[str, ...]
    alternatives: tuple[str, ...]
    notes: tuple[str, ...]
    page: int | None
    """1-based."""
    box: Box | None
    """Shares of the page as displayed."""

    @property
    def value_hash(self) -> str:
        """What a decision was about: an import whose hash differs is about a value that has changed since."""
        return hash_of_value(self.document_id, self.path, self.state, self.value)


def id_of_item(document_id: str, schema: str, path: str) -> str:
    """The id under which a value is asked about, at every export."""
    return digest(document_id, schema, path)


def hash_of_value(document_id: str, path: str, state: str, value: str | None) -> str:
    """The lock of a value: as long as it is the same, what was decided about it holds."""
    return digest(document_id, path, state, value or "")


def digest(*parts: str) -> str:
    """An `h` and sixteen hexadecimal digits over the parts: no spreadsheet takes that for a number and rounds it."""
    return "h" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def items_of(
    fields: pa.Table, *, schema: str, schema_version: str, run_id: str, labels: dict[str, str]
) -> Iterator[ReviewItem]:
    """The items of one part of the `fields` table, in its order. `labels`: field or column name -> title."""
    import pyarrow.compute as pc

    for row in fields.filter(pc.equal(fields["status"], "review")).to_pylist():
        yield _item(row, schema, schema_version, run_id, labels)


def _item(row: dict[str, Any], schema: str, schema_version: str, run_id: str, labels: dict[str, str]) -> ReviewItem:
    box = row["box"]
    return ReviewItem(
        item_id=id_of_item(row["_document_id"], schema, row["path"]),
        source=row["_source"],
        document_id=row["_document_id"],
        schema=schema,
        schema_version=schema_version,
        run_id=run_id,
        path=row["path"],
        label=label_of(row["path"], labels),
        value=row["value"],
        text=row["text"] or "",
        state=row["state"],
        confidence=row["confidence"],
        reasons=tuple(row["reasons"] or ()),
        alternatives=tuple(row["alternatives"] or ()),
        notes=tuple(row["notes"] or ()),
        page=row["page"],
        box=Box(box["x0"], box["y0"], box["x1"], box["y1"]) if box else None,
    )


def label_of(path: str, labels: dict[str, str]) -> str:
    """`line_items[2].quantity` as a person reads it: `Line items, row 3: Quantity`."""
    head, _, column = path.partition(".")
    name, bracket, index = head.partition("[")
    label = labels.get(name, name)
    if bracket:
        label += f", row {int(index.rstrip(']')) + 1}"
    return f"{label}: {labels.get(f'{name}.{column}', column)}" if column else label
