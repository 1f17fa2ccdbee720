"""A JSON Schema (a user's file, or what pydantic makes of a model) as a Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from schemas.comparison import declared
from schemas.error import SchemaError, nearest
from schemas.infer import infer_kind, infer_role
from schemas.phrases import spoken
from schemas.schema import Comparison, Field, Kind, Role, Schema
from schemas.synonyms import labels_for

Node = Mapping[str, Any]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}$")
_DECIMALS = {Kind.MONEY: 2, Kind.NUMBER: 4, Kind.PERCENT: 4}
_MAX_LENGTH = {Kind.CODE: 100, Kind.NAME: 200, Kind.ADDRESS: 300, Kind.TEXT: 500}
_WITH_PATTERN = (Kind.TEXT, Kind.CODE)
_OF_A_PARTY = (Kind.NAME, Kind.ADDRESS, Kind.VAT_ID)
_FOLDER = "schema"
_MAX_DEPTH = 20


class _Reader:
    """One document with its definitions; says where something is wrong."""

    def __init__(self, root: Node, where: str, known: Mapping[str, Field], *, expand: bool) -> None:
        self.root, self.where, self.known, self.expand = root, where, known, expand

    def fail(self, path: str, what: str) -> SchemaError:
        return SchemaError(self.where, f"{path or 'the top level'}: {what}")

    def resolve(self, node: object, path: str, depth: int = 0) -> dict[str, Any]:
        """The node with references, null branches and single-branch combinations taken away."""
        if not isinstance(node, Mapping):
            raise self.fail(path, f"expected an object that describes a field, found {node!r}")
        plain = dict(node)
        if depth > _MAX_DEPTH:
            raise self.fail(path, "references lead in a circle; a document cannot be nested without end")
        if ref := plain.pop("$ref", None):
            return self.resolve(self.target(str(ref), path), path, depth + 1) | plain
        for key in ("anyOf", "oneOf", "allOf"):
            branches = plain.get(key)
            if not isinstance(branches, list):
                continue
            kept = [b for b in branches if not (isinstance(b, Mapping) and b.get("type") == "null")]
            resolved = [self.resolve(b, path, depth + 1) for b in kept]
            types = {str(b.get("type")) for b in resolved}
            if len(resolved) > 1 and key != "allOf" and not types <= {"number", "string", "integer"}:
                listed = ", ".join(sorted(types))
                raise self.fail(path, f"{key} of several types ({listed}); a field has one: make it one, or two fields")
            del plain[key]
            best = next((b for b in resolved if b.get("type") == "number"), resolved[0] if resolved else {})
            merged = {k: v for b in resolved for k, v in b.items()} if key == "allOf" else best
            return self.resolve(merged | plain, path, depth + 1)
        return plain

    def target(self, ref: str, path: str) -> object:
        node: object = self.root
        for part in ref.removeprefix("#/").split("/"):
            if not ref.startswith("#/") or not isinstance(node, Mapping) or part not in node:
                names = [f"#/$defs/{n}" for n in self.root.get("$defs", {})]
                raise self.fail(path, f"$ref {ref} points nowhere.{nearest(ref, names)}")
            node = node[part]
        return node

    def fields(self, node: Node, path: str, prefix: str = "") -> list[Field]:
        """The fields of an object; a nested object gives its fields with its name before theirs."""
        properties = node.get("properties")
        if not isinstance(properties, Mapping) or not properties:
            raise self.fail(path, "has no properties; name at least one field to extract")
        required = node.get("required", [])
        if not isinstance(required, list):
            raise self.fail(path, "`required` is a list of field names")
        for name in required:
            if str(name) not in properties:
                raise self.fail(
                    path, f"`required` names `{name}`, which is no property.{nearest(str(name), properties)}"
                )
        found: list[Field] = []
        for name, raw in properties.items():
            here = f"{path}.{name}" if path else str(name)
            if not _NAME.match(str(name)):
                raise self.fail(
                    here, "a field's name has letters, digits and _ and starts with a letter (it becomes a column)"
                )
            plain = self.resolve(raw, here)
            if _type(plain) == "object" and "properties" in plain:
                found += self.fields(plain, here, f"{prefix}{name}_")
            else:
                if prefix and "title" in plain:  # `Name` of a nested seller is the seller's
                    plain["title"] = f"{spoken(prefix)} {str(plain['title']).lower()}"
                found.append(self.field(f"{prefix}{name}", plain, here, required=name in required))
        self.names_apart([f.name for f in found], path)
        return found

    def names_apart(self, names: list[str], path: str) -> None:
        """Columns do not tell `A` from `a`, and the output's folders have a name of their own."""
        lower = [n.lower() for n in names]
        if repeated := next((n for n in names if lower.count(n.lower()) > 1), None):
            raise self.fail(path, f"two fields are called `{repeated}` (columns do not tell A from a)")
        if not path and _FOLDER in lower:
            raise self.fail(_FOLDER, f"the name is taken by the output's folders ({_FOLDER}=...); choose another")

    def field(self, name: str, node: Node, path: str, *, required: bool) -> Field:
        kind = self.kind(name, node, path)
        title, description = str(node.get("title", "")), str(node.get("description", ""))
        choice_labels = self.mapped(node, "x-choices", path)
        listed = self.listed(node, "enum", path) if "const" not in node else [node["const"]]
        choices = tuple(str(c) for c in listed if c is not None) or tuple(choice_labels)
        if kind is Kind.ENUM and not choices:
            raise self.fail(path, "an enumeration needs `enum` with its choices")
        made = Field(
            name=name,
            kind=kind,
            title=title or spoken(name),
            description=description,
            labels=tuple(str(label) for label in self.listed(node, "x-labels", path)),
            required=required,
            role=self.role(name, title, kind, node, path),
            columns=tuple(self.columns(node, path)) if kind is Kind.TABLE else (),
            choices=choices,
            pattern=self.pattern(node, kind, path),
            minimum=self.bound(node, "minimum", path),
            maximum=self.bound(node, "maximum", path),
            choice_labels=tuple((str(p), c) for c, printed in choice_labels.items() for p in printed),
            max_length=self.count(node, ("x-max-length", "maxLength"), _MAX_LENGTH.get(kind, 500), path),
            max_items=self.count(node, ("maxItems",), 1000, path),
            decimals=self.decimals(node, kind, path),
            comparison=self.comparison(node, kind, path),
        )
        return self.with_labels(made, column="[]" in path)

    def with_labels(self, field: Field, *, column: bool) -> Field:
        """A user's field gets the labels of the built-in field of that name and kind, and what its words suggest."""
        if not self.expand or field.kind is Kind.TABLE:
            return field
        labels = labels_for(field)
        known = self.known.get(f"[]{field.name}" if column else field.name)
        if known is not None and known.kind is field.kind:
            labels = tuple(dict.fromkeys((*field.labels, *labels[:1], *known.labels, *labels)))
            role = field.role or known.role
            return replace(field, labels=labels, role=role, choice_labels=field.choice_labels or _inside(known, field))
        return replace(field, labels=labels)

    def count(self, node: Node, keys: tuple[str, ...], default: int, path: str) -> int:
        """The first of the keywords that is given: a whole number above zero."""
        for key in keys:
            given = node.get(key)
            if given is None:
                continue
            if isinstance(given, bool) or not isinstance(given, int) or given < 1:
                raise self.fail(path, f"`{key}` is a whole number above zero, not {given!r}")
            return given
        return default

    def mapped(self, node: Node, key: str, path: str) -> dict[str, list[Any]]:
        """Choices with their printed forms."""
        value = node.get(key, {})
        if not isinstance(value, Mapping):
            raise self.fail(path, f"`{key}` maps each choice to a list of texts, not {value!r}")
        return {str(choice): self.listed(value, choice, path) for choice in value}

    def listed(self, node: Node, key: str, path: str) -> list[Any]:
        value = node.get(key, [])
        if isinstance(value, str):
            return [value]
        if not isinstance(value, list | tuple):
            raise self.fail(path, f"`{key}` is a list of texts, not {value!r}")
        return list(value)

    def kind(self, name: str, node: Node, path: str) -> Kind:
        given = node.get("x-kind")
        if given is not None:
            try:
                return Kind(str(given).lower())
            except ValueError:
                names = ", ".join(Kind)
                raise self.fail(path, f"`{given}` is no kind.{nearest(str(given), Kind)} Kinds: {names}") from None
        json_type = _type(node)
        if json_type == "array":
            return Kind.TABLE
        if "enum" in node or "const" in node or "x-choices" in node:
            return Kind.ENUM
        if json_type not in {"string", "number", "integer", "boolean"}:
            known = "string, number, integer, boolean, array, object"
            raise self.fail(path, f"has the type `{node.get('type')}`; a field has one of {known}, or an `x-kind`")
        return infer_kind(
            json_type=json_type,
            json_format=str(node.get("format", "")),
            pattern=str(node.get("pattern", "")),
            name=name,
            title=str(node.get("title", "")),
            description=str(node.get("description", "")),
        )

    def role(self, name: str, title: str, kind: Kind, node: Node, path: str) -> Role:
        given = node.get("x-role")
        if given is None:
            return infer_role(name, title) if kind in _OF_A_PARTY else Role.NONE
        try:
            return Role(str(given).lower())
        except ValueError:
            raise self.fail(path, f"`{given}` is no role; `issuer` or `recipient`") from None

    def decimals(self, node: Node, kind: Kind, path: str) -> int:
        given = node.get("x-decimals")
        if given is None:
            return _DECIMALS.get(kind, 2)
        if not isinstance(given, int) or not 0 <= given <= 12:
            raise self.fail(path, f"`x-decimals` is a whole number from 0 to 12, not {given!r}")
        return given

    def comparison(self, node: Node, kind: Kind, path: str) -> Comparison | None:
        given = node.get("x-compare")
        if given is None:
            return None
        try:
            return declared(given, kind)
        except ValueError as error:
            raise self.fail(path, str(error)) from None

    def pattern(self, node: Node, kind: Kind, path: str) -> str:
        given = str(node.get("pattern", ""))
        if kind not in _WITH_PATTERN:
            return ""
        try:
            re.compile(given)
        except re.error as error:
            raise self.fail(path, f"the pattern `{given}` is no regular expression: {error}") from error
        return given

    def bound(self, node: Node, key: str, path: str) -> Decimal | None:
        given = node.get(key)
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise self.fail(path, f"`{key}` is a number, not {given!r}")
        return Decimal(repr(given))

    def columns(self, node: Node, path: str) -> list[Field]:
        items = node.get("items")
        if items is None:
            raise self.fail(path, "a list needs `items`: what one row holds")
        row = self.resolve(items, f"{path}[]")
        if _type(row) == "object":
            fields = self.fields(row, f"{path}[]")
        else:
            fields = [self.field("value", row, f"{path}[]", required=False)]
        if table := next((f.name for f in fields if f.kind is Kind.TABLE), None):
            inner = f"{path}[].{table}"
            raise self.fail(inner, "a table inside a table is not supported; make it a table of its own")
        return fields


def _type(node: Node) -> str:
    given = node.get("type")
    if isinstance(given, list):
        given = next((t for t in given if t != "null"), None)
    if given is None:
        given = (
            "object" if "properties" in node else "array" if "items" in node else "string" if "enum" in node else None
        )
    return str(given)


def _inside(known: Field, field: Field) -> tuple[tuple[str, str], ...]:
    """What is printed for the choices that both enumerations have."""
    return tuple((printed, choice) for printed, choice in known.choice_labels if choice in field.choices)


def schema_of(
    document: object,
    *,
    name: str,
    version: str = "",
    origin: str = "",
    known: Mapping[str, Field] | None = None,
    expand: bool = True,
) -> Schema:
    """The Schema that a JSON Schema of an object describes.

    `known` are built-in fields whose labels a field of the same name and kind may use; without `expand` a field has
    the labels that are given and no others. SchemaError says what is wrong and where.
    """
    where = origin or name
    if not isinstance(document, Mapping):
        raise SchemaError(where, f"a schema is an object with `properties`, not {type(document).__name__}")
    reader = _Reader(document, where, known or {}, expand=expand)
    root_path = ""
    root = reader.resolve(document, root_path)
    if _type(root) != "object":
        raise reader.fail(root_path, f"has the type `{root.get('type')}`; a document is an `object` with `properties`")
    fields = tuple(reader.fields(root, ""))
    checks = tuple(str(c) for c in reader.listed(root, "x-checks", ""))
    return Schema(
        name=name,
        version=str(version or root.get("version") or root.get("x-version") or ""),
        title=str(root.get("title", "")) or spoken(name),
        description=str(root.get("description", "")),
        fields=fields,
        checks=checks,
        origin=origin,
    )
