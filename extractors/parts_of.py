"""Several documents in one file are told by their pages: another number, each with a total of its own.

Nothing is cut apart: a record stands for a file. It says which pages belong together, and waits for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.kind import SEVERAL
from extractors.layout.cells import index_page
from extractors.layout.headings import heading_families
from extractors.layout.reader import read_layout
from extractors.reading import State
from schemas import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.reading import Reading, Value
    from schemas import Field, Schema
    from tiling import Page

SURE_LABEL, SUM_LABEL = 0.7, 0.5
"""A number beside a weaker label may be a customer's or an order's; sums are told by arithmetic as well."""
MOST_PAGES = 60
"""Longer files are looked at so far."""
FIRST_PAGE = re.compile(
    r"\b(?:page|seite|p[aá]gina|pagina|sida|side|strona)\s*:?\s*1\s*(?:/|of|von|de|sur|di|van|av|z)\s*\d{1,3}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Pages that belong together."""

    first: int
    last: int
    """0-based, inclusive."""
    number: str
    total: Value | None
    """The first that stands on one of them."""


def parts_note(pages: Sequence[Page], schema: Schema) -> str:
    """What is to be said of a file that holds several documents; empty where nothing says so."""
    parts = [part for part in parts_of(pages, schema) if part.total is not None]
    if len(parts) < 2:
        return ""
    named = ", ".join(f"pages {p.first + 1}-{p.last + 1} ({p.number or 'no number'})" for p in parts)
    return f"{SEVERAL}: {named}; split it and run extract again"


def parts_of(pages: Sequence[Page], schema: Schema) -> list[Part]:
    """The pages by the document they belong to."""
    worded = [p for p in pages[:MOST_PAGES] if p.words]
    number = _required(schema, Kind.CODE)
    total = _required(schema, Kind.MONEY)
    if len(worded) < 2 or number is None or total is None:
        return []
    parts: list[Part] = []
    for page in worded:
        own, total_here = _own(page, schema, number, total)
        last = parts[-1] if parts else None
        if last is None or _is_another(last, page, own, total_here):
            parts.append(Part(first=page.index, last=page.index, number=own, total=total_here))
        else:
            known = last.total if last.total is not None else total_here
            parts[-1] = replace(last, last=page.index, number=last.number or own, total=known)
    return parts


def _is_another(last: Part, page: Page, number: str, total: Value | None) -> bool:
    """Whether a page begins another document than the one before."""
    if number and last.number:
        return number != last.number and (last.total is not None or _begins(page))
    both = total is not None and last.total is not None
    return both and total != last.total and _is_first(page)


def _required(schema: Schema, kind: Kind) -> Field | None:
    """The number that names the document, and what it comes to."""
    return next((f for f in schema.fields if f.required and f.kind is kind), None)


def _begins(page: Page) -> bool:
    """Whether a document may begin here: it is its first page, or has a heading."""
    return _is_first(page) or bool(heading_families([index_page(page)]))


def _is_first(page: Page) -> bool:
    """Whether it says that it is page 1 of so many."""
    return bool(FIRST_PAGE.search(" ".join(w.text for w in page.words)))


def _own(page: Page, schema: Schema, number: Field, total: Field) -> tuple[str, Value | None]:
    """The number by which the page is named, empty where there is none, and its total."""
    few = replace(schema, fields=(number, total))
    reading: Reading = read_layout([page], few)
    found = {f.path: f for f in reading.findings if f.state is State.VALUE}
    named, summed = found.get(number.name), found.get(total.name)
    sure = named is not None and named.signals.get("label_match", 0.0) >= SURE_LABEL
    text = re.sub(r"\W", "", str(named.value)).casefold() if named is not None and sure else ""
    labelled = summed is not None and summed.signals.get("label_match", 0.0) >= SUM_LABEL
    return text, summed.value if summed is not None and labelled else None
