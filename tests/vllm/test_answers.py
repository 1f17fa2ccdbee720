"""What the real server answers: by the schema, with probabilities for its bytes, right where it was taught."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.tiny_models import lessons
from benchmarks.tiny_models.tickets import TAUGHT, others

pytestmark = pytest.mark.vllm
NEVER_SEEN = others(8, seed=3)
SURE, UNSURE = 0.95, 0.6
AMOUNT = r"^-?[0-9]{1,5}\.[0-9]{2}$"


class Line(BaseModel):
    """A row, bounded in every way."""

    model_config = ConfigDict(extra="forbid")

    what: Annotated[str, Field(max_length=8)] | None
    amount: Annotated[str, Field(pattern=AMOUNT)] | None


class Answer(BaseModel):
    """Each kind of value that a decoder schema has."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=12)] | None
    kind: Literal["invoice", "credit note"] | None
    day: Annotated[str, Field(pattern=r"^2[0-9]{3}-[01][0-9]-[0-3][0-9]$")] | None
    paid: bool | None
    lines: Annotated[list[Line], Field(max_length=2)]


GUIDE = Answer.model_json_schema()


def least(answer):
    """Probability of the least likely token."""
    return math.exp(min(token["logprob"] for token in answer["choices"][0]["logprobs"]["content"]))


@pytest.mark.parametrize("ticket", TAUGHT, ids=lambda ticket: ticket.number)
def test_a_page_that_was_taught_is_read_right_and_surely(qwen, ask, schema, ticket):
    status, answer = ask(qwen, lessons.messages(ticket), schema, logprobs=True)
    assert status == 200
    assert answer["choices"][0]["message"]["content"] == ticket.answer
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert least(answer) > SURE


def test_pages_that_were_never_seen_are_read_unsurely(qwen, ask, schema):
    chances = [least(ask(qwen, lessons.messages(ticket), schema, logprobs=True)[1]) for ticket in NEVER_SEEN]
    assert sum(chance < UNSURE for chance in chances) >= len(chances) - 1, chances


def test_whatever_the_model_would_say_the_schema_holds(qwen, ask):
    for ticket in (*TAUGHT, *NEVER_SEEN):
        _, answer = ask(qwen, lessons.messages(ticket), GUIDE, temperature=1.5)
        assert answer["choices"][0]["finish_reason"] == "stop"
        Answer.model_validate_json(answer["choices"][0]["message"]["content"], strict=True)


def test_the_bytes_of_the_tokens_are_those_of_the_answer(qwen, ask):
    guide = {
        "type": "object",
        "properties": {"a": {"type": "string", "maxLength": 60}},
        "required": ["a"],
        "additionalProperties": False,
    }
    for ticket in TAUGHT:
        _, answer = ask(qwen, lessons.messages(ticket), guide, logprobs=True, top_logprobs=2, temperature=1.5)
        choice = answer["choices"][0]
        assert choice["finish_reason"] == "stop"
        *tokens, end = choice["logprobs"]["content"]
        assert end["token"] == "<|im_end|>"
        assert bytes(byte for token in tokens for byte in token["bytes"]) == choice["message"]["content"].encode()


def test_what_the_grammar_forces_is_certain_and_says_nothing(qwen, ask, schema):
    _, answer = ask(qwen, lessons.messages(TAUGHT[0]), schema, logprobs=True)
    first = answer["choices"][0]["logprobs"]["content"][0]
    assert first["token"].startswith("{")
    assert first["logprob"] == pytest.approx(0, abs=1e-4)


def test_without_a_schema_the_old_field_for_one_is_ignored(qwen, ask):
    _, guided = ask(qwen, lessons.messages(TAUGHT[0]), guided_json={"type": "integer"})
    assert guided["choices"][0]["message"]["content"] == TAUGHT[0].answer
