"""An answer as values, or the problem that makes it useless: no cut, looping or invalid answer is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.vision.ladder import Problem
from extractors.vision.loops import looping_tail, looping_value
from extractors.vision.probabilities import surety_of, token_bytes
from extractors.vision.spans import scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractors.engine.interface import ChatAnswer
    from schemas import Schema

MESSAGE = 200
"""Characters of an explanation that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One value as a model wrote it; None: not printed."""

    path: str
    content: str | bool | None
    items: int | None = None
    """Of a table: how many rows."""
    signals: Mapping[str, float] = field(default_factory=dict)
    log_probabilities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What an answer is worth."""

    said: tuple[Said, ...]
    """All values; of an answer with a problem, those that were whole before it."""
    problem: Problem | None = None
    message: str = ""


def checked_text(answer: ChatAnswer) -> tuple[Problem | None, str]:
    """The problem of an answer that is plain text, and what is to be said of it."""
    if answer.finish_reason == "abort":
        return Problem.ABORTED, "the server ended the answer"
    if answer.finish_reason == "repetition" or (pattern := looping_tail(answer.text)):
        shown = " ".join(pattern.split())[:40] if answer.finish_reason != "repetition" else ""
        return Problem.LOOP, f"the answer repeats `{shown}`" if shown else "the answer repeats itself"
    if answer.finish_reason != "stop":
        return Problem.LENGTH, f"the answer was cut after {answer.output_tokens} tokens ({answer.finish_reason})"
    return None, ""


def checked_json(answer: ChatAnswer, schema: Schema) -> Checked:
    """The values of an answer that must be JSON of the schema."""
    from pydantic import ValidationError

    from schemas.answer import answer_model

    scanned = scan(answer.text)
    by_path = {span.path: span for span in scanned.spans}
    tokens = token_bytes(answer.tokens, answer.text)
    said = []
    for span in by_path.values():
        surety = surety_of(tokens, span)
        said.append(
            Said(
                path=span.path,
                content=span.content,
                items=span.items,
                signals=surety.signals,
                log_probabilities=surety.log_probabilities,
            )
        )
    problem, message = checked_text(answer)
    if problem is None and not scanned.complete:
        problem, message = Problem.INVALID, f"the answer is no JSON: {scanned.problem}"
    if problem is None and any(isinstance(s.content, str) and looping_value(s.content) for s in said):
        problem, message = Problem.LOOP, "a value of the answer repeats itself"
    if problem is None:
        try:
            answer_model(schema).model_validate(scanned.value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the answer"
            problem, message = Problem.INVALID, f"the answer does not follow the schema: {place}: {first['msg']}"
    return Checked(said=tuple(said), problem=problem, message=message[:MESSAGE])
