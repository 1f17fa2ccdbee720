"""What to extract: a schema is a name, a version and typed fields; plain data, picklable, no pydantic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003 - `typing.get_type_hints` finds it
from enum import StrEnum


class Kind(StrEnum):
    """The type of a field's values: how printed text becomes a value."""

    TEXT = "text"
    NAME = "name"
    ADDRESS = "address"
    CODE = "code"
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    INTEGER = "integer"
    DATE = "date"
    TIME = "time"
    CURRENCY = "currency"
    IBAN = "iban"
    VAT_ID = "vat_id"
    COUNTRY = "country"
    BOOLEAN = "boolean"
    ENUM = "enum"
    TABLE = "table"
    """A list of rows; `Field.columns` says what a row holds."""


class Comparison(StrEnum):
    """When a value counts as right beside a true one (`schemas.comparison` says what each means)."""

    EXACT = "exact"
    MONEY = "money"
    DATE = "date"
    FUZZY = "fuzzy"
    SET = "set"


class Role(StrEnum):
    """Whose value it is, where a document has two parties."""

    NONE = ""
    ISSUER = "issuer"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to extract."""

    name: str
    kind: Kind
    title: str = ""
    description: str = ""
    labels: tuple[str, ...] = ()
    """What is printed beside such a value, in any language; the title is one of them without being named here."""
    required: bool = False
    role: Role = Role.NONE
    columns: tuple[Field, ...] = ()
    choices: tuple[str, ...] = ()
    choice_labels: tuple[tuple[str, str], ...] = ()
    """Of an enumeration: (what is printed, the choice it means)."""
    pattern: str = ""
    """A regular expression that is found in the text of a code or text; checked after reading."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = 500
    max_items: int = 1000
    decimals: int = 2
    """Digits after the point that are stored (money, number, percent)."""
    comparison: Comparison | None = None
    """As the schema declares it; None: what the kind suggests. It changes what counts as right, not what is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A kind of document and what is wanted of it."""

    name: str
    version: str
    title: str = ""
    description: str = ""
    fields: tuple[Field, ...]
    checks: tuple[str, ...] = ()
    """Names of the checks between values that hold for this schema (`schemas.checks`); empty: all that apply."""
    origin: str = ""
    """`built-in`, or the file it was read from; no part of what the schema asks."""

    def field(self, path: str) -> Field:
        """The field of a path such as `total` or `line_items[2].quantity`; KeyError where there is none."""
        fields = self.fields
        found: Field | None = None
        for part in path.split("."):
            name = part.split("[", 1)[0]
            found = next((f for f in fields if f.name == name), None)
            if found is None:
                raise KeyError(path)
            fields = found.columns
        if found is None:
            raise KeyError(path)
        return found
