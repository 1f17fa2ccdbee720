"""Questions to a model about one sheet: sent, checked, kept as calls, and asked again as the ladder says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.call import NO_ANSWER, Call, Purpose
from extractors.engine.interface import TooLongError
from extractors.vision import prompts
from extractors.vision.answers import Checked, Said, checked_json, checked_text
from extractors.vision.ladder import Action, Problem, Step, Ways, next_step
from extractors.vision.probabilities import surety_of_text
from schemas.decoder import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from extractors.engine.interface import ChatAnswer, ChatEngine, ChatRequest
    from extractors.vision.sheet import Sheet
    from extractors.vision.voice import Voice
    from schemas import Field, Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One attempt."""

    call: Call
    problem: Problem | None = None
    said: tuple[Said, ...] = ()
    """Of an answer with a problem, the values that were whole before it."""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """All attempts, and what follows the last; ASK says that it is good."""

    action: Action
    tried: tuple[Tried, ...]

    @property
    def last(self) -> Tried:
        return self.tried[-1]

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(t.call for t in self.tried)


async def climb(ask: Callable[[Step, int], Awaitable[Tried]], ways: Ways) -> Climbed:
    """Asks (step, number of the attempt) until an answer is good, or the ladder says that asking again is no use."""
    tried: list[Tried] = []
    while True:
        step = next_step([t.problem for t in tried if t.problem], ways)
        if step.action is not Action.ASK:
            return Climbed(action=step.action, tried=tuple(tried))
        tried.append(await ask(step, len(tried) + 1))
        if tried[-1].problem is None:
            return Climbed(action=Action.ASK, tried=tuple(tried))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks one model about the sheets of one document."""

    engine: ChatEngine
    voice: Voice
    document: str

    async def json(
        self, schema: Schema, sheet: Sheet, *, text: str = "", purpose: Purpose, step: Step, attempt: int
    ) -> Tried:
        """Values of the sheet's picture (with `text` behind it), or of the text alone."""
        picture = None if purpose is Purpose.JSON_OF_TEXT else sheet.picture
        request = self.voice.json(schema, picture, text, self.document, sheet.page, step.temperature)
        tokens = sheet.tokens if picture else 0
        try:
            answer = await self.engine.ask(request)
        except TooLongError as error:
            message = f"{self.voice.too_long(request, tokens)}: {error}"
            return self._too_long(sheet, purpose, attempt, message)
        checked = checked_json(answer, schema)
        call = self._call(answer, request, purpose, tokens, attempt=attempt, problem=checked.message, said=checked)
        return Tried(call=call, problem=checked.problem, said=checked.said)

    async def text(self, sheet: Sheet, *, step: Step, attempt: int) -> Tried:
        """The text of the sheet's picture."""
        request = self.voice.transcription(sheet, self.document, step.temperature)
        try:
            answer = await self.engine.ask(request)
        except TooLongError as error:
            message = f"{self.voice.too_long(request, sheet.tokens)}: {error}"
            return self._too_long(sheet, Purpose.TRANSCRIPT, attempt, message)
        problem, message = checked_text(answer)
        call = self._call(answer, request, Purpose.TRANSCRIPT, sheet.tokens, attempt=attempt, problem=message)
        return Tried(call=call, problem=problem, text=answer.text)

    async def answer(self, schema: Schema, sheet: Sheet, purpose: Purpose = Purpose.ANSWER) -> Climbed:
        """The value of the schema's only field, by a question; where no answer is of use, that it is unreadable."""
        field = schema.fields[0]

        async def ask(step: Step, attempt: int) -> Tried:
            return await self._question(field, sheet, purpose, step, attempt)

        return await climb(ask, Ways(halve=False, transcribe=False, lengthen=True))

    async def _question(self, field: Field, sheet: Sheet, purpose: Purpose, step: Step, attempt: int) -> Tried:
        request = self.voice.question(field, sheet, self.document, step)
        try:
            answer = await self.engine.ask(request)
        except TooLongError as error:
            msg = f"page {sheet.page + 1}: {self.voice.too_long(request, sheet.tokens)}: {error}"
            raise TooLongError(msg) from error
        problem, message = checked_text(answer)
        surety = surety_of_text(answer.tokens)
        absent = prompts.says_nothing(field, answer.text)
        content = UNREADABLE if problem else None if absent else answer.text.strip()
        said = Said(
            path=field.name, content=content, signals=surety.signals, log_probabilities=surety.log_probabilities
        )
        checked = Checked(said=(said,))
        call = self._call(
            answer, request, purpose, sheet.tokens, attempt=attempt, problem=message, said=checked, field=field.name
        )
        return Tried(call=call, problem=problem, said=(said,))

    def _too_long(self, sheet: Sheet, purpose: Purpose, attempt: int, problem: str) -> Tried:
        """What does not fit the model is no other problem than an answer that does not."""
        return Tried(call=self.unanswered(sheet, purpose, "", problem, attempt=attempt), problem=Problem.LENGTH)

    def unanswered(self, sheet: Sheet, purpose: Purpose, field: str, problem: str, *, attempt: int = 1) -> Call:
        """The record of a request that came to nothing."""
        return Call(
            page=sheet.page,
            purpose=purpose,
            field=field,
            model=self.voice.name,
            prompt_version=prompts.VERSION,
            raw="",
            finish_reason=NO_ANSWER,
            problem=problem,
            attempt=attempt,
        )

    def _call(
        self,
        answer: ChatAnswer,
        request: ChatRequest,
        purpose: Purpose,
        visual_tokens: int,
        *,
        attempt: int = 1,
        problem: str = "",
        said: Checked | None = None,
        field: str = "",
    ) -> Call:
        return Call(
            page=request.page,
            purpose=purpose,
            field=field,
            model=self.voice.name,
            prompt_version=prompts.VERSION,
            raw=answer.text,
            finish_reason=answer.finish_reason,
            problem=problem,
            attempt=attempt,
            temperature=request.temperature,
            visual_tokens=visual_tokens,
            prompt_tokens=answer.prompt_tokens,
            cached_tokens=answer.cached_tokens,
            output_tokens=answer.output_tokens,
            token_logprobs=tuple(log for s in said.said for log in s.log_probabilities) if said else (),
            seconds=answer.seconds,
            endpoint=answer.endpoint,
        )
