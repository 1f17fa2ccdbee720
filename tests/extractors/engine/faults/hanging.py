"""A server that takes a request and never answers."""

from __future__ import annotations

import asyncio

from tests.extractors.engine.faults.server import Reply, Server


class Hanging(Server):
    async def chat(self, body) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError
