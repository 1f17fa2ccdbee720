"""Several documents in one file are told by their pages: another number, each with a total of its own.

Papers without a number (till slips) are told by who, when and how much; several of them may lie on one page, with white
bands between them. Nothing is cut apart: a record stands for a file. It says what belongs together, and waits for a
person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.blocks import blocks_of
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
    from tiling import Page, Word

SURE_LABEL, SUM_LABEL = 0.7, 0.5
"""A number beside a weaker label may be a customer's or an order's; sums are told by arithmetic as well."""
MOST_PAGES = 60
"""Longer files are looked at so far."""
BANDS = (9.0, 6.0, 4.0, 2.5)
"""White between papers on a page, in heights of a usual word; the widest that tells some apart is taken."""
AMOUNT = re.compile(r"\d[.,]\d\d(?!\d)")
DAY = re.compile(r"\d[./ -]+\w{1,9}[./ -]+\d")
"""What may be an amount and a day: a block without either is not read."""
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
    if len(parts) > 1:
        named = ", ".join(f"pages {p.first + 1}-{p.last + 1} ({p.number or 'no number'})" for p in parts)
        return f"{SEVERAL}: {named}; split it and run extract again"
    papers = papers_of(pages, schema)
    if len(papers) > 1:
        named = ", ".join(f"page {p.page + 1} ({p.said})" for p in papers)
        return f"{SEVERAL}: {named}; split it and run extract again"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A block of words that is a document by itself."""

    page: int
    """0-based."""
    who: str
    when: Value
    total: Value

    @property
    def said(self) -> str:
        return f"{self.who}, {self.when}, {self.total}"

    def is_another(self, other: Paper) -> bool:
        """Whether it is no copy of the other, and no page more of it.

        Beside each other, another sum is enough; a later page may carry a sum over, under the same name and day.
        """
        apart = self.page == other.page or self.when != other.when or self.who != other.who
        return apart and self.total != other.total


def papers_of(pages: Sequence[Page], schema: Schema) -> list[Paper]:
    """The documents that lie beside each other, or page after page, where each says who, when and how much.

    None where the schema's documents need not say so; where only one is found, there may still be more.
    """
    who, when, total = (_required(schema, kind) for kind in (Kind.NAME, Kind.DATE, Kind.MONEY))
    if who is None or when is None or total is None:
        return []
    few = replace(schema, fields=tuple(f for f in schema.fields if f in (who, when, total)))
    worded = [p for p in pages[:MOST_PAGES] if p.words]
    numbered = _required(schema, Kind.CODE) is not None
    if numbered and len(worded) > 1:  # then pages are told by `parts_of`
        return []
    found: list[Paper] = []
    for page in worded:
        cuts = {len(cut): cut for cut in (blocks_of(page.words, band) for band in BANDS) if len(cut) > 1}
        here = max((_papers(page, cut, few, total) for cut in cuts.values()), key=len, default=[])
        found += here or (_papers(page, [page.words], few, total, least=1) if len(worded) > 1 else [])
    return _different(found)


def _papers(page: Page, blocks: Sequence[Sequence[Word]], few: Schema, total: Field, *, least: int = 2) -> list[Paper]:
    """The blocks of words that are documents, if there are at least so many; what is quickly seen is asked first."""
    likely = [words for words in blocks if _may_be_one(words)]
    if len(likely) < least:
        return []
    summed = [words for words in likely if _said(page, words, replace(few, fields=(total,)))]
    if len(summed) < least:
        return []
    read = [_said(page, words, few) for words in summed]
    return _different(
        [
            Paper(page=page.index, who=str(said[Kind.NAME]), when=said[Kind.DATE], total=said[Kind.MONEY])
            for said in read
            if {Kind.NAME, Kind.DATE, Kind.MONEY} <= said.keys()
        ]
    )


def _different(papers: Sequence[Paper]) -> list[Paper]:
    kept: list[Paper] = []
    for paper in papers:
        if all(paper.is_another(k) for k in kept):
            kept.append(paper)
    return kept


def _may_be_one(words: Sequence[Word]) -> bool:
    text = " ".join(w.text for w in words)
    return bool(AMOUNT.search(text) and DAY.search(text))


def _said(page: Page, words: Sequence[Word], schema: Schema) -> dict[Kind, Value]:
    """What the words say by themselves of the schema's fields, each of a kind of its own; sums only where labelled."""
    said: dict[Kind, Value] = {}
    for finding in read_layout([replace(page, words=tuple(words))], schema).findings:
        kind = schema.field(finding.path).kind
        sure = kind is not Kind.MONEY or finding.signals.get("label_match", 0.0) >= SUM_LABEL
        if finding.state is State.VALUE and finding.value is not None and sure:
            said[kind] = finding.value
    return said


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
