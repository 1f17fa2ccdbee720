"""What is tried next after answers that could not be used: a pure function of what was tried and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Problem(StrEnum):
    """Why an answer cannot be used."""

    LENGTH = "length"
    """It was cut at the token limit, or the question had no room in the model's context."""
    LOOP = "loop"
    """It repeats itself."""
    INVALID = "invalid"
    """It is no JSON of the schema."""
    ABORTED = "aborted"
    """The server ended it."""


class Action(StrEnum):
    """What is done next."""

    ASK = "ask"
    """The same question, at the step's temperature."""
    HALVE = "halve"
    """Two halves, each asked for itself."""
    TRANSCRIBE = "transcribe"
    """First the text of the tile, then JSON from the text."""
    REVIEW = "review"
    """Given up: a person looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung."""

    action: Action
    temperature: float = 0.0
    longer: bool = False
    """With more room for the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What can be done at all with what is asked about."""

    halve: bool
    """It is large enough to be cut in two."""
    transcribe: bool
    """The model may write the text down first, and has not done so."""
    lengthen: bool = False
    """The answer was given little room, and may have more, once."""


WARMER = (0.0, 0.3, 0.7)
"""Temperatures of the attempts: a greedy loop repeats itself for ever, a little chance leads out of it."""
ABORTS = 2
"""So often the same is asked again of a server that ended an answer."""


def next_step(history: Sequence[Problem], ways: Ways) -> Step:
    """The step after these problems, oldest first.

    What is too long is so at any temperature: its tile is halved at once, or the answer is given more room. Loops and
    answers that are no JSON get warmer attempts first. What was ended by the server is no fault of the question: it is
    asked again as it was.
    """
    if not history:
        return Step(action=Action.ASK, temperature=WARMER[0])
    last = history[-1]
    warm = sum(problem in {Problem.LOOP, Problem.INVALID} for problem in history)
    again = Step(
        action=Action.ASK,
        temperature=WARMER[min(warm, len(WARMER) - 1)],
        longer=ways.lengthen and Problem.LENGTH in history,
    )
    if last is Problem.ABORTED and history.count(Problem.ABORTED) <= ABORTS:
        return again
    if last in {Problem.LOOP, Problem.INVALID} and warm < len(WARMER):
        return again
    if last is Problem.LENGTH and ways.lengthen and history.count(Problem.LENGTH) == 1:
        return again
    if ways.halve and last in {Problem.LENGTH, Problem.LOOP}:
        return Step(action=Action.HALVE)
    if ways.transcribe and last is not Problem.ABORTED:
        return Step(action=Action.TRANSCRIBE)
    return Step(action=Action.REVIEW)
