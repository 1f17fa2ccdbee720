"""Words of names, titles and descriptions: what a field is about, in any schema."""

from __future__ import annotations

import re
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = re.compile(r"[^\W_]+|[%€$£#]")
_OF = re.compile(
    r"\b(?P<head>[a-z]+(?: [a-z]+)?) of (?:the |an |a |this |each )?(?P<list>[a-z][a-z ,/\-]*)",
    re.IGNORECASE,
)
_LIST_END = re.compile(
    r"\b(?:as|in|on|at|that|which|with|without|when|where|is|was|for|to|by|from|per|not|including|excluding|of)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:,|/|\bor\b|\band\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|an|a|its|this|their)\s+", re.IGNORECASE)


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words; `grossAmount`, `gross_amount` and `Gross amount` are the same two."""
    return tuple(t.lower() for t in _TOKEN.findall(_CAMEL.sub(" ", text)))


def spoken(name: str) -> str:
    """A field's name as words: `gross_amount` is `Gross amount`."""
    return " ".join(tokens(name)).capitalize()


def alternatives(phrase: str) -> tuple[str, ...]:
    """`Contract or order number` says `Contract number` and `order number`; other phrases say themselves."""
    parts = [p for p in _SEPARATOR.split(phrase) if p]
    if len(parts) < 2:
        return (phrase,)
    words = parts[-1].split()
    head = words[-1] if len(words) > 1 else ""
    return tuple(p if not head or p.split()[-1:] == [head] else f"{p} {head}" for p in parts)


def genitives(description: str) -> tuple[tuple[str, str], ...]:
    """Pairs (what, of what) that a description names: `First day of the flight or period` gives two."""
    pairs: list[tuple[str, str]] = []
    for m in _OF.finditer(description):
        listed = _LIST_END.split(m["list"], maxsplit=1)[0]
        for raw in _SEPARATOR.split(listed):
            noun = _ARTICLE.sub("", raw.strip())
            if noun and len(noun.split()) <= 3:
                pairs.append((m["head"].lower(), noun.lower()))
    return tuple(pairs)
