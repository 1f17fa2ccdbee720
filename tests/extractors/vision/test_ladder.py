"""What follows which history, as a table."""

from __future__ import annotations

import itertools

import pytest

from extractors.vision.ladder import Action, Problem, Step, Ways, next_step

LENGTH, LOOP, INVALID, ABORTED = Problem.LENGTH, Problem.LOOP, Problem.INVALID, Problem.ABORTED
COLD, WARM, WARMER = (Step(action=Action.ASK, temperature=t) for t in (0.0, 0.3, 0.7))
HALVE, TRANSCRIBE, REVIEW = (Step(action=a) for a in (Action.HALVE, Action.TRANSCRIBE, Action.REVIEW))
LONGER = Ways(halve=False, transcribe=False, lengthen=True)
ALL, HALVES, WRITES, NONE = (
    Ways(halve=h, transcribe=t) for h, t in ((True, True), (True, False), (False, True), (False, False))
)


@pytest.mark.parametrize(
    ("history", "ways", "step"),
    [
        ([], ALL, COLD),
        ([LENGTH], ALL, HALVE),
        ([LENGTH], WRITES, TRANSCRIBE),
        ([LENGTH], NONE, REVIEW),
        ([LOOP], ALL, WARM),
        ([LOOP, LOOP], ALL, WARMER),
        ([LOOP, LOOP, LOOP], ALL, HALVE),
        ([LOOP, LOOP, LOOP], WRITES, TRANSCRIBE),
        ([LOOP, LOOP, LOOP], NONE, REVIEW),
        ([LOOP, LENGTH], ALL, HALVE),
        ([INVALID], NONE, WARM),
        ([INVALID, LOOP], NONE, WARMER),
        ([INVALID, INVALID, INVALID], ALL, TRANSCRIBE),
        ([INVALID, INVALID, INVALID], HALVES, REVIEW),
        ([ABORTED], ALL, COLD),
        ([ABORTED, ABORTED], ALL, COLD),
        ([ABORTED, ABORTED, ABORTED], ALL, REVIEW),
        ([LOOP, ABORTED], ALL, WARM),
        ([ABORTED, INVALID], NONE, WARM),
        ([LENGTH], LONGER, Step(action=Action.ASK, longer=True)),
        ([LENGTH, LOOP], LONGER, Step(action=Action.ASK, temperature=0.3, longer=True)),
        ([LENGTH, LENGTH], LONGER, REVIEW),
        ([LOOP], LONGER, WARM),
    ],
)
def test_the_step_after_a_history(history, ways, step):
    assert next_step(history, ways) == step


def asked_of(turns, ways):
    """How often the same is asked of a model that answers with these problems."""
    return next((n for n in range(len(turns) + 1) if next_step(turns[:n], ways).action is not Action.ASK), len(turns))


@pytest.mark.parametrize("ways", [ALL, HALVES, WRITES, NONE])
def test_every_history_comes_to_an_end(ways):
    assert max(asked_of(turns, ways) for turns in itertools.product(Problem, repeat=6)) == 5


def test_more_room_is_given_once_in_every_history():
    assert max(asked_of(turns, LONGER) for turns in itertools.product(Problem, repeat=7)) == 6


@pytest.mark.parametrize("turns", list(itertools.product((LOOP, INVALID), repeat=2)))
def test_nothing_is_asked_twice_in_the_same_way_of_a_model_that_answered(turns):
    assert len({next_step(turns[:n], NONE).temperature for n in range(3)}) == 3
