"""The loop of a drop folder: wait, take what has arrived, read it as a run does, go on until told to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flows.candidates import asked
from flows.run import Run
from flows.run_files import new_run_id
from flows.stopping import stop_signals
from flows.store import StoreError
from flows.summary import plural
from flows.tally import Tally
from flows.watch.arrivals import listed, pointed_at, there

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.progress import Progress
    from flows.run_options import RunOptions
    from flows.sources import Intake
    from flows.summary import Summary
    from flows.watch.moving import Mover
    from flows.watch.queue import Queue
    from flows.watch.settled import Settler
    from schemas import Schema

RESTS_SECONDS = (5.0, 15.0, 60.0)
"""Before the next try, after a pass that could not reach a bucket or a queue."""


@dataclass(slots=True, kw_only=True)
class Watcher:
    """One watcher; several may share a drop folder and an output, with scheduled runs beside them."""

    options: RunOptions
    schema: Schema
    progress: Progress
    settler: Settler
    mover: Mover
    queue: Queue | None = None
    poll_seconds: float = 10.0
    failed: int = 0
    """Documents that ended as failures, in all passes."""
    _run: Run | None = None

    def once(self) -> None:
        """Reads what is there now; StoreError where something cannot be reached."""
        with stop_signals():
            self._listing(wait=True)
            while self.queue is not None and self._messages(self.queue, wait_seconds=1.0):
                continue

    def for_ever(self) -> None:
        """Goes on until KeyboardInterrupt. What was there before it began is taken first, also with a queue."""
        with stop_signals():
            self._resting(lambda: self._listing(wait=False))
            while True:
                self._resting(self._next)

    def _next(self) -> None:
        """What has arrived since, by message or by listing."""
        if self.queue is not None:
            self._messages(self.queue, wait_seconds=20.0)
        else:
            time.sleep(self.poll_seconds)
            self._listing(wait=False)

    def _resting(self, take: Callable[[], object]) -> None:
        """Takes; where a bucket or queue is away, says so, rests, and takes again: nothing is lost by waiting."""
        for rest in (*RESTS_SECONDS, RESTS_SECONDS[-1]):
            try:
                take()
            except StoreError as error:
                if error.exit_code == 2:
                    raise
                self.progress.say(f"{error.message}. Next try in {rest:g} s.")
                time.sleep(rest)
            else:
                return

    def _listing(self, *, wait: bool) -> None:
        if wait:
            intake, unsettled = self.settler.once(lambda: there(self.options))
        else:
            intake, unsettled = listed(self.options, self.settler)
        if unsettled:
            self.progress.say(f"{plural(unsettled, 'file is', 'files are')} still being written")
        self._take(intake)

    def _messages(self, queue: Queue, *, wait_seconds: float) -> int:
        """How many messages there were."""
        messages = queue.receive(wait_seconds)
        with queue.hidden(messages):
            intake, answered = pointed_at(messages, self.options, self.progress.say)
            self._take(intake)
            queue.delete(answered)
        return len(messages)

    def _take(self, intake: Intake) -> None:
        """Reads what of the intake nobody has read yet; when it comes back all of it is committed."""
        if not intake.files:
            return
        run = self._begun()
        if self._is_new(run, intake):
            self._tell(run.through(intake, time.monotonic()))
        moved = self.mover.move(intake.files, run.output.index(run.work.schema.name))
        if moved:
            self.progress.say(f"{plural(moved, 'original was', 'originals were')} moved")

    def _begun(self) -> Run:
        """A run of its own for each pass, on the same open output."""
        if self._run is None:
            self._run = Run.begin(self.options, self.schema, self.progress)
        return replace(self._run, work=replace(self._run.work, run_id=new_run_id()), tally=Tally())

    def _is_new(self, run: Run, intake: Intake) -> bool:
        candidates = asked(self.options, intake.files, run.output.listed(run.work))
        plan = run.output.plan(run.work, candidates, dry_run=True)
        return bool(plan.listed or plan.joined or run.output.stale(run.work))

    def _tell(self, summary: Summary) -> None:
        documents = summary.content["documents"]
        self.failed += documents["failures"]
        self.progress.say(
            f"{plural(documents['in'], 'document', 'documents')} read: {documents['records']} records, "
            f"{documents['failures']} failures, in {self.options.out}"
        )
