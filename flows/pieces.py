"""A few documents of a readings part as derived tables: what a worker process, or this one, derives at a time."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from flows.building import TableBuilder
from flows.part_file import open_part
from flows.readings import stored_documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.corrections import Correction
    from flows.rows import Merge
    from flows.store import Store
    from flows.work import Origin
    from schemas import Schema

PIECE_DOCUMENTS = 25
"""About a quarter of a second of work; as many are derived at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Documents of one readings part, and all that their rows depend on."""

    store: Store
    """The output; a copy goes to each process."""
    name: str
    """Of the readings part's file."""
    positions: tuple[int, ...]
    """Of the documents, ascending."""
    more_origins: Mapping[int, tuple[Origin, ...]] = field(default_factory=dict)
    """Position -> where else the document was found."""
    corrections: Mapping[str, Sequence[Correction]] = field(default_factory=dict)
    """Document id -> what people decided."""
    twins: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Document id -> sources of others with its seller and number."""
    schema_bytes: bytes = field(repr=False)
    """Pickled."""
    merge: Merge


Tables = dict[str, pa.Table]
Spread = Callable[[Sequence[Piece]], Sequence[Tables]]
"""Derives pieces, in order: one after the other, or in several processes."""


def derive_piece(piece: Piece) -> Tables:
    """The rows of a piece, by table."""
    builder = TableBuilder(_schema(piece.schema_bytes), piece.merge)
    with open_part(piece.store, piece.name, kind="readings") as file:
        for stored in stored_documents(file, piece.positions):
            more = piece.more_origins.get(stored.position, ())
            key = stored.document_id or ""
            builder.add(stored, more, piece.corrections.get(key, ()), piece.twins.get(key, ()))
    return builder.tables()


def one_by_one(pieces: Sequence[Piece]) -> list[Tables]:
    """Derives pieces in this process."""
    return [derive_piece(piece) for piece in pieces]


@lru_cache(maxsize=2)
def _schema(schema_bytes: bytes) -> Schema:
    """Unpickled once, so that a merge finds again what it has worked out of it."""
    schema: Schema = pickle.loads(schema_bytes)  # noqa: S301 - our own process made it
    return schema
