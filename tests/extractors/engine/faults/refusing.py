"""Servers that say no, and mean it."""

from __future__ import annotations

from tests.extractors.engine.faults.server import Reply, Server, answer, error

OVERFLOW = "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."


class Refusing(Server):
    """Refuses every question with one status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__()
        self.status = status
        self.message = message

    async def chat(self, body) -> Reply:
        return error(self.status, self.message)


class Barring(Server):
    """Refuses every question with one status, the engine's own as well; answers them all while `well`."""

    def __init__(self, status: int, message: str = "no") -> None:
        super().__init__()
        self.status = status
        self.message = message
        self.well = True

    async def chat(self, body) -> Reply:
        return await super().chat(body) if self.well else error(self.status, self.message)

    async def probe(self, body) -> Reply:
        return await super().probe(body) if self.well else error(self.status, self.message)


class Echoing(Server):
    """Refuses every question, and repeats what it was sent with it."""

    def __init__(self, status: int, before: str = "") -> None:
        super().__init__()
        self.status = status
        self.before = before

    async def chat(self, body) -> Reply:
        given = self.headers[-1]["authorization"]
        return error(self.status, f"{self.before}not with {given}", Location=f"http://elsewhere/?key={given}")


class Locked(Server):
    """Wants a key."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key

    async def reply(self, path, headers, body) -> Reply:
        given = headers.get("authorization", "")
        if given != f"Bearer {self.key}":
            return error(401, f"Incorrect API key provided: {given}")
        return await super().reply(path, headers, body)


class Plain(Server):
    """An API that refuses what vLLM takes, one field at a time."""

    owner = "somebody"

    def __init__(self, *refused: str) -> None:
        super().__init__()
        self.refused = refused

    async def probe(self, body) -> Reply:
        for field in self.refused:
            if field in body:
                return error(400, f"Unsupported parameter: '{field}'.")
        return answer('{ "code": "ABCD", "count": 7 }')


class Changing(Plain):
    """An API that takes all fields at first; what it refuses later, it refuses of requests."""

    async def chat(self, body) -> Reply:
        for field in self.refused:
            if field in body:
                return error(400, f"Unsupported parameter: '{field}'.")
        return await super().chat(body)

    async def probe(self, body) -> Reply:
        return answer('{ "code": "ABCD", "count": 7 }')


class OtherBackend(Server):
    """A vLLM server whose JSON is not held to the schema: the answer to the engine's question is this."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    async def probe(self, body) -> Reply:
        return answer(self.text)
