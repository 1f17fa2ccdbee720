"""`extract run` as a whole against the bare server: PDFs read, tiles drawn, answers judged, tables written.

The run's own requests are recorded first, at a server that takes no time: what the cores of this machine can bring to
a model shows there. Then the run and the bare client, which has the recorded bytes ready, are measured at the same
server of fixed latency and capacity, by the times of its answers while all of its places are taken.
A machine with few cores brings less than many places at a short latency would take; the latency is chosen so that the
server's capacity is a part of what the cores bring, else the figure would be about the cores alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from benchmarks import corpus
from benchmarks.vision.bare_client import send_all
from schemas.decoder import decoder_schema
from schemas.registry import load_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


TURNS = 5
"""Documents for each place of the server; three at least, as the first and the last are not counted."""
OF_THE_CORES = 0.5
"""What the server takes, of what the cores bring: they serve, send and measure as well."""
LEAST_SECONDS = 1.0
MODEL, SCHEMA = "qwen2.5-vl-7b", "invoice"
TOKEN_CHARACTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRun:
    """One comparison; rates in answers a second."""

    at_once: int
    seconds: float
    """Of each answer."""
    brought: float
    """At a server that takes no time."""
    bare: float
    run: float
    cpu_ms: float
    """Of the run, an answer."""

    @property
    def share(self) -> float:
        """Of the bare rate that the run has."""
        return self.run / self.bare


def measured(at_once: int, seconds: float | None, folder: Path, *, turns: int = TURNS) -> WholeRun:
    """Runs all; `seconds` of each answer are chosen by what the cores bring where they are None."""
    source, answer, record = folder / "in", folder / "answer.json", folder / "requests"
    corpus.write(source, at_once * turns)
    answer.write_bytes(_answer())
    with server(at_once, 0.0, "--answer", str(answer), "--record", str(record)) as port:
        _run(port, at_once, source, folder / "first")
        brought = _rate(_times(port), at_once)
    bodies = list(_recorded(record))
    bodies = bodies[: len(bodies) // at_once * at_once]  # whole turns of all places
    chosen = max(LEAST_SECONDS, at_once / (OF_THE_CORES * brought)) if seconds is None else seconds
    with server(at_once, chosen, "--answer", str(answer)) as port:
        cpu_s = _run(port, at_once, source, folder / "second")
        run = _times(port)
        asyncio.run(send_all(port, bodies, at_once=at_once))
        bare = _times(port)
    return WholeRun(
        at_once=at_once, seconds=chosen, brought=brought, bare=_rate(bare, at_once), run=_rate(run, at_once),
        cpu_ms=1000 * cpu_s / len(run),
    )  # fmt: skip


@contextlib.contextmanager
def server(at_once: int, seconds: float, *more: str) -> Iterator[int]:
    """The port of a steady server."""
    command = [sys.executable, "-m", "benchmarks.vision.steady_server", str(at_once), str(seconds), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield int(started.stdout.readline() if started.stdout else 0)
        finally:
            started.terminate()


def _run(port: int, at_once: int, source: Path, out: Path) -> float:
    """CPU seconds of a run, looked at twice a second."""
    command = [sys.executable, "-m", "flows", "run", str(source), "--schema", SCHEMA, "--out", str(out)]
    command += ["--model", MODEL, "--endpoint", f"http://127.0.0.1:{port}/v1", "--requests", str(at_once)]
    started = subprocess.Popen(
        [*command, "--orchestrator", "none"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    tree, cpu = psutil.Process(started.pid), dict[int, float]()
    while started.poll() is None:
        with contextlib.suppress(psutil.Error):
            for each in (tree, *tree.children(recursive=True)):
                cpu[each.pid] = sum(each.cpu_times()[:2])
        time.sleep(0.5)
    if started.returncode:
        msg = f"{' '.join(command)} ended with {started.returncode}"
        raise RuntimeError(msg)
    return sum(cpu.values())


def _answer() -> bytes:
    """A record in which nothing was found, with a log-probability for each token."""
    text = json.dumps(dict.fromkeys(decoder_schema(load_schema(SCHEMA))["properties"]), separators=(",", ":"))
    pieces = [text[i : i + TOKEN_CHARACTERS] for i in range(0, len(text), TOKEN_CHARACTERS)]
    tokens = [{"token": piece, "logprob": -0.01, "bytes": list(piece.encode()), "top_logprobs": []} for piece in pieces]
    choice = {"message": {"content": text}, "finish_reason": "stop", "logprobs": {"content": tokens}}
    usage = {"prompt_tokens": 2000, "completion_tokens": len(tokens)}
    return json.dumps({"model": MODEL, "choices": [choice], "usage": usage}).encode()


def _recorded(record: Path) -> Iterator[bytes]:
    with record.open("rb") as file:
        while length := file.read(8):
            yield file.read(int.from_bytes(length))


def _times(port: int) -> list[float]:
    """Of the answers since the last question; the server counts no length of a GET."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/times", timeout=30) as answer:
        times: list[float] = json.loads(answer.read())
    return times


def _rate(times: Sequence[float], at_once: int) -> float:
    """Answers a second over whole turns of all places (answers come in waves), the first and the last turn left out."""
    first, counted = at_once - 1, (len(times) // at_once - 2) * at_once
    return counted / (times[first + counted] - times[first])
