"""How the values of a field are compared with what is true: what its kind suggests, or what the schema declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.error import nearest
from schemas.schema import Comparison, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.schema import Field

MEANING: Mapping[Comparison, str] = {
    Comparison.EXACT: "the same but for capitals, spaces and the marks that group a code (. - /)",
    Comparison.MONEY: "amounts the same to half of the last digit that is stored",
    Comparison.DATE: "the same day",
    Comparison.FUZZY: "words much alike, in any order; names without their legal form",
    Comparison.SET: "the same parts in any order, repeated ones once; rows of a table paired as they agree best",
}
_NUMBERS = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT)
_WORDED = (Kind.NAME, Kind.TEXT, Kind.ADDRESS)
_DERIVED: Mapping[Kind, Comparison] = {
    **dict.fromkeys(_NUMBERS, Comparison.MONEY),
    **dict.fromkeys(_WORDED, Comparison.FUZZY),
    Kind.DATE: Comparison.DATE,
    Kind.TABLE: Comparison.SET,
}


def derived(kind: Kind) -> Comparison:
    """The comparison of a field that declares none."""
    return _DERIVED.get(kind, Comparison.EXACT)


def fitting(kind: Kind) -> tuple[Comparison, ...]:
    """The comparisons that mean something for values of a kind, the derived one first."""
    more: tuple[Comparison, ...] = ()
    if kind in (*_NUMBERS, Kind.INTEGER):
        more = (Comparison.MONEY, Comparison.EXACT)
    elif kind in (*_WORDED, Kind.CODE):
        more = (Comparison.EXACT, Comparison.FUZZY, Comparison.SET)
    elif kind is Kind.DATE:
        more = (Comparison.EXACT,)
    return tuple(dict.fromkeys((derived(kind), *more)))


def compared(field: Field) -> Comparison:
    """By what values of the field are compared."""
    return field.comparison or derived(field.kind)


def declared(given: object, kind: Kind) -> Comparison:
    """What a schema declares for a field of a kind; ValueError says what would do."""
    fit = fitting(kind)
    try:
        wanted = Comparison(str(given).lower())
    except ValueError:
        names = ", ".join(Comparison)
        msg = f"`{given}` is no comparison.{nearest(str(given), Comparison)} Comparisons: {names}"
        raise ValueError(msg) from None
    if wanted not in fit:
        msg = f"values of the kind {kind} are not compared by `{wanted}`; what fits: {', '.join(fit)}"
        raise ValueError(msg)
    return wanted
