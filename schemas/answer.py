"""A model's answer as a pydantic model: the shape that the decoder enforces, checked again on every answer.

Some servers enforce no schema, some decoders drop a keyword silently, and a cut answer has no end: so nothing is taken
from an answer that did not pass here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from schemas.decoder import UNREADABLE, checked_text_of
from schemas.schema import Kind

if TYPE_CHECKING:
    from schemas.schema import Field as SchemaField
    from schemas.schema import Schema

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, regex_engine="python-re", protected_namespaces=())


def _type(field: SchemaField, owner: str) -> Any:  # noqa: ANN401 - a type made at run time
    if field.kind is Kind.TABLE:
        row = _model(f"{owner}_{field.name}", field.columns)
        return Annotated[list[row], Field(max_length=field.max_items)]  # type: ignore[valid-type]
    if field.kind is Kind.ENUM:
        return Literal[(*field.choices, UNREADABLE)]
    if field.kind is Kind.BOOLEAN:
        return bool | Literal["?"]
    node = checked_text_of(field)
    bounded = Annotated[str, Field(max_length=node.get("maxLength"), pattern=node.get("pattern"))]
    return bounded | Literal["?"]


def _model(name: str, fields: tuple[SchemaField, ...]) -> type[BaseModel]:
    """Every field must be there and may be null; names that pydantic uses itself are aliases."""
    made: dict[str, Any] = {}
    for number, field in enumerate(fields):
        made[f"field_{number}"] = (_type(field, name) | None, Field(alias=field.name))
    return create_model(name, __config__=STRICT, **made)


@lru_cache(maxsize=64)
def answer_model(schema: Schema) -> type[BaseModel]:
    """The model of what `decoder_schema(schema)` lets a model write; of amounts and dates any text of their length."""
    return _model(f"{schema.name}_answer", schema.fields)
