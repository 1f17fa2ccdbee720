"""What a person wrote into the review CSV, as it came back from a spreadsheet."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from review.cells import unescape
from review.csv_file import BYTE_ORDER_MARK, DECISION_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NEEDED = ("item_id", "document_id", "path", "schema", "value_hash", "decision", "corrected_value")
OPTIONAL = ("reviewer", "note")
DELIMITERS = (",", ";", "\t")
"""Spreadsheets write the one that is usual where they run."""
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class DecisionsError(ValueError):
    """The file is no review CSV; the message says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRow:
    """One row on which something was decided; of the other columns nothing is read back."""

    row: int
    """As the spreadsheet counts: the heads are row 1."""
    item_id: str
    document_id: str
    schema: str
    path: str
    value_hash: str
    decision: str
    """In small letters, not checked yet."""
    corrected_value: str
    reviewer: str
    note: str


def read_decisions(path: Path) -> tuple[list[DecidedRow], int]:
    """The rows on which something is decided, and how many others there are; DecisionsError for another file."""
    text = _text(path)
    heads = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=heads.count)
    try:
        reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            msg = (
                f"{path} lacks the columns {', '.join(missing)}; keep all that `extract review export` writes, and "
                f"fill in only {', '.join(DECISION_COLUMNS)}."
            )
            raise DecisionsError(msg)
        rows = list(reader)
    except csv.Error as error:
        msg = f"{path} is no CSV: {error}"
        raise DecisionsError(msg) from error
    decided = [_decided(row, number) for number, row in enumerate(rows, start=2) if _says_something(row)]
    return decided, len(rows) - len(decided)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}"
        raise DecisionsError(msg) from error
    try:
        return data.decode("utf-16" if data.startswith(UTF_16_MARKS) else "utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        msg = f"{path} is not in UTF-8 (byte {error.start}); save it as `CSV UTF-8`."
        raise DecisionsError(msg) from error


def _says_something(row: Mapping[str | None, str | None]) -> bool:
    return any((row.get(name) or "").strip() for name in ("decision", "corrected_value"))


def _decided(row: Mapping[str | None, str | None], number: int) -> DecidedRow:
    cells = {name: unescape(row.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)}
    return DecidedRow(row=number, **(cells | {"decision": cells["decision"].lower()}))
