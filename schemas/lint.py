"""What becomes of a JSON Schema's keywords: enforced while a model writes, checked afterwards, or neither."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from schemas.ask import words
from schemas.decoder import decodable
from schemas.error import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator


class Effect(StrEnum):
    """When a keyword takes effect."""

    DECODED = "decoded"
    """The model cannot write anything else."""
    CHECKED = "checked"
    """The answer is checked after it was written."""
    IGNORED = "ignored"
    """Nothing looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintNote:
    """One keyword at one place."""

    path: str
    keyword: str
    effect: Effect
    message: str


_SILENT = frozenset(
    words(
        "$schema|$id|$ref|$defs|definitions|$comment|title|description|examples|default|version|name|type|properties"
        "|items|required"
    )
)
_OWN = frozenset(words("x-kind|x-labels|x-role|x-decimals|x-max-length|x-choices|x-compare|x-checks|x-version"))
_EFFECTS: dict[str, tuple[Effect, str]] = {
    "enum": (Effect.DECODED, "one of the choices, or null"),
    "const": (Effect.DECODED, "the one choice, or null"),
    "maxItems": (Effect.DECODED, "the list ends there; a longer list on the page makes the document incomplete"),
    "maxLength": (Effect.DECODED, "the text is cut there"),
    "pattern": (Effect.DECODED, "made to match the whole text"),
    "minimum": (Effect.CHECKED, "amounts are written as printed and compared afterwards"),
    "maximum": (Effect.CHECKED, "amounts are written as printed and compared afterwards"),
    "format": (Effect.CHECKED, "tells the kind of the field; the printed text is parsed afterwards"),
    "anyOf": (Effect.DECODED, "one type, or null: every field may be null"),
    "oneOf": (Effect.DECODED, "taken as anyOf"),
    "allOf": (Effect.DECODED, "its branches are merged"),
    "additionalProperties": (Effect.DECODED, "always false: the answer has the fields of the schema"),
    "nullable": (Effect.IGNORED, "every field may be null anyway"),
    "multipleOf": (Effect.IGNORED, "decoders disagree on it; say `x-decimals`"),
    "minLength": (Effect.IGNORED, "an empty text is no value anyway"),
    "minItems": (Effect.IGNORED, "a list that the page shows to be longer makes the document incomplete"),
    "exclusiveMinimum": (Effect.IGNORED, "use `minimum`"),
    "exclusiveMaximum": (Effect.IGNORED, "use `maximum`"),
    "uniqueItems": (Effect.IGNORED, "decoders refuse it; a page may have equal rows"),
    "contains": (Effect.IGNORED, "decoders refuse it"),
    "prefixItems": (Effect.IGNORED, "make the positions columns with names"),
    "patternProperties": (Effect.IGNORED, "name the fields"),
    "minProperties": (Effect.IGNORED, "every field is asked for"),
    "maxProperties": (Effect.IGNORED, "every field is asked for"),
    "dependentRequired": (Effect.IGNORED, "no decoder enforces conditions"),
    "dependentSchemas": (Effect.IGNORED, "no decoder enforces conditions"),
    "if": (Effect.IGNORED, "no decoder enforces conditions; one even accepts them silently"),
    "then": (Effect.IGNORED, "no decoder enforces conditions"),
    "else": (Effect.IGNORED, "no decoder enforces conditions"),
    "not": (Effect.IGNORED, "decoders ignore or refuse it"),
}
_LOOK_AROUND = re.compile(r"\(\?[=!<]")
_HOLDERS = ("anyOf", "oneOf", "allOf", "prefixItems")


def _pattern(value: object) -> tuple[Effect, str]:
    text = str(value)
    if _LOOK_AROUND.search(text):
        return Effect.CHECKED, "look-around is refused by decoders; checked afterwards"
    if not decodable(text):
        return Effect.CHECKED, "has no end (* + {n,}), so a model could run on; checked afterwards, or write {0,40}"
    if not (text.startswith("^") and text.endswith("$")):
        return Effect.DECODED, "not anchored: add ^ and $ and say the whole text, decoders disagree on what it means"
    return _EFFECTS["pattern"]


def _of_one_type(branches: object) -> bool:
    """Whether the branches are one type or null; pydantic writes a Decimal as a number or its text."""
    types = {b.get("type", "$ref") for b in branches if isinstance(b, Mapping)} if isinstance(branches, list) else set()
    return len(types - {"null"}) == 1 or types - {"null"} == {"number", "string"}


def _notes(node: Mapping[str, Any], path: str) -> Iterator[LintNote]:
    for keyword, value in node.items():
        if keyword in _SILENT or keyword in _OWN:
            continue
        if keyword == "anyOf" and _of_one_type(value):
            continue
        unknown = f"no keyword that anything here knows.{nearest(keyword, (*_OWN, *_EFFECTS, *_SILENT))}"
        effect, message = _EFFECTS.get(keyword, (Effect.IGNORED, unknown))
        if keyword == "pattern":
            effect, message = _pattern(value)
        yield LintNote(path=path or "(document)", keyword=keyword, effect=effect, message=message)


def _walk(node: object, path: str) -> Iterator[LintNote]:
    if not isinstance(node, Mapping):
        return
    yield from _notes(node, path)
    for name, child in (node.get("properties") or {}).items():
        yield from _walk(child, f"{path}.{name}" if path else str(name))
    if "items" in node:
        yield from _walk(node["items"], f"{path}[]")
    for holder in _HOLDERS:
        for child in node.get(holder) or ():
            yield from _walk(child, path)
    for name, child in (node.get("$defs") or node.get("definitions") or {}).items():
        yield from _walk(child, f"$defs.{name}")


def lint(document: Mapping[str, Any]) -> tuple[LintNote, ...]:
    """A note for each keyword of a JSON Schema that does more, or less, than it seems."""
    seen: dict[tuple[str, str, str], LintNote] = {}
    for note in _walk(document, ""):
        seen.setdefault((note.path, note.keyword, note.message), note)
    return tuple(seen.values())
