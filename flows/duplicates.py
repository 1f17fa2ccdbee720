"""The same invoice in several files whose bytes differ: seen by its seller and number, across a whole output."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.schema import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas import Schema

PART = "_part"
LEGAL_FORMS = frozenset(
    {"gmbh", "ag", "kg", "ltd", "limited", "inc", "llc", "sa", "sarl", "sas", "srl", "spa", "bv", "nv"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Documents with one seller and one number."""

    seller: str
    number: str
    sources: tuple[str, ...]
    """At least two, of different bytes, in order."""
    members: tuple[tuple[str, str], ...] = ()
    """(document id, source), in the same order."""
    parts: tuple[str, ...] = ()
    """Where their records lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The columns of records that name a document."""

    number: str
    seller: str

    @property
    def columns(self) -> tuple[str, ...]:
        return ("_document_id", "_source", self.number, self.seller)


def identity_of(schema: Schema) -> Identity | None:
    """The schema's number and issuer; None where it has no such fields."""
    number = next((f.name for f in schema.fields if f.required and f.kind is Kind.CODE), None)
    seller = next((f.name for f in schema.fields if f.role is Role.ISSUER and f.kind is Kind.NAME), None)
    return Identity(number=number, seller=seller) if number and seller else None


def duplicates(rows: Iterable[Mapping[str, str | None]], identity: Identity) -> tuple[Duplicate, ...]:
    """Groups of records that say the same seller and number; rows without one of the two are left out."""
    groups: dict[tuple[str, str], dict[str, Mapping[str, str | None]]] = defaultdict(dict)
    for row in rows:
        seller, number = folded_name(row[identity.seller] or ""), folded_number(row[identity.number] or "")
        if seller and number:
            groups[seller, number].setdefault(row["_document_id"] or "", row)
    found = []
    for members in groups.values():
        if len(members) > 1:
            ordered = sorted(members.values(), key=lambda r: (r["_source"] or "", r["_document_id"] or ""))
            found.append(
                Duplicate(
                    seller=ordered[0][identity.seller] or "",
                    number=ordered[0][identity.number] or "",
                    sources=tuple(r["_source"] or "" for r in ordered),
                    members=tuple((r["_document_id"] or "", r["_source"] or "") for r in ordered),
                    parts=tuple(sorted({r.get(PART) or "" for r in ordered})),
                )
            )
    return tuple(sorted(found, key=lambda d: d.sources))


def folded_number(text: str) -> str:
    """`RE 2026/017` and `re-2026-017` are the same."""
    return re.sub(r"[\W_]", "", text).casefold()


def folded_name(text: str) -> str:
    """Without accents, case, punctuation and legal form."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() or text
    words = re.findall(r"\w+", plain.casefold().replace(".", ""))
    return " ".join(w for w in words if w not in LEGAL_FORMS)
