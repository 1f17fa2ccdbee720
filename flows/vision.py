"""Documents read by a model: workers draw tiles and derive, this process asks, and neither waits for the other.

Documents in flight are bounded, and so are the bytes of pictures: workers run ahead of the model only so far. A picture
is let go when its tile is read. What a document costs in memory beside that are its words, as bytes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extractors.engine.interface import BarredError
from extractors.vision.tile import TileReader, reading_of
from extractors.vision.verify import look_again
from flows.errors import UnavailableError, UsageError
from flows.vision_task import DRAWN_AT_ONCE, DrawTask, FinishTask, HalveTask, JudgeTask
from flows.vision_worker import draw, finish, halve, judge, prepare
from tiling import DocumentError, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractors.engine.interface import ChatEngine
    from extractors.policy import Policy
    from extractors.vision.sheet import Sheet, TileReading
    from extractors.vision.verify import SecondLook
    from extractors.vision.voice import Approach
    from flows.parts import Packed
    from flows.pool import Pool
    from flows.vision_task import Prepared
    from flows.worker import Task

MIB = 2**20
PICTURE_BYTES = (256 * MIB, 1024 * MIB)
"""Of pictures drawn and not read yet, at least and at most."""
REQUEST_BYTES = 3 * MIB // 2
"""Of the picture that a request has in flight, and its share of those that wait."""
DOCUMENTS = 2048
"""In flight, at most."""
MORE_DOCUMENTS = 128
"""Than requests, at least, so that documents in the workers' hands leave the engine no gap."""
GOES_ON = "What was stored stays; run the same command again, it goes on from there."
AWAY = 16
"""Documents one after the other that the engine gave no answer for: it has gone, and the run stops."""


@dataclass(slots=True)
class Room:
    """Room for pictures: who wants to draw waits while what is drawn and not read is over the limit."""

    limit: int = PICTURE_BYTES[0]
    held: int = 0
    _freed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait(self) -> None:
        async with self._freed:
            await self._freed.wait_for(lambda: self.held < self.limit)

    def take(self, sheets: Iterable[Sheet]) -> None:
        self.held += sum(map(_size, sheets))

    async def give(self, sheets: Iterable[Sheet]) -> None:
        async with self._freed:
            self.held -= sum(map(_size, sheets))
            self._freed.notify_all()


@dataclass(slots=True, kw_only=True)
class VisionReading:
    """Reads the documents of a run; belongs to one event loop."""

    pool: Pool
    engine: ChatEngine
    approach: Approach
    policy: Policy
    requests: int = 64
    """That the engine may have in flight."""
    room: Room = field(init=False)
    _drawing: asyncio.Semaphore = field(init=False)
    _away: int = 0

    def __post_init__(self) -> None:
        least, most = PICTURE_BYTES
        self.room = Room(limit=min(most, max(least, self.requests * REQUEST_BYTES)))
        self._drawing = asyncio.Semaphore(2 * self.pool.workers)

    @property
    def ahead(self) -> int:
        """Documents in flight."""
        return min(DOCUMENTS, self.requests + max(MORE_DOCUMENTS, self.requests // 2))

    async def read(self, task: Task) -> Packed:
        """The document's rows; UnavailableError where the engine has gone for good, UsageError for a wrong key."""
        try:
            return await self._read(task)
        except BarredError as error:
            kind = UnavailableError if error.retryable else UsageError
            msg = f"{error} {GOES_ON}"
            raise kind(msg) from error

    async def _read(self, task: Task) -> Packed:
        async with self._drawing:  # what comes back from the model finds a worker among these soon
            await self.room.wait()
            prepared: Prepared = await self.pool.call(prepare, task)
            self.room.take(prepared.sheets)
        if prepared.packed is not None:
            return prepared.packed
        opened, sheets = replace(prepared, sheets=()), deque(prepared.sheets)
        del prepared  # nobody but the queue holds a picture now
        tiles = await self._tiles(task, opened, sheets)
        self._note(tiles)
        model = self.approach.reader.name
        request = JudgeTask(task=task, outcome=opened.outcome, tiles=tiles, model=model, policy=self.policy)
        judged = await self.pool.call(judge, request)
        if judged.closer:
            judged = await self.pool.call(finish, await self._second_looks(task, judged.outcome, judged.closer))
        if judged.packed is None:
            msg = f"{task.source}: no rows came of it"
            raise ValueError(msg)
        return judged.packed

    async def _tiles(self, task: Task, opened: Prepared, sheets: deque[Sheet]) -> tuple[TileReading, ...]:
        """The readings of all tiles, some at a time: those without a picture are drawn when others are read."""
        reader = TileReader(
            engine=self.engine,
            approach=self.approach,
            document=task.source,
            halves=lambda sheet: self._halves(task, opened.outcome, sheet),
        )
        waiting = [sheet for sheet in sheets if sheet.picture is None and not sheet.blank]
        found = await self._read_all(reader, sheets)
        for start in range(0, len(waiting), DRAWN_AT_ONCE):
            batch = tuple(waiting[start : start + DRAWN_AT_ONCE])
            await self.room.wait()
            request = DrawTask(task=task, document_id=opened.document_id, sheets=batch)
            try:
                drawn: deque[Sheet] = deque(await self.pool.call(draw, request))
            except DocumentError as error:
                found += [reading_of(sheet, (), problem=error.message, failure=error.reason) for sheet in batch]
                continue
            self.room.take(drawn)
            found += await self._read_all(reader, drawn)
        return tuple(found)

    async def _read_all(self, reader: TileReader, sheets: deque[Sheet]) -> list[TileReading]:
        """All that have pictures at once (the engine bounds what is really in flight); the queue is empty then.

        The halves of a tile are counted with it, but not waited for: it holds its own place while they are drawn.
        """

        async def read(sheet: Sheet) -> tuple[TileReading, ...]:
            held = [sheet]

            async def halves(part: Sheet) -> Sequence[Sheet]:
                drawn = await reader.halves(part)
                self.room.take(drawn)
                held.extend(drawn)
                return drawn

            try:
                return await replace(reader, halves=halves).read(sheet)
            finally:
                await self.room.give(held)

        asked = []
        while sheets:
            if sheets[0].picture is not None:
                asked.append(read(sheets[0]))
            sheets.popleft()
        return [reading for readings in await asyncio.gather(*asked) for reading in readings]

    async def _halves(self, task: Task, outcome: bytes, sheet: Sheet) -> tuple[Sheet, ...]:
        whole = replace(sheet, picture=None)
        halves: tuple[Sheet, ...] = await self.pool.call(halve, HalveTask(task=task, outcome=outcome, sheet=whole))
        return halves

    async def _second_looks(self, task: Task, outcome: bytes, closer: Sequence[tuple[str, Sheet]]) -> FinishTask:
        voice = self.approach.verifier or self.approach.reader

        async def look(path: str, sheet: Sheet) -> SecondLook:
            try:
                return await look_again(self.engine, voice, self.approach.schema, task.source, path, sheet)
            finally:
                await self.room.give([sheet])

        self.room.take(sheet for _, sheet in closer)
        looks = await asyncio.gather(*(look(path, sheet) for path, sheet in closer))
        return FinishTask(task=task, outcome=outcome, looks=tuple(looks), model=voice.name)

    def _note(self, tiles: Sequence[TileReading]) -> None:
        """Counts documents without any answer; UnavailableError where there were too many in a row."""
        lost = [tile for tile in tiles if tile.failure is Reason.ENGINE_UNAVAILABLE]
        self._away = self._away + 1 if lost and len(lost) == len(tiles) else 0
        if self._away >= AWAY:
            msg = (
                f"The model has not answered for {self._away} documents in a row: {lost[0].problem} "
                "What was stored stays; run the same command again when it is back, it goes on from there."
            )
            raise UnavailableError(msg)


def _size(sheet: Sheet) -> int:
    return len(sheet.picture.data) if sheet.picture else 0
