"""The shards of a run as tasks of a Dask cluster, by Prefect's own task runner for it."""

from __future__ import annotations

import asyncio
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.errors import UnavailableError, UsageError
from flows.orchestration.errand import Errand, add_to, errand, run_errand
from flows.orchestration.retries import RETRIES
from flows.stopping import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flows.run import Run
    from flows.work import Shard

SCHEME = "dask://"
CLIENT = {"timeout": 10}
WAITING = 2
"""Tasks that are on the way beside those that are running."""
LOOK_SECONDS = 1.0
QUIET_SECONDS = 5.0
"""Without any worker, before it is said."""
GIVE_UP_SECONDS = 120.0
"""Without any worker, before the run ends: a cluster that scales has them by then."""


def scheduler(runner: str) -> str:
    """The address that Dask knows; UsageError, UnavailableError where it is none or nothing can talk to it."""
    if not runner.startswith(SCHEME) or not runner.removeprefix(SCHEME):
        msg = f"--task-runner is {runner!r}; it can be dask://HOST:PORT, the scheduler of a Dask cluster."
        raise UsageError(msg)
    if find_spec("prefect_dask") is None:
        msg = "--task-runner dask://... needs prefect-dask: pip install 'pagewise-extract[dask]'."
        raise UnavailableError(msg)
    return f"tcp://{runner.removeprefix(SCHEME)}"


@task(name="shard", task_run_name="{names[0]}", cache_policy=NO_CACHE, persist_result=False, **RETRIES)
def read_there(names: list[str], what: Errand) -> dict[str, Any]:  # noqa: ARG001 - the name is shown
    """Runs on the cluster."""
    return run_errand(what)


async def read_on_cluster(run: Run, shards: Sequence[Shard], size: int) -> None:
    """Reads and commits all shards, so many a task; the first error ends it."""
    from prefect_dask.task_runners import DaskTaskRunner

    address = scheduler(run.options.task_runner)
    try:
        runner = await in_thread(lambda: _connected(DaskTaskRunner(address=address, client_kwargs=CLIENT)))
    except OSError as error:
        msg = f"The Dask scheduler at {address} does not answer: {error}. Start it (`dask scheduler`), or correct it."
        raise UnavailableError(msg) from error
    try:
        await in_thread(lambda: run.output.derive(run.work))
        await until_workers(runner.client, address, run.progress.say)
        await _all(run, shards, size, runner)
    except (
        asyncio.CancelledError
    ):  # whoever stops the run does not wait for the cluster; it drops what it has not begun
        raise
    except BaseException:
        await _disconnected(runner)
        raise
    await _disconnected(runner)


async def _disconnected(runner: Any) -> None:  # noqa: ANN401 - prefect_dask has no types
    await in_thread(lambda: runner.__exit__(None, None, None))


def _connected(runner: Any) -> Any:  # noqa: ANN401 - prefect_dask has no types
    """The runner, whose client is made when it is first asked for."""
    runner.__enter__()
    runner.client  # noqa: B018 - see above
    return runner


async def _all(run: Run, shards: Sequence[Shard], size: int, runner: Any) -> None:  # noqa: ANN401 - prefect_dask has no types
    places = asyncio.Semaphore(sum(runner.client.nthreads().values()) + WAITING)

    async def one(mine: Sequence[Shard]) -> None:
        what = errand(run.options, run.work, mine)
        future = runner.submit(read_there, {"names": list(what.shards), "what": what})
        try:
            counted = await in_thread(future.result)
        finally:
            places.release()
        add_to(run.tally, counted)
        for n in range(counted["read"] + counted["failed"]):
            run.progress.document(failed=n < counted["failed"], source=mine[0].entries[0].source)

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watched(run, runner.client))
        async with asyncio.TaskGroup() as tasks:
            for first in range(0, len(shards), size):
                await places.acquire()
                tasks.create_task(one([shards[n] for n in range(first, min(first + size, len(shards)))]))
        watching.cancel()


async def _watched(run: Run, client: Any) -> None:  # noqa: ANN401 - distributed has no types
    """Whether there still are workers, for as long as the run reads."""
    while True:
        await until_workers(client, scheduler(run.options.task_runner), run.progress.say)
        await asyncio.sleep(LOOK_SECONDS)


async def until_workers(client: Any, address: str, say: Callable[[str], None]) -> None:  # noqa: ANN401 - as above
    """Waits for the first worker of a cluster that has none; UnavailableError when none comes."""
    since, is_said = time.monotonic(), False
    while not await in_thread(client.nthreads):
        waited = time.monotonic() - since
        if waited >= GIVE_UP_SECONDS:
            msg = (
                f"The Dask cluster at {address} has had no workers for {GIVE_UP_SECONDS:g} seconds: start some "
                f"(`dask worker {address}`)."
            )
            raise UnavailableError(msg)
        if waited >= QUIET_SECONDS and not is_said:
            say(f"the Dask cluster at {address} has no workers: the run waits for some (`dask worker {address}`)")
            is_said = True
        await asyncio.sleep(LOOK_SECONDS)
