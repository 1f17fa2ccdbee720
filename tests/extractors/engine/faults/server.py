"""A vLLM server as far as an engine sees one: the fakes of this folder differ in one thing each."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} x", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


class Dropped(Exception):  # noqa: N818 - no error: the connection is to end
    """Closes the connection after these bytes."""

    def __init__(self, sent: bytes = b"") -> None:
        super().__init__()
        self.sent = sent


def answer(text: str, *, finish: str = "stop", model: str = "m", cached: int = 0) -> Reply:
    """A whole answer: a token a character, and the one that ends it."""
    tokens = [*text, "<|im_end|>"] if finish == "stop" else list(text)
    content = [
        {"token": token, "logprob": -0.25, "bytes": list(token.encode()), "top_logprobs": []} for token in tokens
    ]
    choice = {"index": 0, "message": {"content": text}, "finish_reason": finish, "logprobs": {"content": content}}
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": len(tokens),
        "prompt_tokens_details": {"cached_tokens": cached},
    }
    return Reply(body=json.dumps({"model": model, "choices": [choice], "usage": usage}).encode())


def error(status: int, message: str, **headers: str) -> Reply:
    return Reply(status=status, body=json.dumps({"error": {"message": message}}).encode(), headers=headers)


class Server:
    """Listens on a port of its own; `asked` are the bodies of the questions, the engine's own question left out."""

    models = ("m",)
    owner = "vllm"
    metrics: str | None = None

    def __init__(self, *, port: int = 0) -> None:
        self.port = port
        self.asked: list[dict[str, Any]] = []
        self.probed: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.healthy = True
        self.left = 0
        """Connections that the other side ended while it waited for an answer."""
        self._connections: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def chat(self, body: dict[str, Any]) -> Reply:
        return answer(f"read by {self.port}")

    async def probe(self, body: dict[str, Any]) -> Reply:
        return answer('{"code":"ABCD","count":7}')

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody listens any more, and all connections end."""
        self._server.close()
        for writer in list(self._connections):
            writer.transport.abort()
        await self._server.wait_closed()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.strip().split("\r\n")
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                await self._send(reader, writer, await self._answered(reader, first.split()[1], headers, body))
        except Dropped as drop:
            writer.write(drop.sent)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: Reply) -> None:
        writer.write(reply.head() + reply.body)
        await writer.drain()

    async def _answered(self, reader: asyncio.StreamReader, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """The reply, given up when the other side leaves."""
        work = asyncio.ensure_future(self.reply(path, headers, body))
        leaves = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({work, leaves}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            self.left += 1
            work.cancel()
            raise ConnectionResetError
        leaves.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await leaves
        return work.result()

    async def reply(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        self.headers.append(headers)
        if path == "/v1/models":
            models = [{"id": name, "owned_by": self.owner, "max_model_len": 8192} for name in self.models]
            return Reply(body=json.dumps({"data": models}).encode())
        if path == "/health":
            return Reply(status=200 if self.healthy else 503)
        if path == "/metrics" and self.metrics is not None:
            return Reply(body=self.metrics.encode())
        if path == "/v1/chat/completions":
            asked = json.loads(body)
            if asked.get("response_format", {}).get("json_schema", {}).get("name") == "probe" or _is_probe(asked):
                self.probed.append(asked)
                return await self.probe(asked)
            self.asked.append(asked)
            return await self.chat(asked)
        return error(404, "Not Found")


def _is_probe(asked: dict[str, Any]) -> bool:
    return "ABCDEFGHIJ" in asked["messages"][0]["content"][0]["text"]


def text_of(asked: dict[str, Any]) -> str:
    """The text of a question."""
    return "".join(part.get("text", "") for part in asked["messages"][0]["content"])
