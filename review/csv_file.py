"""The review queue as a CSV file that Excel, LibreOffice and programs read alike."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from review.cells import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from review.items import ReviewItem

COLUMNS = (
    "item_id",
    "source",
    "document_id",
    "page",
    "path",
    "label",
    "value",
    "text",
    "state",
    "confidence",
    "threshold",
    "reasons",
    "notes",
    "alternatives",
    "box",
    "crop",
    "schema",
    "schema_version",
    "run_id",
    "value_hash",
    "decision",
    "corrected_value",
    "reviewer",
    "note",
)
"""The last four are the reviewer's. Decisions: accept | correct | absent | unreadable | reject."""
DECISION_COLUMNS = COLUMNS[-4:]
BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a CSV without it for the local 8-bit code page."""


def lines_of(items: Iterable[tuple[ReviewItem, str, float]]) -> Iterator[str]:
    """The file's text in pieces (RFC 4180: CRLF, every cell quoted).

    `items`: item, the path of its crop or '', and the confidence from which it would have been accepted.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield BYTE_ORDER_MARK + buffer.getvalue()
    for item, crop, threshold in items:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([escape(cell) for cell in _cells(item, crop, threshold)])
        yield buffer.getvalue()


def _cells(item: ReviewItem, crop: str, threshold: float) -> list[str]:
    box = item.box
    return [
        item.item_id,
        item.source,
        item.document_id,
        "" if item.page is None else str(item.page),
        item.path,
        item.label,
        item.value or "",
        item.text,
        item.state,
        "" if item.confidence is None else f"{item.confidence:.3f}",
        f"{threshold:.3f}",
        " ".join(item.reasons),
        " | ".join(item.notes),
        " | ".join(item.alternatives),
        "" if box is None else f"{box.x0:.4f} {box.y0:.4f} {box.x1:.4f} {box.y1:.4f}",
        crop,
        item.schema,
        item.schema_version,
        item.run_id,
        item.value_hash,
        "",
        "",
        "",
        "",
    ]
