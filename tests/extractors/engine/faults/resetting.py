"""A server that ends the connection in the middle of an answer, and is well."""

from __future__ import annotations

from tests.extractors.engine.faults.server import Dropped, Reply, Server, answer


class Resetting(Server):
    def __init__(self, *, times: int) -> None:
        super().__init__()
        self.times = times

    async def chat(self, body) -> Reply:
        whole = answer("never seen whole")
        if len(self.asked) <= self.times:
            raise Dropped(whole.head() + whole.body[:20])
        return await super().chat(body)
