"""A model as it can be asked: its name at the server, its way of reading, what its server can do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from extractors.catalogue.entry import Strategy
from extractors.engine.interface import ChatRequest, TextPart
from extractors.vision import prompts
from schemas.decoder import decoder_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.catalogue.entry import Model
    from extractors.engine.interface import Capabilities, Picture
    from extractors.vision.ladder import Step
    from extractors.vision.sheet import Sheet
    from schemas import Field, Schema

LONG_ANSWER = 4096
"""Tokens of a JSON answer or a transcript, at most."""
SHORT_ANSWER, LONGER_ANSWER = 96, 384
"""Of an answer to a question, and of one that was cut."""
QUESTION, OCR = "{question}", "ocr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One model."""

    name: str
    """In the catalogue."""
    served: str
    strategy: Strategy
    prompts: tuple[str, ...] = ()
    """The forms of a question, and what makes it write down what it sees; nothing that asks for JSON."""
    json_schema: bool = True
    log_probabilities: bool = True
    context_tokens: int | None = None

    @property
    def answer_tokens(self) -> int:
        """Of a long answer: half of a small context is left for what is asked."""
        return LONG_ANSWER if self.context_tokens is None else min(LONG_ANSWER, self.context_tokens // 2)

    def _request(self, parts: Sequence[Any], document: str, page: int, **more: Any) -> ChatRequest:  # noqa: ANN401
        return ChatRequest(model=self.served, parts=tuple(parts), document=document, page=page, **more)

    def transcription(self, sheet: Sheet, document: str, temperature: float) -> ChatRequest:
        """The picture first and then the instruction, as the models were trained."""
        told = next((p for p in self.prompts if QUESTION not in p), prompts.TRANSCRIBE)
        return self._request(
            (picture_of(sheet), TextPart(text=told)),
            document,
            sheet.page,
            temperature=temperature,
            max_output_tokens=self.answer_tokens,
        )

    def json(
        self, schema: Schema, picture: Picture | None, text: str, document: str, page: int, temperature: float
    ) -> ChatRequest:
        """The values of a picture, or of a text alone; behind a picture the text is what belongs to this page only."""
        told = _told(schema, from_text=picture is None)
        parts = [TextPart(text=told), *([picture] if picture else []), *([TextPart(text=text)] if text else [])]
        return self._request(
            parts,
            document,
            page,
            temperature=temperature,
            max_output_tokens=self.answer_tokens,
            schema=_decoder_schema(schema) if self.json_schema else None,
            schema_name=schema.name,
            log_probabilities=self.log_probabilities,
        )

    def question(self, field: Field, sheet: Sheet, document: str, step: Step) -> ChatRequest:
        """One value, by a question in the model's own form."""
        form = next((p for p in self.prompts if QUESTION in p), QUESTION)
        told = form.replace(QUESTION, prompts.question(field))
        return self._request(
            (picture_of(sheet), TextPart(text=told)),
            document,
            sheet.page,
            temperature=step.temperature,
            max_output_tokens=LONGER_ANSWER if step.longer else SHORT_ANSWER,
            log_probabilities=self.log_probabilities,
        )

    def too_long(self, request: ChatRequest, visual_tokens: int) -> str:
        """That a request does not fit, and how large it is; `visual_tokens` are those of its picture.

        How many tokens fit is for the server to say: it may have been started with fewer than the model could take.
        """
        told, *behind = [len(part.text) for part in request.parts if isinstance(part, TextPart)]
        given = [f"a picture of {visual_tokens:,} visual tokens"] if visual_tokens else []
        given += [f"{characters:,} characters of text" for characters in behind]
        given.append(f"{told:,} characters of instruction and fields")
        return f"{' and '.join(given)} are too long for {self.name}"

    @property
    def transcribes(self) -> bool:
        """Whether, asked questions, it can also write down what it sees."""
        return OCR in self.prompts


def voice_of(model: Model, served: str, can: Capabilities, strategy: Strategy | None = None) -> Voice:
    """A model of the catalogue at a server; `strategy` is another one than the catalogue's.

    A model keeps its own questions and instruction whatever it is used for; but the instruction of one that is made
    for JSON asks for JSON.
    """
    own = tuple(p for p in model.prompts if QUESTION in p or model.strategy is not Strategy.DIRECT)
    return Voice(
        name=model.name,
        served=served,
        strategy=strategy or model.strategy,
        prompts=own,
        json_schema=can.json_schema,
        log_probabilities=can.log_probabilities,
        context_tokens=can.context_tokens,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """Who reads, and what for."""

    schema: Schema
    reader: Voice
    writer: Voice | None = None
    """Makes the JSON of transcripts; None: the reader itself."""
    verifier: Voice | None = None
    """Looks again at what is doubtful."""


@lru_cache(maxsize=32)
def _told(schema: Schema, *, from_text: bool) -> str:
    return prompts.from_text(schema) if from_text else prompts.from_picture(schema)


@lru_cache(maxsize=32)
def _decoder_schema(schema: Schema) -> Mapping[str, Any]:
    return decoder_schema(schema)


def picture_of(sheet: Sheet) -> Picture:
    """The sheet's picture; ValueError where it has none."""
    if sheet.picture is None:
        msg = f"page {sheet.page + 1}: the tile has no picture"
        raise ValueError(msg)
    return sheet.picture
