"""`extract run` as a flow in its own process: the flow shows what it does, the command keeps words and exit codes."""

from __future__ import annotations

import asyncio
import logging
import os
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.errors import EmptyError, UnavailableError, UsageError
from flows.orchestration.server import check_server, make_quiet, needed_server
from flows.progress import open_progress
from flows.stopping import leave_if_storing, stop_signals
from flows.summary import plural
from flows.watch.again import Again, key_of
from flows.watch.settled import Settler

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from flows.progress import Progress
    from flows.run_options import RunOptions
    from flows.sources import Intake
    from flows.summary import Summary
    from schemas import Schema


@dataclass(slots=True, kw_only=True)
class Here:
    """What the process that starts a flow shares with it: what is no parameter, and what is no state."""

    options: RunOptions
    progress: Progress
    settle_seconds: float = 0.0
    shared_with: tuple[str, ...] = ()
    again: Again = field(default_factory=Again)
    due: frozenset[tuple[str, str | None]] = frozenset()
    """(place, version) of what failed because something was away, and is read again now."""
    summary: Summary | None = None
    error: BaseException | None = None
    interrupted: str | None = None

    def intake(self, schema: Schema) -> Intake:
        """What is to be read; of a drop folder, what nobody is still writing. EmptyError where that is nothing.

        A drop folder in which nothing is new, or to be read again, leaves no trace in the output, however often it is
        looked at.
        """
        from flows.run import intake_of, is_new, output_of

        if not self.settle_seconds:
            return intake_of(self.options, held=False)
        intake, unsettled = Settler(seconds=self.settle_seconds).once(lambda: intake_of(self.options))
        if unsettled:
            self.progress.say(f"{plural(unsettled, 'file is', 'files are')} still being written: left for the next run")
        where = ", ".join(self.options.paths)
        if not intake.files:
            msg = f"All files in {where} are still being written: they are left for the next run."
            raise EmptyError(msg)
        output = output_of(self.options)
        if output is None:
            return intake
        waiting = self.again.waiting(intake.files, output.index(schema.name), output.store, schema.name)
        self.due = frozenset(key_of(file) for file, when in waiting.items() if self.again.is_due(when))
        if self.due:
            documents = plural(len(self.due), "document", "documents")
            self.progress.say(f"{documents} failed because a store or an engine was away, and will be read again")
        elif not is_new(self.options, schema, output, intake):
            files = plural(len(intake.files), "file is", "files are")
            away = f"; {len(waiting)} of them failed because something was away, and will be tried again"
            msg = f"Nothing new in {where}: {files} there, and done before{away if waiting else ''}."
            raise EmptyError(msg)
        return intake


HERE: ContextVar[Here | None] = ContextVar("here", default=None)


def shared() -> Here | None:
    """What the process that started the flow shares; None where a worker did.

    The flow travels to Dask with all that its function names, and a context variable cannot.
    """
    return HERE.get()


def run_as_flow(options: RunOptions) -> tuple[Summary, bool]:
    """Runs it as a flow of the server that is named; errors and interruption as `flows.run.run`.

    The summary, and whether the server was told of it.
    """
    from schemas.registry import load_schema

    with stop_signals():
        make_quiet(own_console=True)
        check_server(needed_server("the run", os.environ))
        check_options(options)
        load_schema(options.schema)  # a schema that is not there is no flow run's fault
        here = Here(options=options, progress=open_progress(options.log))
        HERE.set(here)
        lost = _run(here)
    if here.interrupted is not None:
        leave_if_storing(here.interrupted, log=options.log)
        raise KeyboardInterrupt(here.interrupted)
    if here.error is not None:
        raise here.error
    if here.summary is None:
        msg = f"Prefect's server could not be used ({type(lost).__name__}: {lost}). The same command again goes on."
        raise UnavailableError(msg) from lost
    if lost is not None:
        here.progress.say(
            f"the run is complete, but Prefect's server could not be told ({type(lost).__name__}: {lost})"
        )
    return here.summary, lost is None


def check_options(options: RunOptions) -> None:
    """UsageError, UnavailableError for a task runner that cannot be had, or cannot do it, and what none may see."""
    from flows.orchestration.checks import check_shown
    from flows.orchestration.parameters import set_here

    check_shown(set_here(options))
    if not options.task_runner:
        return
    from flows.orchestration.dask import scheduler

    scheduler(options.task_runner)
    if options.limit is not None:
        msg = "--limit counts documents of one process: leave out --task-runner, or the limit."
        raise UsageError(msg)


def _run(here: Here) -> Exception | None:
    """Runs the flow; what Prefect itself could not do."""
    logging.raiseExceptions = False  # else Prefect writes between our lines what it could not tell its server
    from flows.orchestration.flow import extract
    from flows.orchestration.parameters import parameters_of

    try:
        asyncio.run(_finished(extract(**parameters_of(here.options), return_state=True)))
    except Exception as error:  # noqa: BLE001 - the run's own outcome stands in `here`, whatever happens to its server
        return error
    return None


async def _finished(flow_run: Awaitable[object]) -> None:
    await flow_run
