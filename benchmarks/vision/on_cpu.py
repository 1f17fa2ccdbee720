"""Against the real vLLM on the CPU, with the tiny model: what its cache saves, what probabilities and a schema cost."""

from __future__ import annotations

import asyncio
import base64
import statistics
import time
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Result
from benchmarks.tiny_models import chat, lessons, server
from benchmarks.tiny_models.tickets import others
from benchmarks.vision.bare_client import send_all
from extractors.engine.body import body_of
from extractors.engine.dialect import Dialect
from extractors.engine.http import HttpEngine
from extractors.engine.interface import ChatRequest, Picture, TextPart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CONSTANT = "Copy each value exactly as it is printed, with its own punctuation; write null where there is none. " * 60
"""As long as an instruction with a schema of thirty fields."""
ROUNDS, REQUESTS, AT_ONCE, TOKENS = 3, 24, 8, 60
PAGES = 120
LETTERS = {"type": "array", "items": {"type": "string", "maxLength": 8}, "minItems": TOKENS, "maxItems": TOKENS}


def flags() -> tuple[str, ...]:
    return ("--max-num-seqs", str(AT_ONCE))


def cache(to: server.Server, scratch: Path) -> Result:  # noqa: ARG001 - all have the same parameters
    """Share of the prompts' tokens that the server had computed before, constant text first and last."""
    shares = []
    for first in (True, False):
        before = to.counters()
        messages = (_message(number, constant_first=first) for number in range(REQUESTS))
        chat.ask_all(to, [chat.body(each, max_completion_tokens=1) for each in messages], at_once=1)
        after = to.counters()
        hits, asked = (
            after[f"vllm:prefix_cache_{name}_total"] - before[f"vllm:prefix_cache_{name}_total"]
            for name in ("hits", "queries")
        )
        shares.append(hits / asked)
    return Result(name="cache", figure=f"{shares[0]:.0%} of the prompts' tokens from the cache", target="80%",
                  reached=shares[0] >= 0.8, detail=f"picture first: {shares[1]:.0%}; {REQUESTS} pages")  # fmt: skip


def probabilities(to: server.Server, scratch: Path) -> Result:  # noqa: ARG001
    """Seconds of the same answers with and without the log-probabilities of each token and two alternatives."""
    plain, with_them = _in_turn(to, {}, {"logprobs": True, "top_logprobs": 2})
    return _cost("logprobs", "log-probabilities", plain, with_them)


def schema(to: server.Server, scratch: Path) -> Result:  # noqa: ARG001
    """Seconds of answers of the same length with and without a schema that guides each token."""
    guided = chat.body([], LETTERS)["response_format"]
    plain, with_it = _in_turn(to, {"ignore_eos": True}, {"response_format": guided})
    return _cost("schema", "the schema", plain, with_it)


def throughput(to: server.Server, scratch: Path) -> Result:  # noqa: ARG001
    """Pages a second of the engine against ready-made bytes from a client that does nothing else; in turn."""
    pairs = [asyncio.run(_pair(to)) for _ in range(ROUNDS + 1)][1:]
    bare, engine = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    share = statistics.median(ours / theirs for theirs, ours in pairs)
    return Result(name="engine", figure=f"{share:.2f} of the bare server's pages a second", target=">= .95",
                  reached=share >= 0.95, detail=f"{bare:.1f} -> {engine:.1f} a second, {AT_ONCE} at once")  # fmt: skip


async def _pair(to: server.Server) -> tuple[float, float]:
    """Pages a second: bare, with the engine."""
    drawn = [_request(number) for number in range(REQUESTS)]
    asked = [drawn[number % REQUESTS] for number in range(PAGES)]
    dialect = Dialect(vllm=True)
    bodies = [body_of(request, dialect, model=server.NAME) for request in asked]
    begun = time.monotonic()
    await send_all(to.port, bodies, at_once=AT_ONCE)
    bare = PAGES / (time.monotonic() - begun)
    engine = HttpEngine([to.url])
    try:
        await engine.capabilities(server.NAME)
        begun = time.monotonic()
        await asyncio.gather(*(engine.ask(request) for request in asked))
        return bare, PAGES / (time.monotonic() - begun)
    finally:
        await engine.close()


def _request(number: int) -> ChatRequest:
    text, shown = lessons.messages(others(REQUESTS, seed=7)[number])[0]["content"]
    kind, data = shown["image_url"]["url"].removeprefix("data:").split(";base64,")
    picture = Picture(data=base64.b64decode(data), media_type=kind, width_px=56, height_px=56)
    return ChatRequest(
        model=server.NAME, parts=(TextPart(text=text["text"]), picture), schema=lessons.schema(),
        max_output_tokens=200, log_probabilities=True, document=f"{number}.pdf", page=0,
    )  # fmt: skip


def _message(number: int, *, constant_first: bool) -> list[dict[str, Any]]:
    ticket = others(REQUESTS, seed=7)[number]
    (message,) = lessons.messages(ticket)
    text, picture = {"type": "text", "text": CONSTANT}, message["content"][1]
    if constant_first:
        return [{"role": "user", "content": [text, picture]}]
    # its own text, so that nothing of the round before is left
    return [{"role": "user", "content": [picture, {"type": "text", "text": f"Last: {CONSTANT}"}]}]


def _in_turn(to: server.Server, one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, float]:
    """Median seconds of both, run in turn; the first round warms up."""
    bodies = [[_body(number, more) for number in range(REQUESTS)] for more in (one, other)]
    rounds = [[_seconds(to, each) for each in bodies] for _ in range(ROUNDS + 1)][1:]
    return statistics.median(r[0] for r in rounds), statistics.median(r[1] for r in rounds)


def _body(number: int, more: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    fixed = {"max_completion_tokens": TOKENS, "min_tokens": TOKENS, "temperature": 1}
    return chat.body(_message(number, constant_first=True), **fixed, **more)


def _seconds(to: server.Server, bodies: Sequence[Mapping[str, Any]]) -> float:
    begun = time.monotonic()
    statuses = chat.ask_all(to, bodies, at_once=AT_ONCE)
    if set(statuses) != {200}:
        msg = f"the server answered {sorted(set(statuses))}; see {to.log}"
        raise RuntimeError(msg)
    return time.monotonic() - begun


def _cost(name: str, what: str, plain: float, more: float) -> Result:
    tokens = REQUESTS * TOKENS
    each = (more - plain) / tokens * 1e6
    return Result(name=name, figure=f"{what}: {more / plain - 1:+.0%} of the time", target="-", reached=True,
                  detail=f"{plain:.2f} s -> {more:.2f} s, {each:+.0f} us a token, {tokens:,} tokens")  # fmt: skip
