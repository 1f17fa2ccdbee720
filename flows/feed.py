"""Feeds documents to the workers across the borders of shards, and commits a shard when its last document is back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from flows.claims import Claims, Turn
from flows.errors import UnavailableError, UsageError
from flows.outcome import DocumentOutcome
from flows.pool import OutOfMemoryError, OutOfTimeError, Pool, WorkerDiedError
from flows.stopping import in_thread
from flows.worker import OCR_SECONDS, Task
from tiling import Failure, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from flows.parts import Packed
    from flows.progress import Progress
    from flows.reader import Reader
    from flows.tally import Tally
    from flows.work import Entry, Shard

LOOK_SECONDS = 1.0
"""Between two looks at the shards that others are reading."""
UNSTORED = 2
"""Shards that are read and not stored yet: more would fill the memory where the store is slow, and make kills dear."""


@dataclass(slots=True, kw_only=True)
class Count:
    """What came of some shards."""

    started: int = 0
    """Documents handed to the workers."""
    documents: int = 0
    """Those of shards that were stored."""
    failed: int = 0
    pages: int = 0
    open: set[str] = field(default_factory=set)
    """Names of the shards that were begun and are not stored yet."""

    def add(self, packed: Packed) -> None:
        self.documents += 1
        self.failed += packed.failure is not None
        self.pages += packed.document["page_count"] or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How the documents of shards are read and where they go."""

    pool: Pool
    reader: Reader
    task_of: Callable[[Entry], Task]
    claims: Claims
    is_done: Callable[[Shard], bool]
    commit: Callable[[Shard, Sequence[Packed]], bool]
    """Stores a shard; runs in a thread, one shard at a time."""
    tally: Tally
    progress: Progress
    max_seconds: float
    max_memory_bytes: int
    _slots: asyncio.Semaphore = field(init=False)
    _storing: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _unstored: asyncio.Semaphore = field(init=False, default_factory=lambda: asyncio.Semaphore(UNSTORED))

    def __post_init__(self) -> None:
        object.__setattr__(self, "_slots", asyncio.Semaphore(self.reader.ahead))

    async def run(
        self, shards: Iterable[Shard], limit: int | None = None, handed_over: Callable[[], None] | None = None
    ) -> Count:
        """Reads and commits all shards; with a limit, none is begun once so many documents were.

        `handed_over` is called when the workers have all documents: who feeds them may go on with other shards.
        UnavailableError where the workers cannot start any more, StoreError where a shard cannot be committed; what
        was not committed then counts as never begun, so that it may be tried again.
        """
        count = Count()
        try:
            async with asyncio.TaskGroup() as group:
                others = await self._round(shards, limit, group, count)
                if handed_over is not None:
                    handed_over()
                if others:
                    documents = sum(len(shard.entries) for shard in others)
                    self.progress.say(f"another run is reading {documents} of them: this one waits until they are done")
                while others:
                    await asyncio.sleep(LOOK_SECONDS)
                    others = await self._round(others, limit, group, count)
        except BaseExceptionGroup:
            self.tally.started -= count.started - count.documents
            raise
        finally:
            self.claims.release(count.open)
        return count

    async def _round(
        self, shards: Iterable[Shard], limit: int | None, group: asyncio.TaskGroup, count: Count
    ) -> list[Shard]:
        """Hands over the shards that are to be read here; those that others are reading come back."""
        others = []
        for shard in shards:
            if limit is not None and self.tally.started >= limit:
                return []
            async with self._unstored:  # waits for the store where that is behind
                pass
            turn = await in_thread(partial(self.claims.take, shard.name, partial(self.is_done, shard)))
            if turn is Turn.OTHERS:
                others.append(shard)
            elif turn is Turn.DONE:
                self.tally.overtaken += 1
            else:
                count.open.add(shard.name)
                reads = await self._begin(shard, group)
                count.started += len(reads)
                group.create_task(self._finish(shard, reads, count))
        return others

    async def _begin(self, shard: Shard, group: asyncio.TaskGroup) -> list[asyncio.Task[Packed]]:
        """Hands the documents of a shard to the workers, as fast as they take them."""
        reads = []
        for entry in shard.entries:
            await self._slots.acquire()
            self.tally.started += 1
            reads.append(group.create_task(self._read(entry)))
        return reads

    async def _read(self, entry: Entry) -> Packed:
        try:
            return await self._packed(self.task_of(entry))
        finally:
            self._slots.release()

    async def _packed(self, task: Task) -> Packed:
        try:
            packed = await self.reader.read(task)
        except (UnavailableError, UsageError):  # nobody reads any more: the run stops
            raise
        except Exception as error:  # noqa: BLE001 - the document's border: one bad document never ends a batch
            from flows.parts import pack

            packed = pack(self._lost(task, error))
            if isinstance(error, WorkerDiedError):
                await self.pool.check()  # the next one would die as well: that is no fault of the documents
        self.progress.document(failed=packed.failure is not None, source=task.source)
        return packed

    async def _finish(self, shard: Shard, reads: Sequence[asyncio.Task[Packed]], count: Count) -> None:
        packed = [await read for read in reads]
        async with self._unstored, self._storing:
            committed = await in_thread(lambda: self.commit(shard, packed))
        count.open.discard(shard.name)
        await in_thread(lambda: self.claims.release((shard.name,)))
        if committed:
            self.tally.shards.append(shard.name)
        else:
            self.tally.overtaken += 1
        for outcome in packed:
            self.tally.add(outcome)
            count.add(outcome)

    def _lost(self, task: Task, error: Exception) -> DocumentOutcome:
        """The failure of a document whose worker did not live to say anything."""
        match error:
            case OutOfTimeError():
                reason = Reason.TIME_LIMIT
                message = (
                    f"Reading it took longer than {self.max_seconds:g} seconds "
                    f"(and {OCR_SECONDS:g} more for each page read by OCR). Raise --max-seconds."
                )
            case OutOfMemoryError():
                reason = Reason.MEMORY_LIMIT
                mib = self.max_memory_bytes // 2**20
                message = f"Reading it took more than {mib} MiB of memory. Raise --max-memory."
            case WorkerDiedError():
                reason = Reason.QUARANTINED
                message = (
                    f"The process that read it died twice, the second time alone ({error}). The file is set aside."
                )
            case _:
                reason, message = Reason.INTERNAL, f"A bug of ours: {error!r}. Please report it."
        failure = Failure(
            source=task.source, document_id=task.document_id, stage=Stage.READ, reason=reason, message=message
        )
        return DocumentOutcome(
            source=task.source,
            sources=task.sources,
            source_version=task.source_version,
            failures=(failure,),
            attempt=task.attempt,
        )
