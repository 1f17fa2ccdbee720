"""A run: from what was named on the command line to committed readings, derived tables and a summary."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import pickle
import secrets
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.candidates import candidates
from flows.errors import MismatchError
from flows.fingerprint import fingerprint
from flows.progress import Progress, open_progress
from flows.run_counts import count_shards
from flows.sources import Intake, collect, printable
from flows.summary import DryRun, Summary, dry_run, summarise
from flows.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from flows.output import Output
    from flows.planning import Listed
    from flows.run_counts import RunCounts
    from flows.work import Candidate, Entry, Plan, Work
    from flows.worker import Task
    from schemas import Schema

STORE_GRACE_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What a run is asked to do: the settings that hold, and the flags of this one command."""

    paths: tuple[str, ...]
    schema: str
    out: str = "./out"
    reader: str = "auto"
    einvoice: str = "use"
    rasterizer: str = "pdfium"
    password: tuple[str, ...] = field(default=(), repr=False)
    threshold: float | None = None
    audit_rate: float = 0.0
    workers: int = 1
    max_pages: int
    max_bytes: int
    max_pixels: int
    max_seconds: float
    max_memory: int
    force: bool = False
    retry_failed: bool = False
    verify_content: bool = False
    limit: int | None = None
    dry_run: bool = False

    def stored(self) -> dict[str, Any]:
        """As it is written into every part: no secret, no path of the machine."""
        names = (
            "reader",
            "einvoice",
            "rasterizer",
            "workers",
            "max_pages",
            "max_bytes",
            "max_pixels",
            "max_seconds",
            "max_memory",
        )
        return {name: getattr(self, name) for name in names} | {"passwords": len(self.password)}


def run(options: RunOptions, progress: Progress | None = None) -> Summary | DryRun:
    """Runs it; UsageError, SchemaError, StoreError or KeyboardInterrupt where it cannot go on."""
    from flows.output import open_output
    from schemas.registry import load_schema

    started = time.monotonic()
    progress = progress or open_progress()
    schema = load_schema(options.schema)
    with _stop_signals():
        intake = collect(options.paths, own_output=options.out)
        for path in intake.empty:
            progress.say(f"{printable(path)}: no documents in it that were not named before")
        work = _work(options, schema)
        if options.dry_run:
            return _dry_run(options, work, intake)
        output = open_output(options.out)
        output.check(work)
        tally = Tally()
        plan = _plan(options, output, work, intake, tally, progress)
        _read_all(options, output, work, plan, tally, progress)
        tally.check()
        output.derive(work)
        counts = count_shards(output, schema.name, tally.shards)
        _check_sums(output, tally, counts)
        seconds = time.monotonic() - started
        summary = summarise(
            options=options, work=work, intake=intake, plan=plan, tally=tally, counts=counts, seconds=seconds
        )
        output.write_run(work.run_id, "summary.json", summary.content)
    return summary


def _check_sums(output: Output, tally: Tally, counts: RunCounts) -> None:
    """MismatchError where the tables do not hold what was read, and the output as a whole does not add up either.

    The first alone may be another run's doing, which read the same bytes at the same time and whose outcome counts.
    """
    if tally.overtaken or counts.records + counts.failures == tally.done:
        return
    problems = output.status().problems
    if problems:
        msg = f"{output.store.uri} does not add up: {'; '.join(problems)}"
        raise MismatchError(msg)


def _work(options: RunOptions, schema: Schema) -> Work:
    from extractors.policy import EInvoiceMode, Policy
    from flows.work import Work

    return Work(
        schema=schema,
        fingerprint=fingerprint(schema, options.stored()),
        run_id=f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        settings=options.stored(),
        policy=Policy(
            einvoice=EInvoiceMode(options.einvoice), threshold=options.threshold, audit_rate=options.audit_rate
        ),
    )


def _plan(options: RunOptions, output: Output, work: Work, intake: Intake, tally: Tally, progress: Progress) -> Plan:
    found = _candidates(options, output, work, intake)
    ids = [candidate.document_id for candidate in found if candidate.document_id is not None]
    tally.duplicates = len(ids) - len(set(ids))
    plan = output.plan(work, found, force=options.force, retry_failed=options.retry_failed)
    joined = f", {plan.joined} of an unfinished run" if plan.joined else ""
    done = f"; {plan.done} are done already" if plan.done else ""
    progress.say(f"{_plural(len(intake.files), 'file')}: {_plural(plan.listed, 'document')} to read{joined}{done}")
    return plan


def _candidates(options: RunOptions, output: Output, work: Work, intake: Intake) -> list[Candidate]:
    listed = output.listed(work)
    found = list(candidates(intake.files, listed, verify_content=options.verify_content))
    if options.limit is None:
        return found
    if options.force or options.retry_failed:
        return found[: options.limit]
    return _limited(found, listed, options.limit)


def _plural(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _limited(found: list[Candidate], listed: Listed, limit: int) -> list[Candidate]:
    """What earlier runs have listed, and the first of what is new."""
    kept, new = [], 0
    for candidate in found:
        document_id = candidate.document_id
        is_new = not (
            listed.has(candidate.place, candidate.version)
            or (document_id is not None and listed.has_document(document_id))
        )
        new += is_new
        if not is_new or new <= limit:
            kept.append(candidate)
    return kept


def _read_all(options: RunOptions, output: Output, work: Work, plan: Plan, tally: Tally, progress: Progress) -> None:
    from flows.feed import Feed
    from flows.pool import Pool
    from flows.worker import PRELOAD

    if not len(plan.shards):
        return
    documents = plan.listed + plan.joined
    pool = Pool(
        workers=max(1, min(options.workers, documents)),
        max_seconds=options.max_seconds,
        max_memory_bytes=options.max_memory,
        preload=PRELOAD,
    )

    def commit(shard: Any, packed: Any) -> bool:
        committed = output.commit(work, shard, packed)
        output.derive(work)
        return committed

    feed = Feed(
        pool=pool,
        task_of=_task_maker(options, work),
        is_done=lambda shard: output.is_done(work, shard),
        commit=commit,
        tally=tally,
        progress=progress,
        max_seconds=options.max_seconds,
        max_memory_bytes=options.max_memory,
    )
    progress.begin(documents if options.limit is None else min(documents, options.limit))
    try:
        _run_until_stopped(feed.run(plan.shards, options.limit))
    except KeyboardInterrupt:
        progress.end()
        progress.say(_interrupted(options, tally))
        pool.stop()
        _leave_if_storing()
        raise
    finally:
        pool.stop()
        progress.end()


def _task_maker(options: RunOptions, work: Work) -> Any:
    from flows.worker import Task
    from tiling.limits import Limits

    schema_bytes = pickle.dumps(work.schema)
    limits = Limits(max_pages=options.max_pages, max_bytes=options.max_bytes, max_pixels=options.max_pixels)

    def task_of(entry: Entry) -> Task:
        return Task(
            source=entry.source,
            path=entry.location or entry.source,
            sources=tuple(origin.source for origin in entry.origins),
            source_version=entry.version,
            document_id=entry.document_id,
            schema_bytes=schema_bytes,
            reader=options.reader,
            einvoice=options.einvoice,
            rasterizer=options.rasterizer,
            passwords=options.password,
            limits=limits,
            attempt=entry.generation + 1,
        )

    return task_of


def _dry_run(options: RunOptions, work: Work, intake: Intake) -> DryRun:
    """What a run would do; writes nothing, not even the folder of the output."""
    from flows.output import open_output
    from flows.store import StoreError

    try:
        output = open_output(options.out, create=False)
    except StoreError:
        return dry_run(options=options, schema=work.schema, intake=intake, new=len(intake.files), done=0)
    output.check(work)
    found = _candidates(options, output, work, intake)
    plan = output.plan(work, found, force=options.force, retry_failed=options.retry_failed, dry_run=True)
    return dry_run(options=options, schema=work.schema, intake=intake, new=plan.listed + plan.joined, done=plan.done)


def _run_until_stopped(coroutine: Any) -> None:
    """Runs it; KeyboardInterrupt after Ctrl-C or SIGTERM, and the first error of a group by itself."""
    try:
        asyncio.run(coroutine)
    except BaseExceptionGroup as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from group


@contextlib.contextmanager
def _stop_signals() -> Iterator[None]:
    """SIGTERM stops a run as Ctrl-C does; only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)  # asyncio has a handler of its own for this one

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupted(options: RunOptions, tally: Tally) -> str:
    flight = tally.started - tally.done
    return (
        f"interrupted. {tally.done} documents are stored in {options.out}; {flight} were on their way and will be read again. "
        "Run the same command again to go on."
    )


def _leave_if_storing() -> None:
    """Ends the process at once where a shard is still being written: its file appears whole or not at all."""
    threads = [thread for thread in threading.enumerate() if thread.name == "store"]
    for thread in threads:
        thread.join(STORE_GRACE_SECONDS)
    if any(thread.is_alive() for thread in threads):
        sys.stderr.flush()
        os._exit(130)
