"""A server that sends an answer byte by byte, so slowly that no single pause is long."""

from __future__ import annotations

import asyncio

from tests.extractors.engine.faults.server import Server


class Trickling(Server):
    async def _send(self, reader, writer, reply) -> None:
        if not self.asked:
            await super()._send(reader, writer, reply)
            return
        writer.write(reply.head())
        for byte in reply.body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)
