from __future__ import annotations

import asyncio
import json
import logging

import pytest

from extractors.catalogue.catalogue import load_models
from extractors.engine.interface import BarredError, RefusedError, UnavailableError
from tests.extractors.engine.asking import engine_for, request
from tests.extractors.engine.faults.garbage import Website
from tests.extractors.engine.faults.refusing import Changing, Locked, OtherBackend, Plain
from tests.extractors.engine.faults.server import Server, error
from tests.extractors.engine.faults.steady import Steady

KNOWN = load_models()
KEY = "sk-very-secret"


async def problem(*servers, model: str = "m", **more) -> str:
    async with engine_for(*servers, **more) as engine:
        with pytest.raises((RefusedError, UnavailableError)) as raised:
            await engine.capabilities(model)
    return str(raised.value)


async def test_nobody_there_is_told_with_what_to_start():
    async with Steady() as server:
        url = server.url
    told = await problem(url)
    assert told.startswith(f"{url} cannot be reached (")
    assert "extract worker --model NAME" in told


async def test_something_that_is_no_api_is_told():
    async with Website() as server:
        told = await problem(server)
    assert "does not speak the OpenAI API" in told
    assert "doctype" in told
    assert "/chat/completions" in told


async def test_another_model_is_named():
    async with Steady() as server:
        server.models = ("one", "two")
        told = await problem(server, model="rolmocr")
    assert "does not serve 'rolmocr'; it serves 'one', 'two'" in told
    assert '[models."one"]' in told


async def test_another_model_is_named_as_the_catalogue_knows_it():
    async with Steady() as server:
        server.models = ("Qwen/Qwen2.5-VL-7B-Instruct",)
        told = await problem(server, model="rolmocr", known=KNOWN)
    assert "Give --model qwen2.5-vl-7b; or give another address" in told
    assert "extract.toml" not in told


class Unlisted(Plain):
    """An API that does not say which models it has, and answers for one."""

    def __init__(self, model: str, status: int = 404) -> None:
        super().__init__()
        self.model = model
        self.status = status

    async def reply(self, path, headers, body):
        if path == "/v1/models":
            return error(self.status, "Not Found")
        if json.loads(body)["model"] != self.model:
            return error(404, "No such model.")
        return await super().reply(path, headers, body)


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_an_api_that_lists_no_models_is_used_where_it_answers(status):
    async with Unlisted("reducto/RolmOCR", status) as server, engine_for(server, known=KNOWN) as engine:
        assert (await engine.capabilities("rolmocr")).models == ("reducto/RolmOCR",)
        assert (await engine.ask(request(model="rolmocr"))).finish_reason == "stop"
    assert server.asked[0]["model"] == "reducto/RolmOCR"


async def test_an_address_that_is_none_of_an_api_is_told_after_its_names_were_tried():
    async with Unlisted("another") as server:
        told = await problem(server, model="rolmocr", known=KNOWN)
    assert "followed by /chat/completions" in told


@pytest.mark.parametrize(
    "text", ['{\n    "code": "ABCD",\n    "count": 7\n}', '{"code":"ABCDEFGHIJ","count":7}', "{    ", "The code is A"]
)
async def test_a_vllm_server_without_the_pinned_backend_is_told_how_to_start(text):
    async with OtherBackend(text) as server:
        told = await problem(server)
    assert '{"backend":"guidance","disable_any_whitespace":true}' in told


async def test_a_missing_key_and_a_refused_one_are_told_without_showing_any():
    async with Locked(KEY) as server:
        assert "wants an API key (401): put it into the variable EXTRACT_API_KEY" in await problem(server)
        told = await problem(server, key="sk-wrong")
    assert "refuses the API key" in told
    assert "sk-" not in told


async def test_a_key_is_sent_and_shown_nowhere(caplog):
    caplog.set_level(logging.DEBUG)
    async with Locked(KEY) as server, engine_for(server, key=KEY) as engine:
        answer = await engine.ask(request())
        shown = [repr(engine), repr(vars(engine)), *(repr(vars(e.connection)["_lanes"]) for e in engine._endpoints)]
    assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
    assert KEY not in " ".join([*shown, repr(answer), caplog.text])


async def test_a_key_with_a_line_break_is_refused_before_it_is_sent():
    with pytest.raises(RefusedError, match="line break"):
        async with engine_for("http://localhost:1", key="sk\n"):
            pass


async def test_one_endpoint_in_order_is_enough_and_the_other_is_told():
    async with Steady() as one, Steady() as gone:
        pass
    async with Steady() as one, engine_for(gone.url, one) as engine:
        assert (await engine.ask(request())).endpoint == one.url
        assert [gone.url in trouble for trouble in engine.troubles()] == [True]


async def test_an_endpoint_that_comes_up_later_is_used():
    async with Steady() as late:
        pass
    async with Steady(latency_s=0.02) as server, engine_for(late.url, server, requests=3) as engine:
        await engine.ask(request())
        await late.start()
        for _ in range(500):
            if late.asked:
                break
            await engine.ask(request())
        assert late.asked
        await late.stop()


async def test_a_restarted_server_without_the_model_is_not_waited_for():
    async with Steady() as server, engine_for(server) as engine:
        await engine.ask(request())
        await server.stop()
        server.models = ("other",)
        await server.start()
        engine._endpoints[0].breaker.failed(0.0, at_once=True)
        with pytest.raises(BarredError, match="serves 'm' any more"):
            await engine.ask(request())


async def test_a_restarted_server_is_asked_again_how_it_holds_to_a_schema():
    async with OtherBackend('{"code":"ABCD","count":7}') as server, engine_for(server) as engine:
        await engine.ask(request())
        await server.stop()
        server.text = '{    "code": "ABCDEFGHIJ"}'
        await server.start()
        engine._endpoints[0].breaker.failed(0.0, at_once=True)
        with pytest.raises(BarredError, match="start vLLM with"):
            await engine.ask(request())
    assert len(server.asked) == 1


async def test_a_restarted_server_that_gives_no_answer_yet_is_waited_for():
    class Loading(Server):
        async def probe(self, body):
            return error(500, "loading") if 1 < len(self.probed) < 4 else await super().probe(body)

    async with Loading() as server, engine_for(server) as engine:
        await engine.ask(request())
        engine._endpoints[0].breaker.rest_s = 0.01
        engine._endpoints[0].breaker.failed(asyncio.get_running_loop().time(), at_once=True)
        assert (await engine.ask(request())).finish_reason == "stop"
    assert len(server.probed) == 4


async def test_an_endpoint_that_gives_no_answer_at_the_start_is_used_when_it_does():
    class Loading(Server):
        async def probe(self, body):
            return error(500, "loading") if len(self.probed) == 1 else await super().probe(body)

    async with Loading() as late, Steady(latency_s=0.02) as server, engine_for(late, server) as engine:
        engine._endpoints[0].breaker.rest_s = 0.01
        await engine.ask(request())
        while not late.asked:
            await engine.ask(request())


async def test_what_a_vllm_server_can_do_is_what_it_says():
    async with Steady() as server, engine_for(server) as engine:
        able = await engine.capabilities("m")
    assert (able.json_schema, able.log_probabilities, able.context_tokens, able.models) == (True, True, 8192, ("m",))


async def test_a_model_is_found_under_its_other_name():
    async with Steady() as server, engine_for(server, known=KNOWN) as engine:
        server.models = ("reducto/RolmOCR",)
        await engine.ask(request(model="rolmocr"))
    assert server.asked[0]["model"] == "reducto/RolmOCR"


@pytest.mark.parametrize(
    ("refused", "able"),
    [((), (True, True)), (("logprobs",), (True, False)), (("response_format", "logprobs"), (False, False))],
)
async def test_what_an_api_refuses_is_not_sent_again(refused, able):
    async with Plain(*refused, "repetition_penalty") as server, engine_for(server) as engine:
        found = await engine.capabilities("m")
        await engine.ask(request(schema={"type": "object"}, log_probabilities=True))
    assert (found.json_schema, found.log_probabilities) == able
    assert (("response_format" in server.asked[0]), ("logprobs" in server.asked[0])) == able
    assert not {"repetition_penalty", "repetition_detection", "return_token_ids"} & set(server.asked[0])


async def test_what_another_server_cannot_do_is_found_out_for_a_model_of_the_catalogue_too():
    assert KNOWN["rolmocr"].log_probabilities
    async with Plain("logprobs") as server, engine_for(server, known=KNOWN) as engine:
        server.models = ("rolmocr",)
        assert not (await engine.capabilities("rolmocr")).log_probabilities
        await engine.ask(request(model="rolmocr", log_probabilities=True))
    assert "logprobs" not in server.asked[0]


async def test_a_server_that_knows_the_bound_of_an_answer_by_its_old_name_is_told_it_so():
    async with Plain("max_completion_tokens") as server, engine_for(server) as engine:
        able = await engine.capabilities("m")
        await engine.ask(request(max_output_tokens=77))
    assert (able.json_schema, able.log_probabilities) == (True, True)
    assert (server.asked[0]["max_tokens"], "max_completion_tokens" in server.asked[0]) == (77, False)


async def test_a_model_that_thinks_first_has_room_to_answer_the_small_question():
    class Thinking(Plain):
        async def probe(self, body):
            short = body["max_completion_tokens"] < 500
            return error(400, "Could not finish: the output limit was reached.") if short else await super().probe(body)

    async with Thinking() as server, engine_for(server) as engine:
        assert (await engine.capabilities("m")).json_schema


async def test_what_a_server_refuses_later_is_left_out_from_then_on():
    async with Changing() as server, engine_for(server) as engine:
        assert (await engine.capabilities("m")).log_probabilities
        server.refused = ("logprobs", "response_format")
        for page in range(2):
            question = request(schema={"type": "object"}, log_probabilities=True, page=page)
            assert (await engine.ask(question)).finish_reason == "stop"
    assert ["logprobs" in body for body in server.asked] == [True, False, False, False]
    assert ["response_format" in body for body in server.asked] == [True, True, False, False]


async def test_a_refusal_that_only_names_a_field_takes_nothing_from_other_requests():
    message = "The picture is too large; logprobs and temperature have nothing to do with it."

    class Picky(Changing):
        async def chat(self, body):
            return error(400, message) if len(self.asked) <= 3 else await super().chat(body)

    async with Picky() as server, engine_for(server) as engine:
        with pytest.raises(RefusedError, match="too large"):
            await engine.ask(request(log_probabilities=True))
        await engine.ask(request(log_probabilities=True, page=1))
    assert "logprobs" in server.asked[-1]
    assert "temperature" in server.asked[-1]


async def test_what_an_api_ignores_is_found_out():
    class Ignoring(Plain):
        async def probe(self, body):
            return await Server.chat(self, body)

    async with Ignoring() as server, engine_for(server) as engine:
        assert not (await engine.capabilities("m")).json_schema


async def test_what_the_catalogue_knows_of_a_makers_api_is_believed_and_one_question_shows_that_it_answers():
    class Wordy(Plain):
        async def probe(self, body):
            return await Server.chat(self, body)

    assert None not in {KNOWN["gpt-4o"].json_schema, KNOWN["gpt-4o"].log_probabilities}
    async with Wordy() as server, engine_for(server, known=KNOWN) as engine:
        server.models = ("gpt-4o",)
        able = await engine.capabilities("gpt-4o")
    assert (able.json_schema, able.log_probabilities) == (
        KNOWN["gpt-4o"].json_schema,
        KNOWN["gpt-4o"].log_probabilities,
    )
    assert len(server.probed) == 1
