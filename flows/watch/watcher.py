"""The loop of a drop folder: wait, take what has arrived, read it as a run does, go on until told to stop."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, TypeVar

from flows.candidates import asked
from flows.errors import UnavailableError, UsageError
from flows.exit_codes import ExitCode
from flows.run import Run
from flows.run_files import new_run_id
from flows.sources import Intake
from flows.stopping import stop_signals
from flows.store import StoreError
from flows.summary import plural
from flows.tally import Tally
from flows.watch.again import Again, key_of
from flows.watch.arrivals import listed, pointed_at, there
from flows.watch.finished import Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flows.progress import Progress
    from flows.run_options import RunOptions
    from flows.sources import SourceFile
    from flows.summary import Summary
    from flows.watch.moving import Mover
    from flows.watch.queue import Message, Queue
    from flows.watch.settled import Settler
    from schemas import Schema

Result = TypeVar("Result")
RESTS_SECONDS = (5.0, 15.0, 60.0)
"""Before the next try, after a pass that could not reach something."""
ALL_SECONDS = 3600.0
"""Between two looks at everything: a notification may be lost, and somebody may have removed a part of the output."""


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
    again: Again = field(default_factory=Again)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    failed: int = 0
    """Documents that ended as failures, in all passes."""
    _run: Run | None = None
    _finished: Finished = field(default_factory=Finished)
    _began: bool = False
    """A first pass is done: what was asked for can be done, and what does not work after that may work again."""
    _all_at: float = 0.0
    """When everything is to be looked at anew, by the clock."""
    _list_at: float = 0.0
    """When the place is to be listed although there is a queue."""

    def once(self) -> None:
        """Reads what is there now; StoreError where something cannot be reached."""
        with stop_signals():
            self._check()
            self._listing(wait=True)
            while self.queue is not None and self._messages(self.queue, wait_seconds=1.0, patient=False):
                continue

    def for_ever(self) -> None:
        """Goes on until KeyboardInterrupt. What was there before it began is taken first, also with a queue."""
        with stop_signals():
            self._resting(self._check)
            self._resting(lambda: self._listing(wait=False))
            self._began = True
            while True:
                if self.queue is None:
                    self.sleep(self.poll_seconds)
                self._resting(self._next)

    def _check(self) -> None:
        """What is asked wrongly shows before the first document is there."""
        if self.queue is not None:
            self.queue.check()
        self._begun()

    def _next(self) -> None:
        """What has arrived since, by message or by listing; messages may be lost, and failures have none."""
        if self.queue is None or self.clock() >= self._list_at:
            self._listing(wait=False)
        else:
            self._messages(self.queue, wait_seconds=20.0, patient=True)

    def _resting(self, take: Callable[[], Result]) -> Result:
        """Takes; where something is away, says so, rests, and takes again: nothing is lost by waiting."""
        for rest in chain(RESTS_SECONDS, repeat(RESTS_SECONDS[-1])):
            try:
                return take()
            except (StoreError, UnavailableError, UsageError, OSError) as error:
                if not self._may_pass(error):
                    raise
                self.progress.say(f"{str(error).rstrip('.')}. Next try in {rest:g} s.")
                self.sleep(rest)
        raise AssertionError  # pragma: no cover - it tries for ever

    def _may_pass(self, error: Exception) -> bool:
        """At the beginning only a store that is away; later also a model, a folder or a bucket that was there."""
        return self._began or (isinstance(error, StoreError) and error.exit_code != ExitCode.USAGE)

    def _listing(self, *, wait: bool) -> None:
        anew = self.clock() >= self._all_at
        if anew:
            self._finished.clear()
        if wait:
            intake, unsettled = self.settler.once(lambda: there(self.options))
        else:
            intake, unsettled = listed(self.options, self.settler)
        if unsettled:
            self.progress.say(f"{plural(unsettled, 'file is', 'files are')} still being written")
        self._finished.keep(intake.files)
        self._list_at = self.clock() + ALL_SECONDS
        self._move(self._taken(intake))
        if anew:
            self._all_at = self.clock() + ALL_SECONDS

    def _messages(self, queue: Queue, *, wait_seconds: float, patient: bool) -> int:
        """How many messages there were. While something is away they stay hidden: nobody counts it against them."""

        def take() -> tuple[list[SourceFile], list[Message]]:
            intake, answered = pointed_at(messages, self.options, self.progress.say)
            return self._taken(intake), answered

        messages = queue.receive(wait_seconds)
        with queue.hidden(messages):
            files, answered = self._resting(take) if patient else take()
            queue.delete(answered)
        self._move(files)
        return len(messages)

    def _taken(self, intake: Intake) -> list[SourceFile]:
        """Reads what of the intake nobody has read yet; when it comes back all of it is committed.

        What comes back is done with but for moving it.
        """
        if not intake.files:
            return []
        run = self._begun()
        new = [file for file in intake.files if file not in self._finished]
        if (new and self._is_new(run, new)) or run.output.stale(run.work):
            self._tell(run.through(replace(intake, files=new), time.monotonic()))
        waiting = self._waiting(run, intake.files)
        due = [file for file, when in waiting.items() if self.again.is_due(when)]
        if due:
            self._read_again(due, intake)
            waiting = self._waiting(run, intake.files)
        if waiting:
            rest = max(0.0, min(waiting.values()) - self.again.wall_clock())
            self._list_at = min(self._list_at, self.clock() + rest)
        self._finished.add(file for file in new if file in waiting)  # nothing to do for them until then
        return [file for file in (*new, *due) if file not in waiting]

    def _move(self, files: Sequence[SourceFile]) -> None:
        """Moves originals, where that is asked for; those that cannot be moved are looked at in the next pass again."""
        if not files:
            return
        moved = self.mover.move(files, self._begun().output.index(self.schema.name))
        if moved:
            self.progress.say(f"{plural(moved, 'original was', 'originals were')} moved")
        self._finished.add(files)

    def _begun(self) -> Run:
        """A run of its own for each pass, on the same open output."""
        if self._run is None:
            self._run = Run.begin(self.options, self.schema, self.progress)
        return replace(self._run, work=replace(self._run.work, run_id=new_run_id()), tally=Tally())

    def _is_new(self, run: Run, files: Sequence[SourceFile]) -> bool:
        """Whether there is something to list or to read; what another run has listed and not read is read as well."""
        known = run.output.listed(run.work)
        candidates = list(asked(self.options, files, known))
        if not all(known.has(c.place, c.version) for c in candidates):
            return True
        plan = run.output.plan(run.work, candidates, dry_run=True)
        return bool(plan.listed or plan.joined)

    def _waiting(self, run: Run, files: Sequence[SourceFile]) -> dict[SourceFile, float]:
        output, schema = run.output, run.work.schema.name
        return self.again.waiting(files, output.index(schema), output.store, schema)

    def _read_again(self, files: list[SourceFile], intake: Intake) -> None:
        documents = plural(len(files), "document", "documents")
        self.progress.say(f"{documents} failed because a store or an engine was away, and will be read again")
        run = replace(self._begun(), due=frozenset(map(key_of, files)))
        self._tell(run.through(Intake(files=files, access=intake.access), time.monotonic()))

    def _tell(self, summary: Summary) -> None:
        documents = summary.content["documents"]
        self.failed += documents["failures"]
        self.progress.say(
            f"{plural(documents['in'], 'document', 'documents')} read: "
            f"{plural(documents['records'], 'record', 'records')}, "
            f"{plural(documents['failures'], 'failure', 'failures')}, in {self.options.out}"
        )
