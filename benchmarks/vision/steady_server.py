"""A server of fixed capacity that speaks the chat API: `python -m benchmarks.vision.steady_server AT_ONCE SECONDS`.

So many requests are worked on together, each for the same time; it prints its port. It says that it is vLLM and has
vLLM's metrics, so that an engine paces itself by them. `--answer FILE` holds the body of all answers; `--record FILE`
keeps the bodies of all requests, each behind its length in eight bytes. GET /times gives the times of the answers since
the last such question, in seconds of a clock of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import time
from pathlib import Path
from typing import BinaryIO

ANSWER = json.dumps(
    {
        "model": "steady",
        "choices": [{"message": {"content": '{"code":"ABCD","count":7}'}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 2000, "completion_tokens": 400},
    }
).encode()
NAMES = ("steady", "qwen2.5-vl-7b")
MODELS = json.dumps({"data": [{"id": name, "owned_by": "vllm", "max_model_len": 16384} for name in NAMES]}).encode()


class SteadyServer:
    def __init__(self, at_once: int, seconds: float, *, answer: bytes = ANSWER, record: BinaryIO | None = None) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._seconds = seconds
        self._answer = answer
        self._record = record
        self._times: list[float] = []
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
        if path == b"/times":
            times, self._times = self._times, []
            return json.dumps(times).encode()
        if b'"name":"probe"' in asked:
            return ANSWER
        if self._record is not None:
            self._record.write(len(asked).to_bytes(8) + asked)
        await self._work()
        self._times.append(time.monotonic())
        return self._answer

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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("at_once", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--answer", type=Path)
    parser.add_argument("--record", type=Path)
    given = parser.parse_args()
    answer = given.answer.read_bytes() if given.answer else ANSWER
    with contextlib.nullcontext() if given.record is None else given.record.open("wb") as record:
        server = SteadyServer(given.at_once, given.seconds, answer=answer, record=record)
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=2**22, backlog=1024)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, listening.close)
        print(listening.sockets[0].getsockname()[1], flush=True)
        with contextlib.suppress(asyncio.CancelledError):
            await listening.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
