from __future__ import annotations

import asyncio
import base64

import pytest

from extractors.engine.interface import BarredError, QuarantinedError, RefusedError, UnavailableError
from tests.extractors.engine.asking import PAGE, engine_for, request
from tests.extractors.engine.faults.busy import Busy
from tests.extractors.engine.faults.crashing import Crashing
from tests.extractors.engine.faults.cut_off import CutOff
from tests.extractors.engine.faults.draining import Draining
from tests.extractors.engine.faults.garbage import HTML, Garbage
from tests.extractors.engine.faults.hanging import Hanging
from tests.extractors.engine.faults.refusing import OVERFLOW, Refusing
from tests.extractors.engine.faults.resetting import Resetting
from tests.extractors.engine.faults.server import Server
from tests.extractors.engine.faults.steady import Steady
from tests.extractors.engine.faults.trickling import Trickling

SCHEMA = {"type": "object", "properties": {"b": {"type": "null"}, "a": {"type": "null"}}}


async def test_a_question_goes_out_as_one_message_with_all_that_guards_its_answer():
    async with Steady() as server, engine_for(server) as engine:
        answer = await engine.ask(request(schema=SCHEMA, log_probabilities=True, top=2))
    asked = server.asked[0]
    assert answer.text == f"read by {server.port}"
    assert [part["type"] for part in asked["messages"][0]["content"]] == ["text", "image_url"]
    url = asked["messages"][0]["content"][1]["image_url"]["url"]
    assert base64.b64decode(url.removeprefix("data:image/jpeg;base64,")) == PAGE.data
    assert list(asked["response_format"]["json_schema"]["schema"]["properties"]) == ["b", "a"]
    assert (asked["max_completion_tokens"], asked["temperature"], asked["top_logprobs"]) == (50, 0.0, 2)
    assert asked["repetition_penalty"] == 1.0
    assert asked["repetition_detection"]["min_count"] == 12
    assert asked["return_token_ids"] is True


async def test_the_answer_says_where_it_comes_from_and_what_it_cost():
    async with Steady() as server, engine_for(server) as engine:
        answer = await engine.ask(request(log_probabilities=True))
    assert b"".join(token.data for token in answer.tokens) == answer.text.encode()
    assert (answer.endpoint, answer.finish_reason) == (server.url, "stop")
    assert (answer.prompt_tokens, answer.output_tokens) == (9, len(answer.text) + 1)


async def test_no_more_requests_are_in_flight_than_allowed():
    async with Steady(latency_s=0.02) as server, engine_for(server, requests=3) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(20)))
    assert server.most == 3


async def test_no_more_bytes_are_in_flight_than_allowed_but_a_large_picture_goes_alone():
    async with Steady(latency_s=0.02) as server, engine_for(server, bytes=2 * len(PAGE.data) + 1) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(8)))
        assert server.most == 2
    async with Steady(latency_s=0.02) as server, engine_for(server, bytes=1) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(3)))
        assert server.most == 1


async def test_the_endpoint_with_the_fewest_requests_is_asked():
    async with Steady(latency_s=0.05) as one, Steady(latency_s=0.05) as two, engine_for(one, two) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(10)))
    assert (len(one.asked), len(two.asked)) == (5, 5)


@pytest.mark.parametrize("status", [503, 429])
async def test_a_busy_server_is_asked_again_until_it_has_room(status):
    async with Busy(times=9, status=status) as server, engine_for(server, attempts=2) as engine:
        answer = await engine.ask(request())
    assert len(server.asked) == 10
    assert answer.finish_reason == "stop"


@pytest.mark.parametrize("status", [409, 425])
async def test_a_conflict_of_the_moment_is_asked_again(status):
    async with Busy(times=2, status=status) as server, engine_for(server) as engine:
        assert (await engine.ask(request())).finish_reason == "stop"
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [503, 429, 500, 502, 504])
async def test_a_server_that_says_when_to_come_again_is_left_alone_until_then(status):
    async with Busy(times=1, status=status, retry_after="1") as server, engine_for(server) as engine:
        first = asyncio.create_task(engine.ask(request(page=0)))
        while not server.asked:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert len(server.asked) == 1
        await first
    assert len(server.asked) == 2


async def test_a_busy_server_is_given_fewer_at_a_time():
    async with Busy(times=8) as server, engine_for(server, requests=16) as engine:
        await asyncio.gather(*(engine.ask(request(page=i)) for i in range(16)))
        assert engine._endpoints[0].window.limit < 16


async def test_a_draining_server_is_left_for_another():
    async with Draining() as draining, Steady() as other, engine_for(draining, other) as engine:
        answers = await asyncio.gather(*(engine.ask(request(page=i)) for i in range(12)))
    assert {answer.endpoint for answer in answers} == {other.url}


async def test_a_connection_that_ends_in_mid_answer_is_no_crash_where_the_server_is_well():
    async with Resetting(times=3) as server, engine_for(server) as engine:
        answer = await engine.ask(request())
    assert (answer.text, len(server.asked)) == (f"read by {server.port}", 4)


async def test_a_server_that_only_breaks_is_given_up_with_a_sentence():
    async with Resetting(times=99) as server, engine_for(server, attempts=3) as engine:
        with pytest.raises(UnavailableError, match=r"a\.pdf, page 3: .*ended the connection.*after 3 attempts"):
            await engine.ask(request(page=2))
    assert len(server.asked) == 3


@pytest.mark.parametrize("fake", [Hanging, Trickling])
async def test_an_answer_that_does_not_come_to_an_end_is_not_waited_for(fake):
    async with fake() as server, engine_for(server, answer_s=0.2, attempts=2) as engine:
        with pytest.raises(UnavailableError, match="no answer after"):
            await engine.ask(request())
    assert len(server.asked) == 2


async def test_a_request_ends_at_its_deadline_whatever_attempts_are_left():
    async with Hanging() as server, engine_for(server, answer_s=0.2, deadline_s=0.3, attempts=99) as engine:
        with pytest.raises(UnavailableError, match="given up after 2 attempts"):
            await engine.ask(request())


async def test_cancelling_a_question_ends_it_at_the_server_and_frees_its_place():
    async with Hanging() as server, engine_for(server, requests=1) as engine:
        question = asyncio.create_task(engine.ask(request()))
        while not server.asked:
            await asyncio.sleep(0.01)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        while not server.left:
            await asyncio.sleep(0.01)
        server.chat = Server.chat.__get__(server)
        assert (await engine.ask(request())).finish_reason == "stop"


async def test_only_the_page_that_kills_the_engine_is_quarantined():
    async with Crashing(poison="deadly", together=4) as server, engine_for(server, suspects=1) as engine:
        questions = [engine.ask(request("deadly" if i == 2 else "harmless", page=i)) for i in range(4)]
        found = await asyncio.gather(*questions, return_exceptions=True)
        again = await asyncio.gather(engine.ask(request("deadly", page=2)), return_exceptions=True)
    assert [type(each).__name__ for each in found] == ["ChatAnswer", "ChatAnswer", "QuarantinedError", "ChatAnswer"]
    assert "a.pdf, page 3" in str(found[2])
    assert "2 times" in str(found[2])
    assert isinstance(again[0], QuarantinedError)
    assert server.crashes == 2


async def test_requests_survive_the_restart_of_the_only_server():
    async with Crashing(poison="once") as server, engine_for(server) as engine:
        question = asyncio.create_task(engine.ask(request("once")))
        while not server.crashes:
            await asyncio.sleep(0.01)
        server.poison = "never again"
        assert (await question).text == f"read by {server.port}"


async def test_an_engine_that_says_it_is_dead_counts_as_a_crash():
    message = "EngineCore encountered an issue. See stack trace (above) for the root cause."
    async with Refusing(500, message) as server, engine_for(server) as engine:
        with pytest.raises(QuarantinedError):
            await engine.ask(request())
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "body", [b"", HTML, b'{"cho', b"[]", b'{"choices": []}', b'{"choices": [{"message": {"content": 7}}]}']
)
async def test_an_answer_that_is_none_is_told_as_such(body):
    async with Garbage(body) as server, engine_for(server, attempts=2) as engine:
        with pytest.raises(UnavailableError, match="sent"):
            await engine.ask(request())
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("said", "finish"),
    [("length", "length"), ("repetition", "repetition"), ("abort", "abort"), ("something new", "abort")],
)
async def test_an_answer_that_was_cut_off_says_so(said, finish):
    async with CutOff(said) as server, engine_for(server) as engine:
        assert (await engine.ask(request())).finish_reason == finish


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_refusal_is_not_asked_again(status):
    async with Refusing(status, OVERFLOW) as server, engine_for(server) as engine:
        with pytest.raises(RefusedError, match="maximum context length is 8192"):
            await engine.ask(request())
    assert len(server.asked) == 1


async def test_with_nobody_there_for_long_requests_fail_instead_of_waiting():
    async with Steady() as server, engine_for(server, outage_s=0.5) as engine:
        await engine.ask(request())
        await server.stop()
        with pytest.raises(UnavailableError, match=r"cannot be reached.*extract worker"):
            await engine.ask(request())


async def test_closing_an_engine_tells_those_who_wait():
    async with Hanging() as server, engine_for(server, requests=1) as engine:
        questions = [asyncio.create_task(engine.ask(request(page=i))) for i in range(2)]
        while not server.asked:
            await asyncio.sleep(0.01)
        await engine.close()
        questions[0].cancel()
        found = await asyncio.gather(*questions, return_exceptions=True)
    assert isinstance(found[1], UnavailableError)


async def test_a_local_server_that_does_not_know_the_folder_is_told(tmp_path):
    message = "Cannot load local files without `--allowed-local-media-path`."
    async with Refusing(400, message) as server, engine_for(server, folder=tmp_path) as engine:
        with pytest.raises(BarredError, match="extract worker --pictures DIR"):
            await engine.ask(request())
    assert list(tmp_path.iterdir()) == []


async def test_a_local_server_reads_pictures_from_the_folder_that_both_know(tmp_path):
    class Reading(Steady):
        async def chat(self, body):
            url = body["messages"][0]["content"][1]["image_url"]["url"]
            assert url.startswith("file://")
            assert (tmp_path / url.rpartition("/")[2]).read_bytes() == PAGE.data
            return await super().chat(body)

    async with Reading() as server, engine_for(server, folder=tmp_path) as engine:
        assert (await engine.ask(request())).finish_reason == "stop"
    assert list(tmp_path.iterdir()) == []
