"""A server of a fixed capacity: it works on so many at a time, and each takes the same time."""

from __future__ import annotations

import asyncio

from tests.extractors.engine.faults.server import Reply, Server


class Steady(Server):
    def __init__(self, *, latency_s: float = 0.0, capacity: int = 1000) -> None:
        super().__init__()
        self.latency_s = latency_s
        self.at_work = 0
        self.most = 0
        self._room = asyncio.Semaphore(capacity)

    async def chat(self, body) -> Reply:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        try:
            async with self._room:
                await asyncio.sleep(self.latency_s)
        finally:
            self.at_work -= 1
        return await super().chat(body)
