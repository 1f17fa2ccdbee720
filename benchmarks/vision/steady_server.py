"""A server of fixed capacity that speaks the chat API: `python -m benchmarks.vision.steady_server AT_ONCE SECONDS`.

So many requests are worked on together, each for the same time; it prints its port. It says that it is vLLM and has
vLLM's metrics, so that an engine paces itself by them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

ANSWER = json.dumps(
    {
        "model": "steady",
        "choices": [{"message": {"content": '{"code":"ABCD","count":7}'}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 2000, "completion_tokens": 400},
    }
).encode()
MODELS = json.dumps({"data": [{"id": "steady", "owned_by": "vllm", "max_model_len": 16384}]}).encode()


class SteadyServer:
    def __init__(self, at_once: int, seconds: float) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._seconds = seconds
        self._here = 0
        self._at_work = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await self._body(head.split(b" ", 2)[1], _length(head), reader)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
        writer.close()

    async def _body(self, path: bytes, length: int, reader: asyncio.StreamReader) -> bytes:
        asked = await reader.readexactly(length)
        if path == b"/v1/models":
            return MODELS
        if path == b"/metrics":
            return self._metrics().encode()
        if b'"name":"probe"' not in asked:
            await self._work()
        return ANSWER

    async def _work(self) -> None:
        self._here += 1
        async with self._room:
            self._at_work += 1
            await asyncio.sleep(self._seconds)
            self._at_work -= 1
        self._here -= 1

    def _metrics(self) -> str:
        waiting = self._here - self._at_work
        return f"vllm:num_requests_running {self._at_work}\nvllm:num_requests_waiting {waiting}\n"


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def main() -> None:
    server = SteadyServer(int(sys.argv[1]), float(sys.argv[2]))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=2**22, backlog=1024)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
