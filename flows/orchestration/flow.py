"""The flow: a run with a task for each shard, shown in Prefect's pages and stopped as a run is."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import replace
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from flows.orchestration.server import HEALTH_SECONDS, check_server, make_quiet

make_quiet()

from prefect import flow, get_run_logger, runtime, task  # noqa: E402 - what is set above is read while it is imported
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.schemas.objects import State  # noqa: E402, TC002 - Prefect reads the annotations of a flow
from prefect.deployments import arun_deployment  # noqa: E402
from prefect.settings import PREFECT_API_URL  # noqa: E402
from prefect.states import Completed  # noqa: E402
from pydantic import Field  # noqa: E402

from flows.errors import EmptyError, UnavailableError  # noqa: E402
from flows.exit_codes import ExitCode  # noqa: E402
from flows.json_log import tell_end  # noqa: E402
from flows.orchestration.artifacts import counts_table, key, report  # noqa: E402
from flows.orchestration.here import Here, shared  # noqa: E402
from flows.orchestration.parameters import NOTHING_SET, Settings, options_of  # noqa: E402
from flows.orchestration.retries import RETRIES  # noqa: E402
from flows.orchestration.shown import Shown, told  # noqa: E402
from flows.orchestration.states import cancelled, end_state, failed, is_sentence  # noqa: E402
from flows.orchestration.stopped import Stop, StoppedError  # noqa: E402
from flows.stopping import first_of, in_thread, leave  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.feed import Feed
    from flows.progress import Progress
    from flows.run import Run
    from flows.sources import Intake
    from flows.summary import Summary
    from flows.work import Plan, Shard

MOST_TASKS = 500
"""Of one flow run; a server with SQLite has trouble with more. Longer lists have several shards in a task."""
STOP_SECONDS = 1.0
"""That whoever stops a run waits for a server that does not answer."""
ELSEWHERE = " What the cluster had begun it may still store."
SHARED = ("paths", "schema_name", "out", "settings")
"""Parameters of those who help; they read again nothing that is done."""


def _name() -> str:
    """`invoice from s3://bucket/in and 2 more`."""
    given = runtime.flow_run.parameters
    first, *others = given.get("paths") or ["nothing"]
    return f"{Path(given.get('schema_name') or 'nothing').stem} from {first}" + (
        f" and {len(others)} more" if others else ""
    )


@flow(name="extract", flow_run_name=_name, persist_result=False, validate_parameters=True)
async def extract(
    paths: list[str],
    schema_name: str,
    out: str = "./out",
    settings: Settings = NOTHING_SET,
    *,
    force: bool = False,
    retry_failed: bool = False,
    verify_content: bool = False,
    limit: Annotated[int, Field(ge=1)] | None = None,
    settle_seconds: Annotated[float, Field(ge=0)] = 0.0,
    shared_with: list[str] | None = None,
) -> State[Any]:
    """Reads documents into validated Parquet; a second run with the same output reads only what is new.

    Args:
        paths: Folders (read with all that is in them), files or globs; all on the machine that reads.
        schema_name: What to extract: the name of a built-in schema, or the path of a file of your own.
        out: Where the tables go.
        settings: How it is read; what is left empty has the default of the machine that reads.
        force: Read again what is done already.
        retry_failed: Read again what failed.
        verify_content: Compare contents, not only size and time, to see what is done.
        limit: Read at most so many documents.
        settle_seconds: Leave files alone that have not stayed the same for so long; somebody is still writing them.
        shared_with: Deployments of which a flow run is started to share the documents, one each time it is named.

    """
    here = shared()
    if here is None:
        more = {"force": force, "retry_failed": retry_failed, "verify_content": verify_content, "limit": limit}
        options = options_of(paths=paths, schema=schema_name, out=out, given=settings, more=more)
        here = Here(
            options=options, progress=told(None), settle_seconds=settle_seconds, shared_with=tuple(shared_with or ())
        )
    else:
        here.progress = told(here.progress)
    async with Stop.on_signals() as stop:
        try:
            here.summary = await stop.unless(_read_all(here, stop))
        except StoppedError:
            message = here.interrupted = here.interrupted or "interrupted before anything was read."
            if shared() is not None and await in_thread(partial(_server_is_away, STOP_SECONDS)):
                tell_end(message, ExitCode.INTERRUPTED, log=here.options.log)
                leave(ExitCode.INTERRUPTED)  # Prefect would try for a minute to tell it
            return cancelled(message)
        except EmptyError as error:
            if runtime.deployment.id is None:
                here.error = error
                return failed(error)
            return Completed(message=str(error))  # a schedule that finds nothing yet has done what it should
        except BaseException as error:
            here.error = first_of(error)
            if is_sentence(here.error):
                return failed(here.error)
            raise here.error from error
    return end_state(here.summary)


async def _read_all(here: Here, stop: Stop) -> Summary:
    """A run from its list to its summary."""
    from flows.run import Run
    from schemas.registry import load_schema

    started, options = time.monotonic(), here.options
    schema = load_schema(options.schema)
    intake: Intake = await in_thread(lambda: here.intake(schema))
    by_worker = shared() is None
    begun: Run = await in_thread(lambda: Run.begin(options, schema, here.progress, by_worker=by_worker))
    run = replace(begun, due=here.due)
    try:
        plan, something = await in_thread(lambda: run.prepare(intake))
        if something:
            await _ask_for_help(here, plan, run.work.run_id)
            await _read(run, plan, stop)
        summary: Summary = await in_thread(lambda: run.finish(intake, plan, started))
    except asyncio.CancelledError:
        here.interrupted = run.interrupted() + (ELSEWHERE if options.task_runner else "")
        raise
    await _publish(summary, here.progress)
    return summary


async def _ask_for_help(here: Here, plan: Plan, run_id: str) -> None:
    """Starts the flow runs that share the documents: they join the list that is committed now.

    Where one cannot be started this run reads its share as well: that takes longer, and loses nothing.
    """
    wanted = here.shared_with[: max(0, len(plan.shards) - 1)]
    if here.options.limit is not None or not wanted:
        return
    if await in_thread(_server_is_away):
        here.progress.say("Prefect's server does not answer: nobody is asked to share the documents")
        return
    parameters = {k: runtime.flow_run.parameters[k] for k in SHARED}
    for number, name in enumerate(wanted):
        try:
            await arun_deployment(
                name, parameters=parameters, timeout=0, as_subflow=False, idempotency_key=f"{run_id}-{number}"
            )
        except Exception as error:  # noqa: BLE001 - whatever its client raises
            here.progress.say(f"{name} was not started to share the documents: {type(error).__name__}: {error}")


async def _read(run: Run, plan: Plan, stop: Stop) -> None:
    shown = Shown(total=run.documents(plan), schema=run.work.schema.name, tally=run.tally)
    run.progress.begin(shown.total)
    try:
        async with shown.updated(stop):
            await (_read_on_cluster if run.options.task_runner else _read_here)(run, plan)
    finally:
        run.progress.end()


async def _read_on_cluster(run: Run, plan: Plan) -> None:
    from flows.orchestration.dask import read_on_cluster

    await read_on_cluster(run, plan.shards, shards_of_a_task(len(plan.shards)))


async def _read_here(run: Run, plan: Plan) -> None:
    from flows.run import open_pool

    leave_main_out()
    pool = open_pool(run.options)
    try:
        async with run.feed(pool, plan.shards) as feed:
            await _tasks(feed, plan.shards, run.options.limit)
    finally:
        pool.stop()


def leave_main_out() -> None:
    """Has the worker processes not import the main module of this one: with Prefect's engine it takes them a second."""
    sys.modules["__main__"].__spec__ = ModuleSpec("flows.__main__", None)


async def _tasks(feed: Feed, shards: Sequence[Shard], limit: int | None) -> None:
    """A task for each shard, or for several of a long list; the next begins when the workers have all of one."""

    @task(
        name="shard",
        task_run_name="{names[0]}",
        cache_policy=NO_CACHE,
        persist_result=False,
        **RETRIES,
    )
    async def shard(names: list[str]) -> dict[str, int]:
        mine, handed_over = groups[names[0]]
        try:
            count = await feed.run(mine, limit, handed_over.set)
        except BaseExceptionGroup as group:
            raise first_of(group) from group
        return {"documents": count.documents, "failed": count.failed, "pages": count.pages}

    groups: dict[str, tuple[Sequence[Shard], asyncio.Event]] = {}
    size = shards_of_a_task(len(shards))
    async with asyncio.TaskGroup() as group:
        for first in range(0, len(shards), size):
            if limit is not None and feed.tally.started >= limit:
                break
            mine = [shards[n] for n in range(first, min(first + size, len(shards)))]
            handed_over = asyncio.Event()
            names = [each.name for each in mine]
            groups[names[0]] = mine, handed_over
            group.create_task(shard(names)).add_done_callback(partial(_forget, groups, names[0]))
            await handed_over.wait()


def _forget(groups: dict[str, Any], name: str, _done: object) -> None:
    """What a task was given is no longer held when it is over: memory stays the same however long the list."""
    del groups[name]


def shards_of_a_task(shards: int) -> int:
    """So many that a flow run has at most MOST_TASKS."""
    return max(1, -(-shards // MOST_TASKS))


def _server_is_away(seconds: float = HEALTH_SECONDS) -> bool:
    """Whether nobody answers there any more; Prefect's own client would take a minute to find out, each time."""
    try:
        check_server(PREFECT_API_URL.value(), seconds)
    except UnavailableError:
        return True
    return False


async def _publish(summary: Summary, progress: Progress) -> None:
    """The table and the report; a server that is away takes nothing from what is stored."""
    if await in_thread(_server_is_away):
        progress.say("all is stored, but Prefect's server does not answer: for a minute it is tried to tell it")
        return
    schema = summary.content["schema"]
    try:
        await acreate_table_artifact(
            counts_table(summary.content), key=key("counts", schema), description="What came of the documents, and why"
        )
        await acreate_markdown_artifact(report(summary), key=key("report", schema))
    except Exception as error:  # noqa: BLE001 - whatever its client raises
        get_run_logger().warning("the report could not be stored: %s", error)
