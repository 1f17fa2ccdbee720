"""The columns of a schema's table field, told as roles that headers can name."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.layout.table_vocabulary import (
    DESCRIPTION,
    LINE_TOTAL,
    QUANTITY,
    UNIT_PRICE,
    WORDS,
    plain,
    roles_of,
    squashed,
)
from schemas.schema import Kind

if TYPE_CHECKING:
    from schemas.schema import Field

_SURE = 0.95
_SECOND = 0.8
"""What a label is worth for a role that the general vocabulary does not give it."""
_HALF = 0.5
_REMEMBERED = 4096
NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.INTEGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which role holds which column of the field, and the field's own labels."""

    field: Field
    columns: dict[str, Field]
    """Role -> column."""
    labels: dict[str, dict[str, float]]
    """Squashed label -> the roles it names in the schema; one label may stand for several."""

    _known: dict[str, dict[str, float]] = attribute(default_factory=dict, compare=False, repr=False)

    def roles(self, text: str) -> dict[str, float]:
        """What a header text may name: the schema's own labels first, then the general vocabulary."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            found = self._known[text] = self._roles(text)
        return found

    def _roles(self, text: str) -> dict[str, float]:
        own = self.labels.get(squashed(text))
        if own is None:
            return roles_of(text)
        general = {r: s for r, s in roles_of(text).items() if s >= _SURE}
        doubtful = {r: (s if r in general or not general else _SECOND * s) for r, s in own.items()}
        return {**general, **doubtful}

    @property
    def items(self) -> bool:
        """Rows of goods or services: a total is wanted, or what multiplies to one."""
        return LINE_TOTAL in self.columns or {QUANTITY, UNIT_PRICE} <= self.columns.keys()


@lru_cache(maxsize=16)
def wanted_of(field: Field) -> Wanted:
    """Roles for the columns of a table field; a column that is none of the known ones is a role of its own name."""
    columns: dict[str, Field] = {}
    labels: dict[str, dict[str, float]] = {}
    worded = _worded(field)
    for column in field.columns:
        role = DESCRIPTION if column is worded else _role(column, columns)
        columns[role] = column
        for label in (column.title, column.name.replace("_", " "), *column.labels):
            if label:
                labels.setdefault(squashed(label), {})[role] = 1.0
    return Wanted(field=field, columns=columns, labels=labels)


def _worded(field: Field) -> Field | None:
    """The only column of words, unless it is plainly something else than what the rows are about (a code, a unit)."""
    texts = [c for c in field.columns if c.kind in (Kind.TEXT, Kind.NAME)]
    if len(texts) != 1:
        return None
    roles = [roles_of(text) for text in (texts[0].name.replace("_", " "), texts[0].title) if text]
    plain_words = not any(roles) or any(r.get(DESCRIPTION, 0.0) >= _HALF for r in roles)
    return texts[0] if plain_words else None


def _role(column: Field, taken: dict[str, Field]) -> str:
    if column.name in WORDS and column.name not in taken:
        return column.name
    for text in (column.name.replace("_", " "), column.title, *column.labels):
        found = [r for r, s in roles_of(text).items() if s >= _SURE and r not in taken and _fits(r, column)]
        if found and plain(text):
            return found[0]
    return column.name


def _fits(role: str, column: Field) -> bool:
    if role in (QUANTITY, UNIT_PRICE, LINE_TOTAL):
        return column.kind in NUMERIC
    return role != DESCRIPTION or column.kind in (Kind.TEXT, Kind.NAME)
