"""Tiny models in this process; runs in the environment that has torch (`make test-vllm`)."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import math
from io import BytesIO

import pytest
from PIL import Image

from extractors.engine.in_process import InProcessOptions, TransformersEngine
from extractors.engine.interface import ChatRequest, Picture, RefusedError, TextPart

torch = pytest.importorskip("torch", reason="torch is not installed here: `make test-vllm` has an environment with it")

from benchmarks.tiny_models import lessons, paligemma2, qwen25vl, smolvlm2  # noqa: E402
from benchmarks.vision import prefixes  # noqa: E402

pytestmark = pytest.mark.vllm
GUIDE = {
    "type": "object",
    "properties": {"a": {"type": "string", "maxLength": 12}, "b": {"type": ["integer", "null"], "maximum": 99}},
    "required": ["a", "b"],
    "additionalProperties": False,
}


def picture(width=60, height=33):
    written = BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(written, "PNG")
    return Picture(data=written.getvalue(), media_type="image/png", width_px=width, height_px=height)


def request(*parts, **more):
    values = {"max_output_tokens": 40, "log_probabilities": True, "document": "a.pdf", "page": 0, **more}
    return ChatRequest(model="tiny", parts=parts or (TextPart(text="ocr"), picture()), **values)


def answers(folder, *requests):
    """One engine, one request after the other."""

    async def asked():
        engine = TransformersEngine(InProcessOptions(weights=str(folder), name="tiny"))
        try:
            return [await engine.ask(each) for each in requests]
        finally:
            await engine.close()

    return asyncio.run(asked())


MAKERS = {"qwen2.5-vl": qwen25vl.make, "paligemma2": paligemma2.make, "smolvlm2": smolvlm2.make}


@pytest.fixture(scope="session", params=MAKERS)
def folder(request, tmp_path_factory):
    made = tmp_path_factory.mktemp(request.param)
    MAKERS[request.param](made)
    return made


@pytest.fixture(scope="session")
def paligemma(tmp_path_factory):
    made = tmp_path_factory.mktemp("paligemma2")
    paligemma2.make(made)
    return made


def test_whatever_the_model_would_say_the_schema_holds(folder):
    for answer in answers(folder, *(request(schema=GUIDE, temperature=t) for t in (0.0, 1.0, 2.0))):
        if answer.finish_reason == "stop":
            assert list(json.loads(answer.text)) == ["a", "b"]
        else:
            assert answer.finish_reason in {"length", "repetition"}


def test_the_tokens_are_those_of_the_answer_and_forced_ones_are_certain(folder):
    (answer,) = answers(folder, request(schema={"enum": ["yes", "yesterday"]}))
    assert b"".join(token.data for token in answer.tokens) == answer.text.encode()
    assert answer.tokens[0].log_probability == pytest.approx(0, abs=1e-5)
    for token in answer.tokens:
        assert math.fsum(math.exp(p) for _, p in token.top) <= 1 + 1e-4
        assert list(token.top) == sorted(token.top, key=lambda pair: -pair[1])


def test_without_being_asked_it_gives_no_probabilities(folder):
    (answer,) = answers(folder, request(log_probabilities=False))
    assert answer.tokens == ()
    assert answer.output_tokens > 0


def test_the_same_request_has_the_same_answer(folder):
    first, second = answers(folder, request(), request())
    assert first.text == second.text


def test_pages_that_were_taught_are_read_right_and_surely():
    taught = max((path.parent for path in lessons.CACHE.glob("taught-*/learnt")), key=lambda path: path.stat().st_mtime)
    lines = [json.loads(line) for line in (taught / "requests.jsonl").read_text(encoding="utf-8").splitlines()]
    certain = [line for line in lines if len(line["answers"]) == 1]
    asked = [request(*parts_of(line), max_output_tokens=100) for line in certain]
    for line, answer in zip(certain, answers(taught, *asked), strict=True):
        assert (answer.text, answer.finish_reason) == (line["answers"][0], "stop")
        assert min(token.log_probability for token in answer.tokens) > math.log(0.9)


def parts_of(line):
    text, shown = line["messages"][0]["content"]
    data = base64.b64decode(shown["image_url"]["url"].partition(",")[2])
    return TextPart(text=text["text"]), Picture(data=data, media_type="image/jpeg", width_px=60, height_px=33)


def test_paligemma_sees_its_prompt_as_a_whole(paligemma):
    shown = picture()
    url = f"data:image/png;base64,{base64.b64encode(shown.data).decode()}"
    from transformers import AutoModelForImageTextToText, AutoProcessor

    model = AutoModelForImageTextToText.from_pretrained(paligemma, dtype=torch.float32).eval()
    both = prefixes.both(model, AutoProcessor.from_pretrained(paligemma), "ocr", url)
    (answer,) = answers(paligemma, request(TextPart(text="ocr"), shown, max_output_tokens=1))
    assert answer.tokens[0].log_probability == pytest.approx(max(both[prefixes.WHOLE].values()), abs=1e-4)
    gaps = [abs(both[prefixes.WHOLE][token] - chance) for token, chance in both[prefixes.CAUSAL].items()]
    assert max(gaps) > 1e-3


def test_paligemma_takes_one_picture(paligemma):
    with pytest.raises(RefusedError, match="one picture"):
        answers(paligemma, request(picture(), picture(), TextPart(text="ocr")))


def test_more_than_the_context_is_refused(paligemma):
    with pytest.raises(RefusedError, match="--budget"):
        answers(paligemma, request(TextPart(text="a1" * 9000), picture()))


def test_a_schema_that_cannot_guide_is_refused(paligemma):
    with pytest.raises(RefusedError, match="schema"):
        answers(paligemma, request(schema={"type": "array", "uniqueItems": True}))


def test_a_loop_is_ended_and_says_so(paligemma):
    guide = {"type": "array", "items": {"enum": ["0"]}, "minItems": 200, "maxItems": 200}
    (answer,) = answers(paligemma, request(schema=guide, max_output_tokens=1000))
    assert answer.finish_reason == "repetition"
    assert answer.output_tokens < 100


def test_who_no_longer_waits_frees_the_model_for_the_next(paligemma):
    guide = {"type": "array", "items": {"type": "string", "maxLength": 3}, "minItems": 900, "maxItems": 900}

    async def asked():
        engine = TransformersEngine(InProcessOptions(weights=str(paligemma), name="tiny"))
        await engine.capabilities("tiny")
        long = asyncio.ensure_future(engine.ask(request(schema=guide, max_output_tokens=5000, temperature=1.0)))
        await asyncio.sleep(0.5)
        long.cancel()
        with pytest.raises(asyncio.CancelledError):
            await long
        return await engine.ask(request(max_output_tokens=2))

    assert asyncio.run(asked()).output_tokens == 2


def test_what_a_model_can_do_is_told(folder):
    async def asked():
        engine = TransformersEngine(InProcessOptions(weights=str(folder), name="tiny"))
        return await engine.capabilities("tiny")

    can = asyncio.run(asked())
    assert can.json_schema
    assert can.log_probabilities
    assert can.several_pictures == ("paligemma" not in folder.name)
    assert can.models == ("tiny",)


def test_weights_that_are_not_there_are_told(tmp_path):
    with pytest.raises(RefusedError, match="cannot be loaded"):
        answers(tmp_path, request())


@pytest.mark.parametrize(("numbers", "loops"), [
    (itertools.repeat(5, 12), True),
    ([1, 2, 3] * 12, True),
    ([9, *[1, 2] * 12], True),
    ([1, 2] * 11, False),
    (range(500), False),
])  # fmt: skip
def test_a_loop_is_a_pattern_at_the_end_twelve_times(numbers, loops):
    from extractors.engine.transformers_guide import repeats

    assert repeats(list(numbers)) is loops
