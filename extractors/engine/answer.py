"""What a server sent, as an answer: its text, why it ends, and its tokens by the bytes that they stand for."""

from __future__ import annotations

import json
from typing import Any

from extractors.engine.interface import ChatAnswer, RefusedError, Token
from extractors.engine.secret import NO_SECRET, Secret

FINISHED = {"stop": "stop", "length": "length", "repetition": "repetition", "eos": "stop", "max_tokens": "length"}
"""How servers call the ends of an answer; any other is an `abort`."""
ENDS = 2
"""Tokens behind the text that end it; they have bytes but are no part of it."""
SEEN_BYTES = 4096
"""Of a body that is no answer, to show its beginning."""


class ProtocolError(ValueError):
    """What came is no answer of a chat API; the message follows the name of the endpoint."""


def answer_of(body: bytes, *, seconds: float, endpoint: str, secret: Secret = NO_SECRET) -> ChatAnswer:
    """The first choice; ProtocolError where there is none, RefusedError where the model declined.

    What their messages show of the body is without the `secret`.
    """
    try:
        value = json.loads(body)
        choice, model, usage = value["choices"][0], str(value.get("model", "")), value.get("usage") or {}
        message, finish = choice["message"], choice.get("finish_reason")
        text = message.get("content") or ""
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        msg = f"sent no answer of a chat API ({_beginning(body, secret)})"
        raise ProtocolError(msg) from error
    if message.get("refusal") or finish == "content_filter":
        told = secret.hidden(str(message.get("refusal") or "content filter"))
        msg = f"{endpoint}: the model declined to answer: {told}."
        raise RefusedError(msg)
    if not isinstance(text, str):
        msg = "sent an answer whose content is no text"
        raise ProtocolError(msg)
    return ChatAnswer(
        text=text,
        finish_reason=FINISHED.get(str(finish), "abort"),
        tokens=tokens_of(text, choice.get("logprobs")),
        prompt_tokens=_count(usage, "prompt_tokens"),
        cached_tokens=_count(usage.get("prompt_tokens_details") or {}, "cached_tokens"),
        output_tokens=_count(usage, "completion_tokens"),
        seconds=seconds,
        endpoint=endpoint,
        model=model,
    )


def tokens_of(text: str, log_probabilities: Any) -> tuple[Token, ...]:  # noqa: ANN401 - whatever JSON came
    """The tokens whose bytes are those of the text, without the ones that end it; empty where the bytes differ.

    A character that several tokens share comes from vLLM as empty pieces and one that carries it all.
    """
    try:
        tokens = tuple(_token(entry) for entry in log_probabilities["content"])
    except (KeyError, TypeError, ValueError):
        return ()
    wanted = text.encode()
    for kept in range(len(tokens), max(-1, len(tokens) - ENDS - 1), -1):
        if b"".join(token.data for token in tokens[:kept]) == wanted:
            return tokens[:kept]
    return ()


def _token(entry: Any) -> Token:  # noqa: ANN401
    return Token(
        text=entry["token"],
        data=_bytes(entry),
        log_probability=float(entry["logprob"]),
        top=tuple((_bytes(other), float(other["logprob"])) for other in entry.get("top_logprobs") or ()),
    )


def _bytes(entry: Any) -> bytes:  # noqa: ANN401
    given = entry.get("bytes")
    return entry["token"].encode() if given is None else bytes(given)


def _count(usage: Any, name: str) -> int:  # noqa: ANN401
    found = usage.get(name) if isinstance(usage, dict) else None
    return found if isinstance(found, int) else 0


def _beginning(body: bytes, secret: Secret) -> str:
    text = secret.hidden(body[:SEEN_BYTES].decode(errors="replace"))
    return repr(" ".join(text[:80].split())) if text.strip() else "nothing"
