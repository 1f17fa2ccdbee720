"""A schema as text for people: what is asked, of which kind, and what it is looked for by."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from schemas.comparison import MEANING, compared
from schemas.schema import Comparison, Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.schema import Field, Schema

LABELS_SHOWN = 6


def _kind(field: Field) -> str:
    told = [str(field.kind), f"compared {compared(field)}"]
    if field.kind in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT):
        told.append(f"{field.decimals} decimals")
    if field.kind is Kind.ENUM:
        told.append(" | ".join(field.choices))
    if field.role is not Role.NONE:
        told.append(str(field.role))
    if field.required:
        told.append("required")
    return ", ".join(told)


def _labels(field: Field, *, every: bool) -> str:
    shown = field.labels if every else field.labels[:LABELS_SHOWN]
    rest = len(field.labels) - len(shown)
    return " | ".join(shown) + (f" | and {rest} more" if rest else "")


def _field(field: Field, indent: str, width: int, *, every: bool) -> Iterator[str]:
    yield f"{indent}{field.name:{width}}  {_kind(field)}"
    inner = indent + " " * (width + 2)
    text = ": ".join(t for t in (field.title, field.description) if t)
    for said, mark in ((text, ""), (_labels(field, every=every), "labels: ")):
        if said:
            yield from textwrap.wrap(mark + said, 110, initial_indent=inner, subsequent_indent=inner + "  ")
    columns = max((len(c.name) for c in field.columns), default=0)
    for column in field.columns:
        yield from _field(column, f"{indent}  ", columns, every=every)


def comparisons(schema: Schema) -> str:
    """What counts as right, comparison by comparison, with the names of the fields; `*`: declared by the schema."""
    named: dict[Comparison, list[str]] = {way: [] for way in Comparison}
    for field in schema.fields:
        named[compared(field)].append(field.name + "*" * (field.comparison is not None))
        for c in field.columns:
            named[compared(c)].append(f"{field.name}.{c.name}" + "*" * (c.comparison is not None))
    lines = ["compared with what is true (* as the schema declares, else as the kind suggests):"]
    for way, names in named.items():
        if names:
            lines += textwrap.wrap(f"{way:5}  {', '.join(names)}", 110, initial_indent="  ", subsequent_indent=" " * 9)
            lines.append(f"{'':9}({MEANING[way]})")
    return "\n".join(lines)


def show(schema: Schema, *, labels: bool = False) -> str:
    """The schema's text; with `labels` every label, otherwise the surest of each field."""
    required = sum(f.required for f in schema.fields)
    head = f"{schema.name} (version {schema.version}): {schema.title}"
    lines = [head]
    if schema.description:
        lines += textwrap.wrap(schema.description, 110)
    lines.append(f"{len(schema.fields)} fields, {required} required; from {schema.origin or 'code'}")
    if schema.checks:
        lines.append(f"checks: {', '.join(schema.checks)}")
    lines.append("")
    width = max(len(f.name) for f in schema.fields)
    for field in schema.fields:
        lines += _field(field, "", width, every=labels)
    return "\n".join(lines) + "\n"
