"""Who is sent where: models and endpoints that do not hold each other up."""

from __future__ import annotations

import asyncio

from tests.extractors.engine.asking import engine_for, request
from tests.extractors.engine.faults.steady import Steady


class Held(Steady):
    """Answers when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def chat(self, body):
        await self.let_go.wait()
        return await super().chat(body)


async def test_a_model_with_many_in_line_does_not_hold_up_another_models_endpoint():
    async with Held() as slow, Steady() as idle, engine_for(slow, idle, requests=4) as engine:
        slow.models, idle.models = ("reader",), ("writer",)
        reads = [asyncio.create_task(engine.ask(request(model="reader", page=i))) for i in range(40)]
        while len(slow.asked) < 4:
            await asyncio.sleep(0.01)
        answer = await engine.ask(request(model="writer"))
        assert (answer.endpoint, len(slow.asked)) == (idle.url, 4)
        slow.let_go.set()
        await asyncio.gather(*reads)


async def test_two_models_of_one_endpoint_take_turns():
    async with Held() as server, engine_for(server, requests=1) as engine:
        server.models = ("reader", "writer")
        await engine.capabilities("writer")
        reads = [asyncio.create_task(engine.ask(request(model="reader", page=i))) for i in range(9)]
        while not server.asked:
            await asyncio.sleep(0.01)
        writes = [asyncio.create_task(engine.ask(request(model="writer", page=i))) for i in range(3)]
        await asyncio.sleep(0.05)
        server.let_go.set()
        await asyncio.gather(*reads, *writes)
    asked = [body["model"] for body in server.asked]
    assert asked[1:7].count("writer") == 3


async def test_each_endpoint_has_as_many_in_flight_as_one_may_have():
    async with Held() as one, Held() as two, engine_for(one, two, requests=5) as engine:
        asks = [asyncio.create_task(engine.ask(request(page=i))) for i in range(20)]
        while len(one.asked) + len(two.asked) < 10:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert (len(one.asked), len(two.asked)) == (5, 5)
        one.let_go.set()
        two.let_go.set()
        await asyncio.gather(*asks)
