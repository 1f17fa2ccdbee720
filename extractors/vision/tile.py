"""One tile read by a model, by its strategy; the ladder says what follows an answer that is no use."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.call import NO_ANSWER, Purpose
from extractors.catalogue.entry import Strategy
from extractors.engine.interface import EngineError
from extractors.vision import prompts
from extractors.vision.asking import Asker, Climbed, Tried, climb
from extractors.vision.continuation import joined, lacking, last_rows
from extractors.vision.ladder import Action, Problem, Step, Ways
from extractors.vision.sheet import TileReading
from tiling import Reason

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from extractors.call import Call
    from extractors.engine.interface import ChatEngine
    from extractors.vision.answers import Said
    from extractors.vision.sheet import Sheet
    from extractors.vision.voice import Approach
    from schemas import Schema

    _Read = Callable[[Sheet], Awaitable[tuple[TileReading, ...]]]

FEW_LINES = 8
"""A transcript with fewer is not cut in two."""
MOST_CONTINUATIONS = 4
COLD = Step(action=Action.ASK)
LARGER_CONTEXT = "Start its server with a larger context (--max-model-len), or take a --model that has one."
LARGE_PICTURE = f"Give a smaller --budget. {LARGER_CONTEXT}"
LONG_TRANSCRIPT = (
    "Take a --json-model with a larger context, start its server with a larger one (--max-model-len), or read with "
    "--strategy direct."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileReader:
    """Reads the tiles of one document."""

    engine: ChatEngine
    approach: Approach
    document: str
    halves: Callable[[Sheet], Awaitable[Sequence[Sheet]]]
    """Draws the two halves of a sheet; none where it cannot be cut."""

    @property
    def _schema(self) -> Schema:
        return self.approach.schema

    @property
    def _eyes(self) -> Asker:
        return Asker(engine=self.engine, voice=self.approach.reader, document=self.document)

    @property
    def _pen(self) -> Asker:
        """Who makes JSON of a transcript."""
        voice = self.approach.writer or self.approach.reader
        return Asker(engine=self.engine, voice=voice, document=self.document)

    async def read(self, sheet: Sheet) -> tuple[TileReading, ...]:
        """What the model says of it, in one reading or several from above to below; an engine's error is one too."""
        if sheet.blank:
            return ()
        strategy = self.approach.reader.strategy
        try:
            if strategy is Strategy.ASK:
                return (await self._questions(sheet),)
            return await (self._transcribed(sheet) if strategy is Strategy.TRANSCRIBE else self._direct(sheet))
        except EngineError as error:
            return (reading_of(sheet, (), problem=str(error), failure=error.reason),)

    async def _direct(self, sheet: Sheet, before: tuple[Call, ...] = ()) -> tuple[TileReading, ...]:
        """Tile -> JSON."""

        async def ask(step: Step, attempt: int) -> Tried:
            return await self._eyes.json(self._schema, sheet, purpose=Purpose.JSON, step=step, attempt=attempt)

        climbed = await climb(ask, Ways(halve=sheet.may_be_halved, transcribe=True))
        calls = before + climbed.calls
        if climbed.action is Action.HALVE and (halved := await self._halved(sheet, calls, self._direct)):
            return halved
        if climbed.action in {Action.HALVE, Action.TRANSCRIBE}:
            return await self._transcribed(sheet, calls, halve=False)
        if climbed.action is Action.REVIEW:
            return (_given_up(sheet, climbed, calls),)
        return (await self._continued(sheet, "", climbed.last.said, calls),)

    async def _transcribed(
        self, sheet: Sheet, before: tuple[Call, ...] = (), *, halve: bool = True
    ) -> tuple[TileReading, ...]:
        """Tile -> text -> JSON; of a text that was cut at its end, what there is."""

        async def ask(step: Step, attempt: int) -> Tried:
            return await self._eyes.text(sheet, step=step, attempt=attempt)

        climbed = await climb(ask, Ways(halve=halve and sheet.may_be_halved, transcribe=False))
        calls = before + climbed.calls
        if climbed.action is Action.HALVE and (halved := await self._halved(sheet, calls, self._transcribed)):
            return halved
        if climbed.last.problem not in {None, Problem.LENGTH} or _refused(climbed.last):
            return (_given_up(sheet, climbed, calls, LARGE_PICTURE),)
        found = await self._of_text(sheet, climbed.last.text, calls)
        problem = _problem(sheet, climbed.last) if climbed.last.problem else ""
        return tuple(replace(reading, problem=reading.problem or problem) for reading in found)

    async def _of_text(self, sheet: Sheet, text: str, before: tuple[Call, ...]) -> tuple[TileReading, ...]:
        """Text -> JSON; one that is too long for an answer in two halves."""
        if not text.strip():
            return (reading_of(sheet, before),)
        quoted = prompts.quoted(text)

        async def ask(step: Step, attempt: int) -> Tried:
            purpose = Purpose.JSON_OF_TEXT
            return await self._pen.json(self._schema, sheet, text=quoted, purpose=purpose, step=step, attempt=attempt)

        lines = text.splitlines(keepends=True)
        climbed = await climb(ask, Ways(halve=len(lines) >= FEW_LINES, transcribe=False))
        calls = before + climbed.calls
        if climbed.action is Action.HALVE:
            # The words' rows cannot be told apart by half, so neither is held against them.
            upper, lower = (replace(sheet, order=(*sheet.order, n), rows={}) for n in (0, 1))
            first = await self._of_text(upper, "".join(lines[: len(lines) // 2]), calls)
            return (*first, *await self._of_text(lower, "".join(lines[len(lines) // 2 :]), ()))
        if climbed.action is Action.REVIEW:
            advice = LONG_TRANSCRIPT if self.approach.reader.strategy is Strategy.TRANSCRIBE else LARGER_CONTEXT
            return (replace(_given_up(sheet, climbed, calls, advice), transcript=text),)
        return (replace(await self._continued(sheet, quoted, climbed.last.said, calls), transcript=text),)

    async def _halved(self, sheet: Sheet, calls: tuple[Call, ...], read: _Read) -> tuple[TileReading, ...]:
        """The readings of both halves, the calls so far with the first; empty where it cannot be cut."""
        found = [reading for half in await self.halves(sheet) if not half.blank for reading in await read(half)]
        return (replace(found[0], calls=calls + found[0].calls), *found[1:]) if found else ()

    async def _continued(
        self, sheet: Sheet, quoted: str, said: tuple[Said, ...], calls: tuple[Call, ...]
    ) -> TileReading:
        """The answer with the rows that the words show and it lacks, as far as asking for them brings them."""
        asker, purpose = (self._pen, Purpose.JSON_OF_TEXT) if quoted else (self._eyes, Purpose.CONTINUATION)
        for attempt in range(1, MOST_CONTINUATIONS + 1):
            table = lacking(self._schema, said, sheet.rows)
            if table is None:
                break
            known = last_rows(table, said)
            text = "\n".join(filter(None, (quoted, prompts.continued(known) if known else "")))
            part = replace(self._schema, fields=(table,))
            tried = await asker.json(part, sheet, text=text, purpose=purpose, step=COLD, attempt=attempt)
            calls = (*calls, replace(tried.call, purpose=Purpose.CONTINUATION, field=table.name))
            more = joined(table, said, tried.said) if tried.problem is None else said
            if len(more) == len(said):
                break
            said = more
        return reading_of(sheet, calls, said=said)

    async def _questions(self, sheet: Sheet) -> TileReading:
        """A question a field, and the text where the model can write it; of tables nothing is asked."""
        eyes = self._eyes
        fields = [replace(self._schema, fields=(f,)) for f in self._schema.fields if not f.columns]

        async def write(step: Step, attempt: int) -> Tried:
            return await eyes.text(sheet, step=step, attempt=attempt)

        asked = [eyes.answer(part, sheet) for part in fields]
        written = [climb(write, Ways(halve=False, transcribe=False))] if self.approach.reader.transcribes else []
        found = await asyncio.gather(*asked, *written, return_exceptions=True)
        if error := next((f for f in found if isinstance(f, BaseException)), None):
            raise error
        climbed = [f for f in found if isinstance(f, Climbed)]
        said = tuple(s for c in climbed for s in c.last.said)
        transcript = next((c.last.text for c in climbed if not c.last.said and c.last.problem is None), "")
        return reading_of(sheet, tuple(call for c in climbed for call in c.calls), said=said, transcript=transcript)


def reading_of(
    sheet: Sheet,
    calls: tuple[Call, ...],
    *,
    said: tuple[Said, ...] = (),
    transcript: str = "",
    problem: str = "",
    failure: Reason | None = None,
) -> TileReading:
    """The reading of a sheet."""
    return TileReading(
        page=sheet.page,
        order=sheet.order,
        overlaps=sheet.overlaps,
        repeated=sheet.repeated,
        said=said,
        transcript=transcript,
        problem=problem,
        failure=failure,
        tokens=sheet.tokens,
        calls=calls,
    )


def _given_up(sheet: Sheet, climbed: Climbed, calls: tuple[Call, ...], advice: str = "") -> TileReading:
    """What was whole of the last answer that was cut, and that there was more; nothing of loops and nonsense.

    `advice` is for a request that was too long.
    """
    said = climbed.last.said if climbed.last.problem is Problem.LENGTH else ()
    problem = _problem(sheet, climbed.last)
    if _refused(climbed.last):
        return reading_of(sheet, calls, problem=f"{problem} {advice}".strip(), failure=Reason.ENGINE_REFUSED)
    return reading_of(sheet, calls, said=said, problem=problem)


def _refused(last: Tried) -> bool:
    """Whether even the smallest that could be asked was too long for the model."""
    return last.call.finish_reason == NO_ANSWER


def _problem(sheet: Sheet, last: Tried) -> str:
    tries = "" if _refused(last) else f"after {last.call.attempt} attempts "
    return f"page {sheet.page + 1}: {tries}{last.call.problem}"
