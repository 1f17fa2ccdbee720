"""A server whose queue is full at first: 503, with or without Retry-After."""

from __future__ import annotations

from tests.extractors.engine.faults.server import Reply, Server, error


class Busy(Server):
    def __init__(self, *, times: int, status: int = 503, retry_after: str | None = None) -> None:
        super().__init__()
        self.times = times
        self.status = status
        self.retry_after = retry_after

    async def chat(self, body) -> Reply:
        if len(self.asked) > self.times:
            return await super().chat(body)
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        return error(self.status, "The server is overloaded", **headers)
