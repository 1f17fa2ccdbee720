"""The least that a client can do: bytes that are ready out, bytes in; one connection for each request in flight."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


async def send_all(port: int, bodies: Sequence[bytes], *, at_once: int) -> list[float]:
    """Sends all, so many at a time; when each answer was read. RuntimeError where one is no success."""
    left, times = iter(bodies), list[float]()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(_send_on(port, left, times))
    return times


async def _send_on(port: int, left: Iterator[bytes], times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    for body in left:
        head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode())
        writer.write(body)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200 "):
            msg = f"the server answered {answer[:60]!r}"
            raise RuntimeError(msg)
        await reader.readexactly(int(answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))
        times.append(time.monotonic())
    writer.close()
    await writer.wait_closed()
