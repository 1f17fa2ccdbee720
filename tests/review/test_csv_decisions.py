"""What a spreadsheet made of the review CSV is read back, and only the reviewer's columns count."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from review.cells import escape
from review.csv_decisions import DecisionsError, read_decisions
from review.csv_file import COLUMNS

ROW = {"item_id": "h1", "document_id": "d1", "schema": "note", "path": "total", "value_hash": "h2", "value": "=1+1"}


def text_of(*rows: dict[str, str], delimiter: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    buffer = StringIO()
    writer = csv.DictWriter(buffer, columns, delimiter=delimiter, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({k: escape(v) for k, v in row.items()} for row in rows)
    return buffer.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_spreadsheets_write_is_read(tmp_path, delimiter, encoding):
    path = tmp_path / "review.csv"
    decided = ROW | {"decision": " Correct ", "corrected_value": "-12.50 \u20ac", "reviewer": "@rita"}
    path.write_text(text_of(decided, ROW, delimiter=delimiter), encoding=encoding, newline="")
    (row,), undecided = read_decisions(path)
    assert (row.row, row.decision, row.corrected_value, row.reviewer) == (2, "correct", "-12.50 \u20ac", "@rita")
    assert undecided == 1


def test_a_cell_with_line_breaks_does_not_shift_the_rows(tmp_path):
    path = tmp_path / "review.csv"
    noted = ROW | {"text": 'two\nlines; and, a "quote"\u2028'}
    path.write_text(text_of(noted, ROW | {"decision": "accept"}), newline="")
    (row,), _ = read_decisions(path)
    assert (row.row, row.document_id) == (3, "d1")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "lacks the columns item_id"),
        (text_of(ROW, columns=("item_id", "decision")).encode(), "lacks the columns document_id, path"),
        ("decision;caf\u00e9".encode("latin-1"), "CSV UTF-8"),
        (b'item_id,document_id\r\n"h1', "is no CSV|lacks the columns"),
    ],
)
def test_another_file_says_what_it_lacks(tmp_path, content, message):
    path = tmp_path / "review.csv"
    path.write_bytes(content)
    with pytest.raises(DecisionsError, match=message):
        read_decisions(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DecisionsError, match=r"none\.csv cannot be read"):
        read_decisions(tmp_path / "none.csv")
