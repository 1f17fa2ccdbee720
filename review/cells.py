"""CSV cells that no spreadsheet takes for a formula, and the way back.

Document text is written by strangers; a cell that begins with one of a few characters is run as a formula when the file
is opened (OWASP: CSV injection; quoting alone does not help). Such a cell gets an apostrophe in front, and so does one
that begins with an apostrophe, so that taking one apostrophe off gives back exactly what was there.
"""

from __future__ import annotations

import re

DANGEROUS = frozenset("=+-@\t\r\n\x00'＝＋－＠")
PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")


def escape(text: str) -> str:
    """The cell to write. A plain number keeps its sign: `-12.50` stays a number."""
    if text and (text[0] in DANGEROUS or ord(text[0]) < 0x20) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def unescape(cell: str) -> str:
    """What `escape` was given."""
    return cell.removeprefix("'")
