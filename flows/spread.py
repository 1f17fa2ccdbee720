"""Derives tables in the worker processes of a run, so that all cores work to its end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from flows.pieces import derive_piece
from flows.pool import TaskError
from flows.stopping import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.pieces import Piece, Tables
    from flows.pool import Pool


class Spread:
    """Called by the thread that stores, while the event loop of the run goes on."""

    def __init__(self, pool: Pool, loop: asyncio.AbstractEventLoop) -> None:
        self._pool, self._loop = pool, loop

    def __call__(self, pieces: Sequence[Piece]) -> Sequence[Tables]:
        return asyncio.run_coroutine_threadsafe(self._all(pieces), self._loop).result()

    async def _all(self, pieces: Sequence[Piece]) -> list[Tables]:
        return await asyncio.gather(*(self._one(piece) for piece in pieces))

    async def _one(self, piece: Piece) -> Tables:
        try:
            return await self._pool.call(derive_piece, piece)
        except (TaskError, MemoryError):
            # A limit that is meant for reading a document: what is read is derived all the same.
            tables: Tables = await in_thread(lambda: derive_piece(piece))
            return tables
