"""The engine against a bare server of fixed latency and capacity, in pages a second; no GPU and no vLLM needed.

`python -m benchmarks.vision.throughput`: the same server is fed with ready-made bytes by a client that does nothing
else, and by the engine from pictures; in turn, the median of the ratios. The clock starts with the last of the first
answers, when all places of the server have been taken once. Then the same with all of `extract run` over PDFs in place
of the engine (see `benchmarks.vision.whole_run`). Exit code 1 where either has less than .95 of the bare rate.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.vision import whole_run
from benchmarks.vision.bare_client import send_all
from extractors.engine.body import body_of
from extractors.engine.dialect import Dialect
from extractors.engine.http import HttpEngine
from extractors.engine.interface import ChatRequest, Picture, TextPart
from extractors.engine.limits import EngineLimits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AT_ONCE = (16, 64, 256)
SECONDS = 4.0
"""Of each answer: 256 at once are 64 pages a second, several times what one GPU reads."""
TURNS = 8
"""Answers after one another on each place of the server."""
PICTURE_BYTES = 400_000
"""A scanned page as JPEG of 1,288 px."""
PICTURES = 16
TARGET = 0.95
PROMPT = "Read the document in the picture. Answer with one JSON object that follows the schema. " * 20
SCHEMA = {"type": "object", "properties": {f"field_{i}": {"type": ["string", "null"]} for i in range(20)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One round."""

    bare: float
    """Pages a second."""
    engine: float
    engine_cpu_s: float

    @property
    def share(self) -> float:
        """Of the bare pages a second that the engine has."""
        return self.engine / self.bare


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--at-once", type=int, nargs="+", default=AT_ONCE, help="requests in flight (default: 16 64 256)"
    )
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"of each answer (default: {SECONDS})")
    parser.add_argument("--run-seconds", type=float, help="of each answer to a whole run (default: as the cores allow)")
    parser.add_argument("--turns", type=int, default=whole_run.TURNS, help="documents for each place, of a whole run")
    parser.add_argument("--engine-only", action="store_true", help="leave out the whole runs")
    arguments = parser.parse_args()
    if arguments.turns < 3:
        parser.error("--turns must be 3 or more")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    missed = 0
    for at_once in arguments.at_once:
        with whole_run.server(at_once, arguments.seconds) as port:
            pairs = [asyncio.run(_pair(port, at_once)) for _ in range(arguments.rounds)]
        missed += not _tell(at_once, pairs)
    for at_once in () if arguments.engine_only else arguments.at_once:
        with tempfile.TemporaryDirectory(prefix="extract-run-") as name:
            missed += not _tell_run(
                whole_run.measured(at_once, arguments.run_seconds, Path(name), turns=arguments.turns)
            )
    return 1 if missed else 0


def _tell_run(found: whole_run.WholeRun) -> bool:
    """Prints one line; whether the target was reached."""
    print(
        f"{'ok  ' if found.share >= TARGET else 'MISS'} {found.at_once:>3} at once  {found.share:.3f} of the bare "
        f"answers a second, all of extract run  target {TARGET}  {found.bare:.2f} -> {found.run:.2f} a second, each "
        f"takes {found.seconds:.1f} s; {found.cpu_ms:.0f} ms of CPU an answer; "
        f"the cores bring {found.brought:.1f} a second",
        flush=True,
    )
    return found.share >= TARGET


def _tell(at_once: int, pairs: Sequence[Pair]) -> bool:
    """Prints one line; whether the target was reached."""
    share = statistics.median(pair.share for pair in pairs)
    pages = at_once * TURNS
    bare, engine = statistics.median(pair.bare for pair in pairs), statistics.median(pair.engine for pair in pairs)
    cpu = statistics.median(pair.engine_cpu_s for pair in pairs) / pages * 1000
    print(
        f"{'ok  ' if share >= TARGET else 'MISS'} {at_once:>3} at once  {share:.3f} of the bare pages a second  "
        f"target {TARGET}  {bare:.1f} -> {engine:.1f} pages a second, {cpu:.1f} ms of CPU a page",
        flush=True,
    )
    return share >= TARGET


async def _pair(port: int, at_once: int) -> Pair:
    requests = list(_requests(at_once * TURNS))
    dialect = Dialect(vllm=True)
    ready = {request.parts[1]: body_of(request, dialect, model="steady") for request in requests[:PICTURES]}
    bare = await send_all(port, [ready[request.parts[1]] for request in requests], at_once=at_once)
    engine = HttpEngine([f"http://127.0.0.1:{port}/v1"], limits=EngineLimits(requests=at_once))
    try:
        await engine.capabilities("steady")
        cpu = _cpu_s()
        ours = await _ask_all(engine, requests, waiting=2 * at_once)
        return Pair(bare=_rate(bare, at_once), engine=_rate(ours, at_once), engine_cpu_s=_cpu_s() - cpu)
    finally:
        await engine.close()


async def _ask_all(engine: HttpEngine, requests: Sequence[ChatRequest], *, waiting: int) -> list[float]:
    """As a run feeds an engine, which always has more than it can send; when each answer came."""
    left, times = iter(requests), list[float]()

    async def ask_on() -> None:
        for request in left:
            await engine.ask(request)
            times.append(time.monotonic())

    async with asyncio.TaskGroup() as group:
        for _ in range(waiting):
            group.create_task(ask_on())
    return times


def _rate(times: Sequence[float], at_once: int) -> float:
    """Answers a second behind the first `at_once`."""
    return (len(times) - at_once) / (times[-1] - times[at_once - 1])


def _requests(count: int) -> Iterator[ChatRequest]:
    rng = random.Random(0)  # noqa: S311 - bytes that do not compress, no secret
    pictures = [
        Picture(data=rng.randbytes(PICTURE_BYTES), media_type="image/jpeg", width_px=910, height_px=1288)
        for _ in range(PICTURES)
    ]
    for i in range(count):
        parts = (TextPart(text=PROMPT), pictures[i % PICTURES])
        yield ChatRequest(
            model="steady", parts=parts, schema=SCHEMA, max_output_tokens=2000, log_probabilities=True,
            document=f"{i}.pdf", page=0,
        )  # fmt: skip


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
