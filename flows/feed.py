"""Feeds documents to the workers across the borders of shards, and commits a shard when its last document is back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.outcome import DocumentOutcome
from flows.pool import OutOfMemoryError, OutOfTimeError, Pool, WorkerDiedError
from flows.stopping import in_thread
from flows.worker import OCR_SECONDS, Task, read_packed
from tiling import Failure, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from flows.parts import Packed
    from flows.progress import Progress
    from flows.tally import Tally
    from flows.work import Entry, Shard

AHEAD = 3
"""Documents in flight for each worker: one is read, the others wait in the pipe, so that no worker waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How the documents of shards are read and where they go."""

    pool: Pool
    task_of: Callable[[Entry], Task]
    is_done: Callable[[Shard], bool]
    commit: Callable[[Shard, Sequence[Packed]], bool]
    """Stores a shard; runs in a thread, one shard at a time."""
    tally: Tally
    progress: Progress
    max_seconds: float
    max_memory_bytes: int

    async def run(self, shards: Iterable[Shard], limit: int | None = None) -> None:
        """Reads and commits all shards; with a limit, none is begun once so many documents were.

        UnavailableError where the workers cannot start any more, StoreError where a shard cannot be committed.
        """
        slots = asyncio.Semaphore(self.pool.workers * AHEAD)
        storing = asyncio.Lock()
        async with asyncio.TaskGroup() as group:
            for shard in shards:
                if limit is not None and self.tally.started >= limit:
                    break
                if self.is_done(shard):
                    self.tally.overtaken += 1
                    continue
                reads = []
                for entry in shard.entries:
                    await slots.acquire()
                    self.tally.started += 1
                    reads.append(group.create_task(self._read(entry, slots)))
                group.create_task(self._finish(shard, reads, storing))

    async def _read(self, entry: Entry, slots: asyncio.Semaphore) -> Packed:
        try:
            return await self._packed(self.task_of(entry))
        finally:
            slots.release()

    async def _packed(self, task: Task) -> Packed:
        try:
            packed: Packed = await self.pool.call(read_packed, task)
        except Exception as error:  # noqa: BLE001 - the document's border: one bad document never ends a batch
            from flows.parts import pack

            packed = pack(self._lost(task, error))
            if isinstance(error, WorkerDiedError):
                await self.pool.check()  # the next one would die as well: that is no fault of the documents
        self.progress.document(failed=packed.failure is not None, source=task.source)
        return packed

    async def _finish(self, shard: Shard, reads: Sequence[asyncio.Task[Packed]], storing: asyncio.Lock) -> None:
        packed = [await read for read in reads]
        async with storing:
            committed = await in_thread(lambda: self.commit(shard, packed))
        if committed:
            self.tally.shards.append(shard.name)
        else:
            self.tally.overtaken += 1
        for outcome in packed:
            self.tally.add(outcome)

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
