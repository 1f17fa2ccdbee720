"""What a model's field says about itself beyond its Python type: kind, labels, role; for `Annotated`.

    class Order(BaseModel):
        total: Annotated[Decimal, Ask("Order total", kind="money", labels=("Total", "Amount"))]

Pydantic carries it into the JSON Schema, from where every schema is built; this module needs no pydantic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Ask:
    """Title, description and what else helps to find the value on a page."""

    title: str = ""
    description: str = ""
    kind: str = ""
    labels: Sequence[str] = ()
    role: str = ""
    decimals: int | None = None
    max_length: int | None = None
    compare: str = ""
    """What counts as right: exact, money, date, fuzzy or set."""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of an enumeration: what is printed for each choice."""

    def keywords(self) -> dict[str, Any]:
        """The JSON Schema keywords that say the same."""
        named = {
            "title": self.title,
            "description": self.description,
            "x-kind": self.kind,
            "x-labels": list(dict.fromkeys(self.labels)),
            "x-role": self.role,
            "x-decimals": self.decimals,
            "x-max-length": self.max_length,
            "x-compare": self.compare,
            "x-choices": {choice: list(printed) for choice, printed in self.choices.items()},
        }
        return {k: v for k, v in named.items() if v not in ("", None, [], {})}

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:  # noqa: ANN401
        """Pydantic's hook: the keywords stand beside the type."""
        schema: dict[str, Any] = handler(core_schema)
        if "$ref" in schema:  # keywords beside a reference would be shared by all that refer to it
            schema = {"allOf": [schema]}
        return schema | self.keywords()


def words(*lists: str) -> tuple[str, ...]:
    """Labels from texts that separate them by `|`; the order stays, repeated ones are left out."""
    return tuple(dict.fromkeys(w for text in lists for raw in text.split("|") if (w := " ".join(raw.split()))))
