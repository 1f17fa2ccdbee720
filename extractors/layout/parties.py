"""The two parties of a document: names, addresses, VAT ids, tax numbers and e-mail of seller and buyer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.layout import names
from extractors.layout.parties_blocks import blocks_of
from extractors.layout.parties_choice import Choice, choose
from extractors.layout.parties_direct import named_beside_label
from extractors.layout.parties_evidence import domains_of, is_holder, parties_of
from extractors.layout.parties_findings import SIDES, Parties, party_finding, slip_finding
from extractors.layout.parties_labels import Side, fold, is_address_row, is_name_row
from extractors.layout.parties_lines import lines_of
from extractors.layout.parties_slip import merchant_of
from extractors.layout.parties_vat import numbers_of, owners_of
from schemas import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.layout.parties_blocks import PartyBlock
    from extractors.layout.parties_evidence import Party
    from extractors.reading import Finding
    from schemas import Field, Schema
    from tiling import Box, Page

BUILT_IN = "built-in"
"""The origin of our own schemas, whose labels are general."""
FIRST_PAGES = 2
LAST_PAGES = 1
"""Parties are looked for on the first and last pages: what is between is table."""
_OF_A_PARTY = re.compile(r"tax|vat|fiscal|steuer|siret|registration|e-?mail", re.IGNORECASE)


def find_parties(
    pages: Sequence[Page], schema: Schema, excluded: Sequence[tuple[int, Box]] = ()
) -> tuple[Finding, ...]:
    """Findings for the fields with a role: names, addresses, VAT ids, tax numbers, e-mail addresses.

    `excluded` are (page index, box in points): tables,
    whose cells are no parties. A field that nothing speaks for has
    no finding.
    """
    fields = [f for f in schema.fields if f.role in SIDES and _is_ours(f)]
    written = [page for page in pages if page.words]
    if not fields or not written:
        return ()
    chosen = [*written[:FIRST_PAGES], *written[max(FIRST_PAGES, len(written) - LAST_PAGES) :]]
    found = _read(chosen, fields, excluded)
    findings = {f.name: party_finding(f, found) for f in fields}
    if all(f.role is Role.ISSUER for f in fields):
        merchant = merchant_of(written[0])
        if merchant is not None:
            findings |= {f.name: slip_finding(f, merchant) for f in fields if f.kind in {Kind.NAME, Kind.ADDRESS}}
    if schema.origin != BUILT_IN:  # who wrote a schema for these papers knows what they print beside a name
        findings |= {f.name: named_beside_label(chosen, f) or findings[f.name] for f in fields if f.kind is Kind.NAME}
    return tuple(finding for finding in findings.values() if finding is not None)


def _is_ours(field: Field) -> bool:
    if field.kind in {Kind.NAME, Kind.ADDRESS, Kind.VAT_ID}:
        return True
    return field.kind in {Kind.CODE, Kind.TEXT} and _OF_A_PARTY.search(field.name) is not None


def _read(pages: Sequence[Page], fields: Sequence[Field], excluded: Sequence[tuple[int, Box]]) -> Parties:
    more = _schema_labels(fields)
    by_page = [lines_of(page, [box for index, box in excluded if index == page.index], more) for page in pages]
    lines = tuple(line for some in by_page for line in some)
    blocks = [block for some in by_page for block in blocks_of(some)]
    parties = parties_of(pages, lines, blocks, domains_of(lines))
    choices = dict(zip((Side.SELLER, Side.BUYER), choose(parties), strict=True))
    owned = owners_of(numbers_of(lines), _sided(parties, choices), lines, pages)
    return Parties(choices=choices, owned=owned, lines=lines)


def _schema_labels(fields: Sequence[Field]) -> Mapping[str, Side]:
    """What the schema says is printed beside a party, without the words that announce any party's name."""
    sides: dict[str, set[Side]] = {}
    for field in fields:
        if field.kind is Kind.NAME:
            for label in (field.title, *field.labels):
                if len(label) >= 4 and not _says_nothing(label):
                    sides.setdefault(fold(label), set()).add(SIDES[field.role])
    return {label: side for label, both in sides.items() if len(both) == 1 for side in both}


def _says_nothing(label: str) -> bool:
    return is_name_row(label) or is_address_row(label) or is_holder(label) or names.is_attention(label)


def _sided(parties: Sequence[Party], choices: Mapping[Side, Choice]) -> list[tuple[PartyBlock, Side]]:
    """The blocks whose owner is known: by the choice, else by their label."""
    sided = []
    for party in parties:
        side = next((s for s, choice in choices.items() if choice.party is party), None)
        for block in party.blocks:
            own = side or block.side
            if own is not None:
                sided.append((block, own))
    return sided
