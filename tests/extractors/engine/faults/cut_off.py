"""A server whose answers end for another reason than that they are whole."""

from __future__ import annotations

from tests.extractors.engine.faults.server import Reply, Server, answer


class CutOff(Server):
    def __init__(self, finish: str) -> None:
        super().__init__()
        self.finish = finish

    async def chat(self, body) -> Reply:
        return answer('{"total":"1', finish=self.finish)
