"""Which documents look alike, by the words of their first pages: what is measured on one look says little of another.

Two documents of one look share the words of their form (labels, the sender, the small print), and differ in names,
numbers and lines. Where no truth says what looks alike, folds are cut by this.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.part_file import open_part
from flows.readings import stored_documents
from flows.tables import part_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.output import Output
    from tiling import Document

ALIKE = 0.4
"""Share of the words of both together that both have (Jaccard), from which they are of one look."""
MOST_LOOKS = 400
"""Documents are compared with the first of each look; what comes after so many is a look of its own."""
WORD = re.compile(r"([^\W\d_]{3,})[:.,]?")


def looks_of(output: Output, schema: str) -> dict[str, str]:
    """Document id -> the id of the first document that looks like it."""
    first: list[tuple[str, frozenset[str]]] = []
    looks: dict[str, str] = {}
    for document in _documents(output, schema):
        words = form_words(document)
        found = max(first[:MOST_LOOKS], key=lambda f: alike(words, f[1]), default=None)
        if found is None or alike(words, found[1]) < ALIKE:
            found = document.document_id, words
            first.append(found)
        looks[document.document_id] = found[0]
    return looks


def form_words(document: Document) -> frozenset[str]:
    """The words of the first page that has any, in small letters."""
    page = next((p for p in document.pages if p.words), None)
    matches = (WORD.fullmatch(w.text) for w in page.words) if page is not None else ()
    return frozenset(m[1].casefold() for m in matches if m)


def alike(a: frozenset[str], b: frozenset[str]) -> float:
    """0 to 1; pages without words are like nothing."""
    return len(a & b) / len(a | b) if a and b else 0.0


def _documents(output: Output, schema: str) -> Iterator[Document]:
    for part in sorted(output.index(schema).parts):
        with open_part(output.store, part_name("readings", schema, part), kind="readings") as file:
            for stored in stored_documents(file):
                if stored.document is not None:
                    yield stored.document
