"""Whether two values of a field say the same, and how alike they are."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from schemas.schema import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HALF_CENT = Decimal("0.005")
NAME_ALIKE = 0.9
TEXT_ALIKE = 0.85
_GROUPING = re.compile(r"[\s.\-/]")
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
    """Share of the cells that are the same, rows in order; a row more or less counts as wrong."""
    cells = [(c, x.get(c.name), y.get(c.name)) for x, y in zip(a, b, strict=False) for c in field.columns]
    judged = [(c, x, y) for c, x, y in cells if x is not None or y is not None]
    spare = abs(len(a) - len(b)) * max(len(field.columns), 1)
    if not judged and not spare:
        return 1.0
    return sum(similarity(c, x, y) for c, x, y in judged) / (len(judged) + spare)


def similarity(field: Field, a: Any, b: Any) -> float:  # noqa: ANN401 - any value of the field
    """0 (nothing in common) to 1 (the same); what has degrees is text, names, addresses and tables."""
    if a is None or b is None:
        return float(a is None and b is None)
    kind = field.kind
    if kind is Kind.TABLE:
        return _rows_alike(field, a, b)
    if kind in _DECIMALS:
        x, y = _decimal(a), _decimal(b)
        slack = HALF_CENT if kind is Kind.MONEY else Decimal(5).scaleb(-field.decimals - 1)
        return float(x is not None and y is not None and abs(x - y) < slack)
    if kind is Kind.TIME and isinstance(a, dt.time) and isinstance(b, dt.time):
        seconds = (a.second, b.second) if a.second and b.second else (0, 0)
        return float((a.hour, a.minute, seconds[0]) == (b.hour, b.minute, seconds[1]))
    if kind is Kind.NAME:
        return fuzz.ratio(without_legal_form(str(a)), without_legal_form(str(b))) / 100 if a and b else float(a == b)
    if kind in (Kind.TEXT, Kind.ADDRESS):
        return _alike(words(a), words(b))
    if isinstance(a, str) and isinstance(b, str):
        return float(_GROUPING.sub("", plain(a)) == _GROUPING.sub("", plain(b)))
    return float(type(a) is type(b) and a == b)


def same(field: Field, a: Any, b: Any) -> bool:  # noqa: ANN401 - any value of the field
    """Whether two values say the same: codes without grouping, names without legal form, amounts to half a cent."""
    needed = {Kind.NAME: NAME_ALIKE, Kind.TEXT: TEXT_ALIKE, Kind.ADDRESS: TEXT_ALIKE}.get(field.kind, 1.0)
    if field.kind is Kind.TABLE and a is not None and b is not None:
        if len(a) != len(b):
            return False
        return all(same(c, x.get(c.name), y.get(c.name)) for x, y in zip(a, b, strict=True) for c in field.columns)
    return similarity(field, a, b) >= needed
