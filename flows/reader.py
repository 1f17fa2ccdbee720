"""What reads the documents of a run: worker processes alone, or worker processes and a model."""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.vision_options import vision_wanted
from flows.worker import read_packed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from flows.parts import Packed
    from flows.pool import Pool
    from flows.run_options import RunOptions
    from flows.work import Work
    from flows.worker import Task

AHEAD = 3
"""Documents in flight for each worker: one is read, the others wait in the pipe, so that no worker waits."""
GPU_UNUSED = (
    "this machine has a GPU, and no model was asked for: the words of the pages are read without one. "
    "`--model NAME` reads with a vision-language model (`extract models` lists them and what they take)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How one document is read."""

    read: Callable[[Task], Awaitable[Packed]]
    ahead: int
    """Documents in flight."""


@asynccontextmanager
async def words_only(pool: Pool) -> AsyncIterator[Reader]:
    """Worker processes alone."""

    async def read(task: Task) -> Packed:
        packed: Packed = await pool.call(read_packed, task)
        return packed

    yield Reader(read=read, ahead=pool.workers * AHEAD)


@asynccontextmanager
async def open_reader(options: RunOptions, pool: Pool, work: Work, say: Callable[[str], None]) -> AsyncIterator[Reader]:
    """The reader of a run, for its length; UnavailableError where its model does not answer."""
    if not vision_wanted(options):
        if options.reader == "auto" and shutil.which("nvidia-smi"):
            say(GPU_UNUSED)
        async with words_only(pool) as reader:
            yield reader
        return
    from flows.vision_engine import vision_reading

    async with vision_reading(options, pool, work.schema, work.policy, say) as reading:
        yield Reader(read=reading.read, ahead=reading.ahead)
