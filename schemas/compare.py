"""Whether two values of a field say the same, and how alike they are."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from schemas.assignment import assigned
from schemas.comparison import compared
from schemas.schema import Comparison, Field, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HALF_CENT = Decimal("0.005")
NAME_ALIKE = 0.9
TEXT_ALIKE = 0.85
_GROUPING = re.compile(r"[\s.\-/]")
_BETWEEN = re.compile(r"[,;|/\n]")
"""What stands between the parts of a set."""
_NOT_WORD = re.compile(r"[\W_]+")
_LEGAL = (
    "gmbh co kg|gmbh co kgaa|gmbh|mbh|ug haftungsbeschränkt|ug|ag co kg|ag|kgaa|kg|ohg|gbr|e k|ek|eg|e v|"
    "ev|se|sarl|s a r l|sas|s a s|sasu|eurl|sa|s a|sci|snc|srl|s r l|srls|spa|s p a|sapa|ss|sl|s l|slu|"
    "sa de cv|lda|ltda|bv|b v|nv|n v|vof|cv|bvba|sprl|ltd|limited|plc|llp|llc|l l c|inc|incorporated|corp|"
    "corporation|co|company|pty ltd|pty|sdn bhd|m sdn bhd|bhd|pte ltd|pte|pvt ltd|private limited|pvt|"
    "sp z o o|sp zoo|ab|as|a s|aps|oy|oyj|kft|zrt|sro|s r o|doo|d o o"
)
_LEGAL_FORM = re.compile(rf"(?: (?:{'|'.join(sorted(_LEGAL.split('|'), key=len, reverse=True))}))+$")
_DECIMALS = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.INTEGER)


def plain(value: object) -> str:
    """Composed characters, without case."""
    return unicodedata.normalize("NFC", str(value)).casefold().strip()


def words(value: object) -> str:
    """Letters and digits, single spaces."""
    return _NOT_WORD.sub(" ", plain(value)).strip()


def without_legal_form(name: str) -> str:
    """`Lindqvist Möbel GmbH & Co. KG` is `lindqvist möbel`."""
    whole = words(name)
    return _LEGAL_FORM.sub("", whole).strip() or whole


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value))
    return None


def _alike(a: str, b: str) -> float:
    """The better of word by word in any order, and letter by letter without spaces; 0 to 1."""
    if not a or not b:
        return float(a == b)
    return max(fuzz.token_sort_ratio(a, b), fuzz.ratio(a.replace(" ", ""), b.replace(" ", ""))) / 100


def _rows_alike(field: Field, a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> float:
    """Share of the cells that are the same, rows paired as they agree best; a row more or less counts as wrong."""
    worth = [[_row_alike(field, x, y) for y in b] for x in a]
    rows = max(len(a), len(b))
    pairs = [worth[n][partner] for n, partner in enumerate(assigned(worth)) if partner is not None]
    return sum(pairs) / rows if rows else 1.0


def _row_alike(field: Field, a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """0 to 1: how alike the cells are that one of two rows has."""
    judged = [c for c in field.columns if a.get(c.name) is not None or b.get(c.name) is not None]
    return sum(similarity(c, a.get(c.name), b.get(c.name)) for c in judged) / len(judged) if judged else 1.0


def _parts(value: object) -> frozenset[str]:
    """`Red, green / blue` as a set, in the form in which codes are compared."""
    parts = (_squashed(part) for part in _BETWEEN.split(str(value)))
    return frozenset(part for part in parts if part)


def _squashed(value: object) -> str:
    return _GROUPING.sub("", plain(value))


def _exact(field: Field, a: object, b: object) -> float:
    if field.kind in _DECIMALS:
        x, y = _decimal(a), _decimal(b)
        return float(x is not None and x == y)
    if isinstance(a, dt.time) and isinstance(b, dt.time):
        seconds = (a.second, b.second) if a.second and b.second else (0, 0)
        return float((a.hour, a.minute, seconds[0]) == (b.hour, b.minute, seconds[1]))
    if isinstance(a, str) and isinstance(b, str):
        return float(_squashed(a) == _squashed(b))
    return float(type(a) is type(b) and a == b)


def _money(field: Field, a: object, b: object) -> float:
    x, y = _decimal(a), _decimal(b)
    slack = HALF_CENT if field.kind is Kind.MONEY else Decimal(5).scaleb(-field.decimals - 1)
    return float(x is not None and y is not None and abs(x - y) < slack)


def _date(_: Field, a: object, b: object) -> float:
    return float(type(a) is type(b) and a == b)


def _fuzzy(field: Field, a: object, b: object) -> float:
    if field.kind is Kind.NAME:
        return fuzz.ratio(without_legal_form(str(a)), without_legal_form(str(b))) / 100 if a and b else float(a == b)
    return _alike(words(a), words(b))


def _set(field: Field, a: Any, b: Any) -> float:  # noqa: ANN401 - text, or the rows of a table
    if field.kind is Kind.TABLE:
        return _rows_alike(field, a, b)
    x, y = _parts(a), _parts(b)
    return len(x & y) / len(x | y) if x | y else 1.0


_MEASURES = {
    Comparison.EXACT: _exact,
    Comparison.MONEY: _money,
    Comparison.DATE: _date,
    Comparison.FUZZY: _fuzzy,
    Comparison.SET: _set,
}


def similarity(field: Field, a: Any, b: Any) -> float:  # noqa: ANN401 - any value of the field
    """0 (nothing in common) to 1 (the same), by the field's comparison; what has degrees is fuzzy or a set."""
    if a is None or b is None:
        return float(a is None and b is None)
    return _MEASURES[compared(field)](field, a, b)


def same(field: Field, a: Any, b: Any) -> bool:  # noqa: ANN401 - any value of the field
    """Whether two values say the same, by the comparison that the schema declares or the field's kind suggests."""
    needed = 1.0
    if compared(field) is Comparison.FUZZY:
        needed = NAME_ALIKE if field.kind is Kind.NAME else TEXT_ALIKE
    if field.kind is Kind.TABLE and a is not None and b is not None:
        alike = [[float(_same_row(field, x, y)) for y in b] for x in a]
        return len(a) == len(b) and None not in assigned(alike)
    return similarity(field, a, b) >= needed


def _same_row(field: Field, a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return all(same(c, a.get(c.name), b.get(c.name)) for c in field.columns)
