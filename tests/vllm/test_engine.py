"""The engine of the pipeline against the real server: what it is told, what it survives."""

from __future__ import annotations

import asyncio
import base64
import math
import signal

import pytest

from benchmarks.tiny_models import lessons, server
from benchmarks.tiny_models.tickets import TAUGHT
from extractors.engine.http import HttpEngine
from extractors.engine.interface import ChatRequest, Picture, RefusedError, TextPart

pytestmark = pytest.mark.vllm
AT_WORK_S = 1.0


def request(ticket, schema, **more):
    text, shown = lessons.messages(ticket)[0]["content"]
    kind, data = shown["image_url"]["url"].removeprefix("data:").split(";base64,")
    picture = Picture(data=base64.b64decode(data), media_type=kind, width_px=60, height_px=33)
    values = {"max_output_tokens": 200, "log_probabilities": True, "schema": schema, "page": 0, **more}
    return ChatRequest(
        model=server.NAME, parts=(TextPart(text=text["text"]), picture), document=ticket.number, **values
    )


def answers(endpoint, requests, meanwhile=None):
    """All at once through one engine."""

    async def asked():
        engine = HttpEngine([endpoint])
        try:
            sent = [asyncio.ensure_future(engine.ask(each)) for each in requests]
            if meanwhile is not None:
                await asyncio.sleep(AT_WORK_S)
                await asyncio.to_thread(meanwhile)
            return await asyncio.gather(*sent)
        finally:
            await engine.close()

    return asyncio.run(asked())


def test_it_finds_out_what_the_server_can_do(qwen):
    async def asked():
        engine = HttpEngine([qwen.url])
        try:
            return await engine.capabilities(server.NAME)
        finally:
            await engine.close()

    can = asyncio.run(asked())
    assert can.json_schema
    assert can.log_probabilities
    assert can.context_tokens == 4096


def test_answers_come_with_tokens_that_are_their_bytes(qwen, schema):
    for ticket, answer in zip(TAUGHT, answers(qwen.url, [request(t, schema) for t in TAUGHT]), strict=True):
        assert (answer.text, answer.finish_reason) == (ticket.answer, "stop")
        assert b"".join(token.data for token in answer.tokens) == answer.text.encode()
        assert all(len(token.top) == 2 for token in answer.tokens)
        assert math.exp(min(token.log_probability for token in answer.tokens)) > 0.9


def test_the_common_beginning_is_computed_once(qwen, schema):
    last = answers(qwen.url, [request(ticket, schema) for ticket in TAUGHT])[-1]
    assert 0 < last.cached_tokens < last.prompt_tokens


def test_a_loop_is_told_as_one(qwen):
    guide = {"type": "array", "items": {"enum": ["0.00"]}, "minItems": 500, "maxItems": 500}
    (answer,) = answers(qwen.url, [request(TAUGHT[0], guide, max_output_tokens=3000)])
    assert answer.finish_reason in {"repetition", "length"}
    assert answer.output_tokens < 3000


def test_more_requests_than_the_server_takes_are_all_answered(qwen, schema, queue):
    asked = [TAUGHT[number % len(TAUGHT)] for number in range(2 * queue)]
    got = answers(qwen.url, [request(ticket, schema) for ticket in asked])
    assert [answer.text for answer in got] == [ticket.answer for ticket in asked]


def test_a_prompt_that_is_too_long_is_refused_and_not_repeated(qwen, schema):
    long = request(TAUGHT[0], schema)
    with pytest.raises(RefusedError, match="4096"):
        answers(qwen.url, [ChatRequest(model=server.NAME, parts=(TextPart(text="a1" * 9000), *long.parts[1:]),
                                       max_output_tokens=10, document="long.pdf", page=0)])  # fmt: skip


def test_a_server_killed_in_mid_run_costs_no_answer(servers, qwen, schema):
    def killed():
        qwen.signal(signal.SIGKILL)
        servers.get("qwen", port=qwen.port)

    asked = [TAUGHT[number % len(TAUGHT)] for number in range(12)]
    long = {"type": "array", "items": {"type": "string", "maxLength": 4}, "maxItems": 400, "minItems": 400}
    busy = [request(TAUGHT[0], long, max_output_tokens=100, temperature=1.0) for _ in range(4)]
    got = answers(qwen.url, [*busy, *(request(ticket, schema) for ticket in asked)], killed)
    assert len(got) == len(busy) + len(asked)
    assert [answer.text for answer in got[len(busy) :]] == [ticket.answer for ticket in asked]
