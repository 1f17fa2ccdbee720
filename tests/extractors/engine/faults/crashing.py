"""A server that dies of one page: nobody listens, everything in flight is lost; a moment later it is there again."""

from __future__ import annotations

import asyncio

from tests.extractors.engine.faults.server import Reply, Server, text_of


class Crashing(Server):
    def __init__(self, *, poison: str, together: int = 1) -> None:
        super().__init__()
        self.poison = poison
        self.together = together
        """Questions that must have come before the first crash."""
        self.crashes = 0
        self._again: set[asyncio.Task[None]] = set()

    async def chat(self, body) -> Reply:
        if self.poison not in text_of(body):
            await asyncio.sleep(0.1)
            return await super().chat(body)
        while len(self.asked) < self.together:
            await asyncio.sleep(0.01)
        self.crashes += 1
        self._again.add(asyncio.create_task(self._restart()))
        await asyncio.Event().wait()
        raise AssertionError

    async def _restart(self) -> None:
        await self.stop()
        await asyncio.sleep(0.5)
        await self.start()
