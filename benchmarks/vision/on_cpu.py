"""Against the real vLLM on the CPU, with the tiny model: what its cache saves, what probabilities and a schema cost."""

from __future__ import annotations

import asyncio
import base64
import itertools
import statistics
import time
from typing import TYPE_CHECKING, Any

import psutil

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
ROUNDS, REQUESTS, AT_ONCE = 3, 24, 8
TOKENS = 240
"""Of each answer whose cost is measured; all begin together, so that each step of the server writes one for each."""
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
    """What the log-probabilities of each token and two alternatives cost."""
    return _cost("logprobs", "log-probabilities", to, {}, {"logprobs": True, "top_logprobs": 2})


def schema(to: server.Server, scratch: Path) -> Result:  # noqa: ARG001
    """What a schema costs that guides each token, answers being of the same length."""
    guided = chat.body([], LETTERS)["response_format"]
    return _cost("schema", "the schema", to, {"ignore_eos": True}, {"response_format": guided})


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


def _body(number: int, more: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    fixed = {"max_completion_tokens": TOKENS, "min_tokens": TOKENS, "temperature": 1}
    return chat.body(_message(number, constant_first=True), **fixed, **more)


def _taken(to: server.Server, bodies: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Seconds until all are answered, and seconds of CPU of the server's processes."""
    begun, cpu = time.monotonic(), _cpu_s(to)
    statuses = chat.ask_all(to, bodies, at_once=AT_ONCE)
    if set(statuses) != {200}:
        msg = f"the server answered {sorted(set(statuses))}; see {to.log}"
        raise RuntimeError(msg)
    return time.monotonic() - begun, _cpu_s(to) - cpu


def _cpu_s(to: server.Server) -> float:
    api = psutil.Process(to.process.pid)
    return sum(sum(process.cpu_times()[:2]) for process in (api, *api.children(recursive=True)))


def _cost(name: str, what: str, to: server.Server, plain: Mapping[str, Any], more: Mapping[str, Any]) -> Result:
    """Three series in every order once: plain, plain again, and with more; shares of time, and of the server's CPU.

    What the two equal ones differ by is what the machine does by itself; a cost that is less than that is not seen.
    """
    plain_bodies, more_bodies = ([_body(number, fields) for number in range(AT_ONCE)] for fields in (plain, more))
    series = (plain_bodies, plain_bodies, more_bodies)
    for bodies in (plain_bodies, more_bodies):
        _taken(to, bodies)  # warms up
    rounds = []
    for order in itertools.permutations(range(3)):
        taken = {which: _taken(to, series[which]) for which in order}
        rounds.append([taken[which] for which in range(3)])
    wall, noise = _share([[each[0] for each in of_round] for of_round in rounds])
    cpu, cpu_noise = _share([[each[1] for each in of_round] for of_round in rounds])
    more_cpu_s = statistics.median(of_round[2][1] - (of_round[0][1] + of_round[1][1]) / 2 for of_round in rounds)
    each = more_cpu_s / (AT_ONCE * TOKENS) * 1e6
    return Result(name=name, figure=f"{what}: {wall:+.0%} of the time, {cpu:+.0%} of the CPU", target="-", reached=True,
                  detail=f"{each:+.0f} us of CPU a token; equal series differ by {noise:.0%} and {cpu_noise:.0%}; "
                  f"median of {len(rounds)} rounds")  # fmt: skip


def _share(rounds: Sequence[Sequence[float]]) -> tuple[float, float]:
    """What the third adds to the first two, and by what these differ: medians over the rounds."""
    return (
        statistics.median(2 * third / (first + second) - 1 for first, second, third in rounds),
        statistics.median(abs(second - first) / min(first, second) for first, second, _ in rounds),
    )
