"""`python -m benchmarks.orchestrated`: what a Prefect shard costs beside its work, on a real server of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks import corpus, measure
from benchmarks.measure import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
TASKS = 500
"""The most that a flow run has."""
DOCUMENTS = 200
"""A shard of the default size: `--shard-seconds 60` at the 0.3 s that a small document is expected to take."""


def start_server(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A Prefect server with the settings of `deploy/server.env`, and its API."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = (ROOT / "deploy" / "server.env").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    environment = os.environ | settings | {"PREFECT_HOME": str(home)}
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    return server, f"http://127.0.0.1:{port}/api"


def wait_for(api: str) -> None:
    import httpx

    while True:
        try:
            if httpx.get(f"{api}/health", timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.2)


def tasks() -> tuple[float, float, float]:
    """CPU seconds and growth in bytes of a task that does nothing, and how many seconds longer the next flow takes."""
    from prefect import flow

    from flows.feed import Count
    from flows.orchestration.flow import _tasks

    class Nothing:
        tally = SimpleNamespace(started=0)

        async def run(self, _shards: object, _limit: object, handed_over: Any) -> Count:  # noqa: ANN401
            handed_over()
            return Count()

    @flow
    async def many(tasks: int) -> None:
        await _tasks(Nothing(), [SimpleNamespace(name=f"part-{n}") for n in range(tasks)], None)  # type: ignore[arg-type]

    asyncio.run(many(10))  # imports, connections
    process = psutil.Process()
    few = _measured(lambda: asyncio.run(many(10)))
    start = time.perf_counter()
    asyncio.run(many(1))
    alone = time.perf_counter() - start
    before = process.memory_info().rss
    lots = _measured(lambda: asyncio.run(many(TASKS)))
    grown = process.memory_info().rss - before
    start = time.perf_counter()
    asyncio.run(many(1))
    return (lots - few) / (TASKS - 10), grown / TASKS, time.perf_counter() - start - alone


def _measured(call: Any) -> float:  # noqa: ANN401 - a function
    start = measure.cpu_seconds()
    call()
    return measure.cpu_seconds() - start


def shard(folder: Path) -> float:
    """CPU seconds of a shard's work at the default size, of all processes, without Prefect."""
    corpus.write(folder / "in", DOCUMENTS)
    command = [sys.executable, "-m", "flows", "run", str(folder / "in"), "--schema", "invoice", "--workers", "1"]
    command += ["--orchestrator", "none", "--out", str(folder / "out")]
    seconds: dict[int, float] = {}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        process = psutil.Process(run.pid)
        while run.poll() is None:
            with suppress(psutil.NoSuchProcess):  # workers are not this process's own children: each is looked at
                for each in (process, *process.children(recursive=True)):
                    times = each.cpu_times()
                    seconds[each.pid] = times.user + times.system
            time.sleep(0.05)
    return sum(seconds.values()) / len(list((folder / "out").glob("readings/**/*.parquet")))


def results(folder: Path) -> Iterator[Result]:
    server, api = start_server(folder)
    os.environ["PREFECT_API_URL"] = api
    os.environ["PREFECT_HOME"] = str(folder)
    os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
    try:
        work = shard(folder)
        wait_for(api)
        task, grown, following = tasks()
    finally:
        server.terminate()
        server.wait()
    share = task / work
    yield Result(name="shard", figure=f"{share:.2%} of the shard's work", target="3%", reached=share < 0.03,
                 detail=f"{1000 * task:.1f} ms of CPU beside {work:.1f} s, {TASKS} tasks")  # fmt: skip
    yield Result(name="memory", figure=f"{grown / 1024:.0f} KB a task", target="100 KB", reached=grown < 100 * 1024,
                 detail=f"{grown * TASKS / 2**20:.0f} MB for the {TASKS} of a flow run at most")  # fmt: skip
    later = f"{max(0.0, following):.1f} s later than alone"
    yield Result(name="next flow", figure=later, target="5 s", reached=following < 5,
                 detail=f"right after a flow run of {TASKS} tasks, on SQLite")  # fmt: skip


def main(_arguments: Sequence[str] = ()) -> int:
    missed = 0
    with tempfile.TemporaryDirectory(prefix="extract-bench-") as name:
        for result in results(Path(name)):
            missed += not result.reached
            mark = "ok  " if result.reached else "MISS"
            print(f"{mark} {result.name:9} {result.figure:35} target {result.target:7} {result.detail}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
