"""Pictures that are drawn and not read are bounded, whatever the workers could do."""

from __future__ import annotations

import asyncio

from flows.vision import Room
from tests.extractors.vision.answering import sheet


def test_who_wants_to_draw_waits_until_pictures_were_read():
    async def main():
        room, order = Room(limit=10), []
        held = [sheet(), sheet()]  # seven bytes each
        await room.wait()
        room.take(held)

        async def draw():
            await room.wait()
            order.append("drawn")

        waiting = asyncio.create_task(draw())
        await asyncio.sleep(0)
        order.append("read")
        await room.give(held[:1])
        await waiting
        return order, room.held

    assert asyncio.run(main()) == (["read", "drawn"], 7)


def test_one_picture_larger_than_the_room_is_let_through():
    async def main():
        room = Room(limit=1)
        await room.wait()
        room.take([sheet()])
        await room.give([sheet()])
        await room.wait()
        return room.held

    assert asyncio.run(main()) == 0


def test_a_blank_tile_takes_no_room():
    room = Room(limit=1)
    room.take([sheet(picture=None, blank=True)])
    assert room.held == 0
