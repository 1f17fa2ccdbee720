"""What the engine in this process says where it cannot work; `make test-vllm` tests it with models."""

from __future__ import annotations

import asyncio
import sys

import pytest

from extractors.engine import in_process
from extractors.engine.in_process import InProcessOptions, TransformersEngine
from extractors.engine.interface import ChatRequest, RefusedError, TextPart, UnavailableError


def ask(model="tiny", **more):
    async def asked():
        engine = TransformersEngine(InProcessOptions(weights="weights", name="tiny", **more))
        request = ChatRequest(
            model=model, parts=(TextPart(text="read"),), max_output_tokens=1, document="a.pdf", page=0
        )
        try:
            return await engine.ask(request)
        finally:
            await engine.close()

    return asyncio.run(asked())


def test_without_torch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "extractors.engine.transformers_model", raising=False)
    with pytest.raises(RefusedError, match=r"pip install 'pagewise-extract\[transformers\]'"):
        ask()


def test_an_answer_that_takes_too_long_is_ended_and_not_waited_for(monkeypatch):
    class Endless:
        def answer(self, request, stop):
            assert stop.wait(30)
            ended.append(True)

    ended = []
    monkeypatch.setattr(in_process, "_load", lambda _: Endless())
    with pytest.raises(UnavailableError, match=r"a\.pdf, page 1: .*no answer after 0 s"):
        ask(answer_s=0.1)
    assert ended == [True]


def test_another_model_than_the_one_in_the_process_is_refused():
    with pytest.raises(RefusedError, match="'tiny', not 'another'"):
        ask("another")
