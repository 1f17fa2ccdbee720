"""A server that is full, and one that is asked to end; the last of the tests, as they end the server of the others."""

from __future__ import annotations

import signal

import pytest

from benchmarks.tiny_models import chat, lessons
from benchmarks.tiny_models.tickets import TAUGHT

pytestmark = pytest.mark.vllm
WAIT_S = 2.0
ROWS = {"type": "array", "items": {"type": "string", "maxLength": 4}, "maxItems": 900, "minItems": 900}


def long(count, tokens):
    """Requests that take their time."""
    messages = lessons.messages(TAUGHT[0])
    return [chat.body(messages, ROWS, max_completion_tokens=tokens, temperature=1) for _ in range(count)]


def answered_right(to, ask, schema):
    _, answer = ask(to, lessons.messages(TAUGHT[1]), schema)
    return answer["choices"][0]["message"]["content"] == TAUGHT[1].answer


def test_a_full_server_says_503_and_answers_what_it_took(qwen, ask, schema, queue):
    statuses = chat.ask_all(qwen, long(queue + 16, 40))
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= queue
    assert answered_right(qwen, ask, schema)


def test_a_server_that_is_asked_to_end_finishes_what_is_in_flight(qwen):
    statuses = chat.ask_all(qwen, long(4, 300), lambda: qwen.signal(signal.SIGTERM), after_s=WAIT_S)
    assert statuses == [200] * 4
    assert qwen.process.wait(timeout=120) == 0
