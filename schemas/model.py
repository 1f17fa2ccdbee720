"""A schema as a pydantic model: the last gate before a record is stored."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from schemas.schema import Kind

if TYPE_CHECKING:
    from schemas.schema import Field as SchemaField
    from schemas.schema import Schema

PRECISION = 18
"""Digits of a stored decimal, those after the point included."""
STRICT = ConfigDict(
    extra="forbid", frozen=True, strict=True, regex_engine="python-re", serialize_by_alias=True, protected_namespaces=()
)
_PLAIN: dict[Kind, type] = {
    Kind.INTEGER: int,
    Kind.DATE: dt.date,
    Kind.TIME: dt.time,
    Kind.BOOLEAN: bool,
}
DECIMALS = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT)


def _type(field: SchemaField, owner: str) -> Any:  # noqa: ANN401 - a type made at run time
    if field.kind is Kind.TABLE:
        row = _model(f"{owner}_{field.name}", field.columns)
        return Annotated[list[row], Field(max_length=field.max_items)]  # type: ignore[valid-type]
    if field.kind in DECIMALS:
        places = field.decimals
        return Annotated[
            Decimal, Field(max_digits=PRECISION, decimal_places=places, ge=field.minimum, le=field.maximum)
        ]
    if field.kind is Kind.INTEGER:
        low, high = (int(b) if b is not None else None for b in (field.minimum, field.maximum))
        return Annotated[int, Field(ge=low, le=high)]
    if field.kind is Kind.ENUM:
        return Literal[field.choices]
    if field.kind in _PLAIN:
        return _PLAIN[field.kind]
    return Annotated[str, Field(max_length=field.max_length, pattern=field.pattern or None)]


def _model(name: str, fields: tuple[SchemaField, ...]) -> type[BaseModel]:
    """A model by the fields' names; one that pydantic uses itself (`copy`) is an alias of an attribute `copy_`."""
    made: dict[str, Any] = {}
    for field in fields:
        taken = hasattr(BaseModel, field.name) or field.name.startswith("model_")
        default = Field(
            default=None, title=field.title or None, description=field.description or None, alias=field.name
        )
        made[f"{field.name}_" if taken else field.name] = (_type(field, name) | None, default)
    return create_model(name, __config__=STRICT, **made)


@lru_cache(maxsize=16)
def record_model(schema: Schema) -> type[BaseModel]:
    """The model of a record's values; every field may be None, because what is required is a check and no type.

    Strict: a value has the type of its kind (Decimal, date, str), nothing is converted, nothing is rounded.
    """
    return _model(schema.name, schema.fields)
