"""A key that is refused, a model that is gone, a quota that is used up: no request will be answered."""

from __future__ import annotations

import asyncio

import pytest

from extractors.engine.interface import BarredError, EngineError, RefusedError, SpentError, UnavailableError
from tests.extractors.engine.asking import engine_for, request
from tests.extractors.engine.faults.busy import Busy
from tests.extractors.engine.faults.refusing import Barring, Refusing
from tests.extractors.engine.faults.server import error
from tests.extractors.engine.faults.steady import Steady

QUOTA = "You exceeded your current quota. (insufficient_quota)"


@pytest.mark.parametrize(
    ("status", "message", "kind", "told"),
    [
        (401, "no", BarredError, r"wants an API key \(401\): put it into the variable EXTRACT_API_KEY"),
        (403, "no", BarredError, r"wants an API key \(403\)"),
        (404, "No model m.", BarredError, "answers 404: No model m.*still serves this model"),
        (402, "no", SpentError, "quota is used up: pay"),
        (429, QUOTA, SpentError, "quota is used up: pay"),
    ],
)
async def test_all_who_ask_and_all_who_wait_are_told_after_one_small_question(status, message, kind, told):
    async with Barring(status, message) as server, engine_for(server, requests=2) as engine:
        await engine.ask(request())
        server.well = False
        found = await asyncio.gather(*(engine.ask(request(page=i)) for i in range(6)), return_exceptions=True)
        with pytest.raises(kind, match=told):
            await engine.ask(request())
    assert {type(each) for each in found} == {kind}
    assert not issubclass(kind, EngineError)
    assert len(server.probed) == 2
    assert len(server.asked) <= 3


@pytest.mark.parametrize(
    ("status", "kind"), [(401, RefusedError), (403, RefusedError), (404, RefusedError), (429, UnavailableError)]
)
async def test_it_shows_before_the_first_request_although_the_models_are_listed(status, kind):
    async with Barring(status, QUOTA) as server, engine_for(server) as engine:
        server.well = False
        with pytest.raises(kind):
            await engine.capabilities("m")
    assert server.asked == []


@pytest.mark.parametrize("status", [401, 403, 404, 429])
async def test_a_refusal_of_one_page_alone_is_that_pages(status):
    async with Refusing(status, QUOTA) as server, engine_for(server) as engine:
        with pytest.raises(RefusedError):
            await engine.ask(request())
        server.chat = Steady.chat.__get__(Steady())
        assert (await engine.ask(request(page=1))).finish_reason == "stop"


async def test_another_endpoint_goes_on_alone():
    async with Barring(401) as locked, Steady() as other, engine_for(locked, other) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(4)))
        locked.well = False
        answers = await asyncio.gather(*(engine.ask(request(page=i)) for i in range(8)))
        assert [locked.url in trouble for trouble in engine.troubles()] == [True]
    assert {answer.endpoint for answer in answers} == {other.url}


async def test_a_server_that_is_busy_at_the_start_is_asked_again():
    class Full(Busy):
        async def probe(self, body):
            return error(429, "slow down") if len(self.probed) < 3 else await super().probe(body)

    async with Full(times=0) as server, engine_for(server) as engine:
        assert (await engine.capabilities("m")).json_schema
    assert len(server.probed) == 3


async def test_a_doubt_that_nobody_answers_is_no_proof():
    class Silent(Barring):
        async def probe(self, body):
            return await super().probe(body) if self.well else error(500, "no")

    async with Silent(403) as server, engine_for(server, attempts=2) as engine:
        await engine.ask(request())
        server.well = False
        with pytest.raises(UnavailableError, match="after 2 attempts"):
            await engine.ask(request())
