from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.engine.answer import ProtocolError, answer_of, tokens_of
from extractors.engine.interface import RefusedError


def entry(data: bytes, log_probability: float = -0.5, text: str | None = None):
    shown = data.decode(errors="replace") if text is None else text
    return {"token": shown, "logprob": log_probability, "bytes": list(data), "top_logprobs": []}


def cut(text: str, places) -> list[bytes]:
    """The bytes of a text, cut at these places; a character that is cut comes whole in its last piece."""
    pieces, kept = [], b""
    for start, end in zip([0, *places], [*places, len(text.encode())], strict=True):
        kept += text.encode()[start:end]
        whole = kept.decode(errors="ignore").encode()
        pieces.append(whole)
        kept = kept[len(whole) :]
    return pieces


@given(text=st.text(min_size=1), data=st.data())
def test_tokens_join_to_the_text_wherever_they_are_cut(text, data):
    size = len(text.encode())
    places = sorted(data.draw(st.lists(st.integers(0, size), max_size=6)))
    content = [entry(piece) for piece in cut(text, places)]
    tokens = tokens_of(text, {"content": [*content, entry(b"<|im_end|>")]})
    assert b"".join(token.data for token in tokens) == text.encode()
    assert len(tokens) <= len(content) + 1


def test_the_token_that_ends_an_answer_is_left_out():
    content = [entry(b'{"a":'), entry(b"1}"), entry(b"<|im_end|>")]
    assert [token.text for token in tokens_of('{"a":1}', {"content": content})] == ['{"a":', "1}"]


def test_tokens_that_are_not_those_of_the_text_are_no_tokens():
    assert tokens_of("other", {"content": [entry(b"text")]}) == ()


def test_an_api_without_bytes_gives_its_tokens_as_text():
    tokens = tokens_of("naïve", {"content": [{"token": "naï", "logprob": -1}, {"token": "ve", "logprob": -2}]})
    assert [token.data for token in tokens] == ["naï".encode(), b"ve"]


@pytest.mark.parametrize("given", [None, {}, {"content": None}, {"content": [{}]}, {"content": [7]}, "x"])
def test_without_log_probabilities_there_are_no_tokens(given):
    assert tokens_of("text", given) == ()


def test_alternatives_are_kept_by_their_bytes():
    first = {**entry(b"1"), "top_logprobs": [entry(b"1", -0.1), entry(b"7", -2.5)]}
    assert tokens_of("1", {"content": [first]})[0].top == ((b"1", -0.1), (b"7", -2.5))


@pytest.mark.parametrize("finish", ["content_filter", "stop"])
def test_a_model_that_declines_is_a_refusal(finish):
    message = {"content": None, "refusal": "I cannot help" if finish == "stop" else None}
    body = json.dumps({"choices": [{"message": message, "finish_reason": finish}]}).encode()
    with pytest.raises(RefusedError, match="declined"):
        answer_of(body, seconds=0, endpoint="e")


def test_an_answer_without_counts_has_none():
    body = json.dumps({"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}], "usage": None}).encode()
    answer = answer_of(body, seconds=1.5, endpoint="e")
    assert (answer.prompt_tokens, answer.cached_tokens, answer.output_tokens, answer.seconds) == (0, 0, 0, 1.5)


def test_what_is_no_answer_is_shown_by_its_beginning():
    with pytest.raises(ProtocolError, match="hello"):
        answer_of(b"hello", seconds=0, endpoint="e")
