"""A vLLM server between SIGTERM and its end: healthy by its own account, and every new request fails."""

from __future__ import annotations

from tests.extractors.engine.faults.server import Reply, Server, error


class Draining(Server):
    async def chat(self, body) -> Reply:
        return error(500, "cannot schedule new futures after shutdown")
