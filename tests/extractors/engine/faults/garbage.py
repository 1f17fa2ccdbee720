"""A server whose answers are no answers of a chat API."""

from __future__ import annotations

from tests.extractors.engine.faults.server import Reply, Server

HTML = b"<!doctype html><title>nginx</title>"


class Garbage(Server):
    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body

    async def chat(self, body) -> Reply:
        return Reply(body=self.body)


class Website(Server):
    """Says `200` and HTML to everything."""

    async def reply(self, path, headers, body) -> Reply:
        return Reply(body=HTML, headers={"Content-Type": "text/html"})
