"""A run: from what was named on the command line to committed readings, derived tables and a summary."""

from __future__ import annotations

import asyncio
import pickle
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows import fork_server
from flows.candidates import asked
from flows.claims import Claims
from flows.errors import MismatchError
from flows.fingerprint import fingerprint
from flows.metrics import Metrics, open_metrics
from flows.progress import open_progress
from flows.run_counts import count_shards
from flows.run_files import new_run_id, write_settings
from flows.sources import collect, is_streamed, printable, stream
from flows.stopping import in_thread, leave_if_storing, run_until_stopped, stop_signals
from flows.summary import DryRun, Summary, dry_run, plural, summarise
from flows.tally import Tally
from flows.twins import duplicates_in
from flows.vision_options import vision_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence

    from flows.feed import Feed
    from flows.output import Output
    from flows.parts import Packed
    from flows.pool import Pool
    from flows.progress import Progress
    from flows.run_counts import RunCounts
    from flows.run_options import RunOptions
    from flows.sources import Intake
    from flows.spread import Spread
    from flows.work import Candidate, Entry, Plan, Shard, Work
    from flows.worker import Task
    from schemas import Schema

CHECKS = 5
"""Of an output that other runs write to as well: it adds up only while nothing is committed."""


def run(options: RunOptions, progress: Progress | None = None) -> Summary | DryRun:
    """Runs it; UsageError, SchemaError, StoreError or KeyboardInterrupt where it cannot go on."""
    from schemas.registry import load_schema

    started = time.monotonic()
    schema = load_schema(options.schema)
    with stop_signals():
        intake = intake_of(options, held=options.dry_run)
        if options.dry_run:
            return _dry_run(options, schema, intake)
        return Run.begin(options, schema, progress or open_progress(options.log)).through(intake, started)


def intake_of(options: RunOptions, *, held: bool = True) -> Intake:
    """What the paths of these options name; UsageError, EmptyError where that is nothing.

    `held`: all files at once; else those of a single folder or prefix are found while they are taken.
    """
    if not held and len(options.paths) == 1 and is_streamed(options.paths[0]):
        return stream(options.paths[0], own_output=options.out, access=options.access)
    return collect(options.paths, own_output=options.out, access=options.access)


def open_pool(options: RunOptions) -> Pool:
    """The worker processes of a run with these options."""
    from flows.pool import Pool
    from flows.worker import OCR_SECONDS

    return Pool(
        workers=options.workers,
        max_seconds=options.max_seconds,
        more_seconds=OCR_SECONDS * options.max_pages,
        max_memory_bytes=options.max_memory,
        preload=fork_server.PRELOAD,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run with all that it needs: `prepare`, then the shards of its plan through `feed`, then `finish`.

    Who calls these is another matter: `through` does it here, a Prefect flow with a task for each shard.
    """

    options: RunOptions
    work: Work
    output: Output
    progress: Progress
    tally: Tally
    claims: Claims
    metrics: Metrics | None = None
    due: frozenset[tuple[str, str | None]] = frozenset()
    """(place, version) of failures that are read again although not all of them are."""

    @classmethod
    def begin(cls, options: RunOptions, schema: Schema, progress: Progress, *, by_worker: bool = False) -> Run:
        """Opens the output and looks whether the schema fits it; a worker of Prefect may begin several at a time."""
        from flows.output import open_output

        output = open_output(options.out, access=options.access)
        work = _work(options, schema)
        output.check(work)
        return cls(
            options=options,
            work=work,
            output=output,
            progress=progress,
            tally=Tally(),
            claims=Claims(store=output.store),
            metrics=open_metrics(options, progress.say if by_worker else None),
        )

    def through(self, intake: Intake, started: float) -> Summary:
        """Lists, reads, commits, derives and sums up."""
        plan, something = self.prepare(intake)
        if something:
            self._read(plan)
        return self.finish(intake, plan, started)

    def prepare(self, intake: Intake) -> tuple[Plan, bool]:
        """Commits the list of what is to be read; the plan, and whether there is anything to do."""
        if self.metrics is not None:
            self.metrics.follow(self.tally)
        plan = self._plan(intake)
        write_settings(self.output, self.work, kind="run", lists=plan.lists)
        older = self.output.stale(self.work)
        if older:
            tables = plural(older, "part", "parts")
            self.progress.say(f"the tables of {tables} are missing or older than the settings: they are built again")
        return plan, bool(plan.shards or older)

    def documents(self, plan: Plan) -> int:
        """How many of them this run is to read."""
        documents, limit = plan.listed + plan.joined, self.options.limit
        return documents if limit is None else min(documents, limit)

    def finish(self, intake: Intake, plan: Plan, started: float) -> Summary:
        """Brings all tables up to date, checks the sums and writes the summary; `started` is a monotonic clock's."""
        self.tally.check()
        damaged = self.output.derive(self.work).damaged
        counts = count_shards(self.output, self.work.schema.name, self.tally.shards)
        self._check(counts)
        if not self.tally.overtaken:  # objects in buckets show only when they are read that they have the same bytes
            self.tally.duplicates += max(0, self.tally.done - counts.records - counts.failures)
        summary = summarise(
            options=self.options,
            work=self.work,
            intake=intake,
            plan=plan,
            tally=self.tally,
            counts=counts,
            seen_twice=duplicates_in(self.output, self.work.schema, of=self.tally.shards),
            damaged=[error.message for error in damaged],
            seconds=time.monotonic() - started,
        )
        self.output.write_run(self.work.run_id, "summary.json", summary.content)
        if self.metrics is not None:
            self.metrics.finished(counts)
        self.claims.sweep(self.output.done(self.work.schema.name))
        return summary

    def _plan(self, intake: Intake) -> Plan:
        options = self.options
        for path in intake.empty:
            self.progress.say(f"{printable(path)}: no documents in it that were not named before")
        found = asked(options, intake.take(), self.output.listed(self.work))
        plan = self.output.plan(
            self.work,
            _with_workers_ready(found),
            force=options.force,
            retry_failed=options.retry_failed,
            due=self.due,
        )
        self.tally.duplicates = plan.duplicates
        joined = f", {plan.joined} of an unfinished run" if plan.joined else ""
        done = f"; {plan.done} done already" if plan.done else ""
        files = plural(intake.sources, "file", "files")
        self.progress.say(f"{files}: {plural(plan.listed, 'document', 'documents')} to read{joined}{done}")
        return plan

    def _read(self, plan: Plan) -> None:
        pool = open_pool(self.options)
        self.progress.begin(self.documents(plan))
        try:
            run_until_stopped(self._through_pool(pool, plan))
        except KeyboardInterrupt:
            pool.stop()
            self.progress.end()
            leave_if_storing(self.interrupted(), log=self.options.log)
            raise KeyboardInterrupt(self.interrupted()) from None
        finally:
            pool.stop()
            self.progress.end()

    async def _through_pool(self, pool: Pool, plan: Plan) -> None:
        async with self.feed(pool, plan.shards) as feed:
            await feed.run(plan.shards, self.options.limit)

    @asynccontextmanager
    async def feed(self, pool: Pool, shards: Sequence[Shard]) -> AsyncIterator[Feed]:
        """Brings the tables up to date, and gives what reads shards; their tables follow each commit.

        UnavailableError where a model is to read, and does not answer.
        """
        from flows.feed import Feed
        from flows.reader import open_reader, words_only
        from flows.spread import Spread

        options, spread = self.options, Spread(pool, asyncio.get_running_loop())
        await pool.check()
        await in_thread(lambda: self.output.derive(self.work, spread=spread))
        reads = open_reader(options, pool, self.work, self.progress.say) if shards else words_only(pool)
        async with reads as reader:
            yield Feed(
                pool=pool,
                reader=reader,
                task_of=task_maker(options, self.work.schema),
                claims=self.claims,
                is_done=lambda shard: self.output.is_done(self.work, shard),
                commit=lambda shard, packed: self._commit(shard, packed, spread),
                tally=self.tally,
                progress=self.progress,
                max_seconds=options.max_seconds,
                max_memory_bytes=options.max_memory,
            )

    def _commit(self, shard: Shard, packed: Sequence[Packed], spread: Spread) -> bool:
        committed = self.output.commit(self.work, shard, packed)
        self.output.follow(self.work, spread)
        if self.metrics is not None:
            self.metrics.write()
        return committed

    def _check(self, counts: RunCounts) -> None:
        """MismatchError where the tables do not hold what was read, and the output as a whole does not add up either.

        The first alone may be another run's doing, which read the same bytes at the same time and whose outcome counts.
        """
        if self.tally.overtaken or counts.records + counts.failures == self.tally.done:
            return
        if counts.records + counts.failures == self.output.counting(self.work.schema.name, self.tally.shards):
            return  # the same bytes under another name, in a bucket: one document
        from flows.status import schema_status

        name = self.work.schema.name
        for _ in range(CHECKS):
            before = self.output.done(name)
            self.output.derive(self.work)
            status = schema_status(self.output, name)
            if not status.problems:
                return
            if not status.stale_parts and self.output.done(name) == before:  # else another run has committed meanwhile
                msg = f"{self.options.out} does not add up: {'; '.join(status.problems)}"
                raise MismatchError(msg)

    def interrupted(self) -> str:
        """What there is to say when it is stopped: what is stored, and what will be read again."""
        stored, on_the_way = self.tally.done, self.tally.started - self.tally.done
        return (
            f"interrupted. {plural(stored, 'document is', 'documents are')} stored in {self.options.out}; "
            f"{on_the_way} were on the way and will be read again. Run the same command again to go on."
        )


def _with_workers_ready(found: Iterable[Candidate]) -> Iterator[Candidate]:
    """The same; once something is new, what workers need is imported while this process goes on."""
    started = False
    for candidate in found:
        if candidate.document_id is not None and not started:
            fork_server.start(fork_server.PRELOAD)
            started = True
        yield candidate


def _work(options: RunOptions, schema: Schema) -> Work:
    from flows.run_policy import policy_of
    from flows.work import Work

    settings = options.stored()
    return Work(
        schema=schema,
        fingerprint=fingerprint(schema, settings),
        run_id=new_run_id(),
        settings=settings,
        policy=policy_of(settings),
        shard_seconds=options.shard_seconds,
    )


def task_maker(options: RunOptions, schema: Schema) -> Callable[[Entry], Task]:
    """What makes a worker's task of an entry of a list."""
    from flows.worker import Task

    schema_bytes = pickle.dumps(schema)
    vision = vision_of(options)
    looks = vision.looks if vision else None
    limits = options.limits

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
            ocr=options.ocr,
            passwords=options.password,
            limits=limits,
            attempt=entry.generation + 1,
            access=options.access,
            looks=looks,
        )

    return task_of


def output_of(options: RunOptions) -> Output | None:
    """The output, to look into; None where there is none: a run makes it, or says why it cannot."""
    from flows.exit_codes import ExitCode
    from flows.output import open_output
    from flows.store import StoreError

    try:
        return open_output(options.out, create=False, access=options.access)
    except StoreError as error:
        if error.exit_code != ExitCode.USAGE:
            raise
        return None


def is_new(options: RunOptions, schema: Schema, output: Output, intake: Intake) -> bool:
    """Whether a run would read something, or bring tables up to date; writes nothing."""
    work = _work(options, schema)
    plan = _would_do(options, output, work, intake)
    return bool(plan.listed or plan.joined or output.stale(work))


def _would_do(options: RunOptions, output: Output, work: Work, intake: Intake) -> Plan:
    """The plan of a run, of which nothing is committed."""
    found = asked(options, intake.files, output.listed(work))
    return output.plan(work, found, force=options.force, retry_failed=options.retry_failed, dry_run=True)


def _dry_run(options: RunOptions, schema: Schema, intake: Intake) -> DryRun:
    """What a run would do; writes nothing, not even the folder of the output."""
    from flows.output import open_output
    from flows.store import StoreError

    try:
        output = open_output(options.out, create=False, access=options.access)
    except StoreError:
        return dry_run(options=options, schema=schema, intake=intake, new=len(intake.files), done=0)
    work = _work(options, schema)
    output.check(work)
    plan = _would_do(options, output, work, intake)
    return dry_run(options=options, schema=schema, intake=intake, new=plan.listed + plan.joined, done=plan.done)
