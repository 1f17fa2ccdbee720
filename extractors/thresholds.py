"""From which confidence on values are accepted, so that at most a stated share of the accepted is wrong.

Learn then test (Angelopoulos, Bates, Candès, Jordan, Lei 2021) with fixed-sequence testing: each threshold is a
hypothesis "of what it accepts, more than `max_error` is wrong", tested with the exact binomial tail. They are tested
one after the other, at the full level, until one is not rejected; the last rejected one holds. The order is set
without a look at what was right: it begins where, by the confidences alone, the test is most likely to succeed, and
goes down from there. So the bound is broken with a probability of at most 1 - certainty, as long as labelled and
future values come from the same source and err independently of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractors.binomial import at_least, at_most, needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractors.calibration_measures import Scored

GRID = (0.998, 0.997, 0.996, *(round(0.995 - 0.005 * n, 3) for n in range(100)))
"""Thresholds that are thought of: fixed before anything is seen."""
NONE_ACCEPTED = 1.0
"""A threshold that no confidence reaches."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is accepted from a confidence on."""

    threshold: float
    n: int
    wrong: int
    expected_wrong: float
    """By the confidences alone."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Labelled values counted at the thresholds of the grid, the highest first; together, and by field."""

    pooled: tuple[Step, ...] = ()
    fields: tuple[tuple[str, tuple[Step, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The threshold that was chosen; `threshold` is 1 where nothing may be accepted unseen."""

    threshold: float
    n: int
    """Labelled values that it accepts."""
    wrong: int
    fields: tuple[tuple[str, float], ...] = ()
    """Fields that have a threshold of their own, as their labels show that they break the bound under the other."""
    message: str = ""


def tally(scored: Iterable[tuple[str, float, bool]]) -> Tally:
    """Counts (field, confidence, right).

    Cells of tables (`line_items.quantity`) count by their column alone: they err by rows and looks together, and a long
    table would outvote all other values. A column whose labels break the bound gets a threshold of its own.
    """
    values = list(scored)
    names = sorted({name for name, _, _ in values})
    fields = tuple((name, steps([(c, right) for n, c, right in values if n == name])) for name in names)
    return Tally(steps([(c, right) for name, c, right in values if "." not in name]), fields)


def steps(scored: Sequence[Scored]) -> tuple[Step, ...]:
    """The thresholds of the grid at which more is accepted than at the one above."""
    found: list[Step] = []
    for threshold in GRID:
        accepted = [(c, right) for c, right in scored if c >= threshold]
        if len(accepted) > (found[-1].n if found else 0):
            wrong = sum(not right for _, right in accepted)
            found.append(Step(threshold, len(accepted), wrong, round(sum(1 - c for c, _ in accepted), 3)))
    return tuple(found)


def choose(tally: Tally, *, max_error: float, certainty: float) -> Acceptance:
    """The lowest threshold that keeps the bound; the message says how sure that is, or what is lacking."""
    chosen = passing(tally.pooled, max_error=max_error, certainty=certainty)
    if chosen is None:
        return Acceptance(threshold=NONE_ACCEPTED, n=0, wrong=0, message=lacking(tally.pooled, max_error, certainty))
    own = tuple(
        (name, best.threshold if best is not None and best.threshold > chosen.threshold else NONE_ACCEPTED)
        for name, own_steps in tally.fields
        if _breaks(own_steps, chosen.threshold, max_error, certainty)
        for best in (passing(own_steps, max_error=max_error, certainty=certainty),)
    )
    message = (
        f"from {chosen.threshold:g} on at most {max_error:.1%} are wrong, {certainty:.0%} sure: "
        f"{chosen.wrong} of {chosen.n} labelled values were"
    )
    if own:
        named = ", ".join(f"{name} ({'all to review' if t == NONE_ACCEPTED else f'from {t:g}'})" for name, t in own)
        message += f"; fields that break the bound have their own: {named}"
    return Acceptance(threshold=chosen.threshold, n=chosen.n, wrong=chosen.wrong, fields=own, message=message)


def passing(sequence: Sequence[Step], *, max_error: float, certainty: float) -> Step | None:
    """The last step of the sequence whose test succeeds; None where the first does not."""
    chosen: Step | None = None
    for step in sequence[_start(sequence, max_error, certainty) :]:
        if at_most(step.wrong, step.n, max_error) > 1 - certainty:
            break
        chosen = step
    return chosen


def _start(sequence: Sequence[Step], max_error: float, certainty: float) -> int:
    """The step at which success is most likely if the confidences are true; labels are not looked at."""
    likely = [_chance(step, max_error, certainty) for step in sequence]
    return max(range(len(likely)), key=lambda n: (round(likely[n], 2), -n), default=0)


def _chance(step: Step, max_error: float, certainty: float) -> float:
    """Probability that the test succeeds, if so many are wrong as the confidences say."""
    allowed = allowed_mistakes(step.n, max_error, certainty)
    return at_most(allowed, step.n, step.expected_wrong / step.n) if allowed >= 0 else 0.0


def allowed_mistakes(n: int, max_error: float, certainty: float) -> int:
    """The largest count of mistakes among n values with which the test still succeeds; -1 where none does."""
    mistakes = -1
    while mistakes + 1 <= n and at_most(mistakes + 1, n, max_error) <= 1 - certainty:
        mistakes += 1
    return mistakes


def _breaks(own_steps: Sequence[Step], threshold: float, max_error: float, certainty: float) -> bool:
    """Whether a field's labels show that it has more mistakes than allowed among what the threshold accepts."""
    accepted = [s for s in own_steps if s.threshold >= threshold]
    if not accepted or accepted[-1].n == 0:
        return False
    return at_least(accepted[-1].wrong, accepted[-1].n, max_error) <= 1 - certainty


def lacking(sequence: Sequence[Step], max_error: float, certainty: float) -> str:
    """Why nothing can be accepted, and how many more labels would do."""
    n = sequence[-1].n if sequence else 0
    without = needed(0, max_error=max_error, certainty=certainty)
    bound = f"that at most {max_error:.1%} of the accepted values are wrong, {certainty:.0%} sure"
    if n < without:
        return (
            f"{n} labelled values are too few to show {bound}: all go to review. "
            f"{without - n} more would do if none is wrong ({without} in all)"
        )
    start = sequence[_start(sequence, max_error, certainty)]
    more = max(1, needed(start.wrong, max_error=max_error, certainty=certainty) - start.n)
    return (
        f"{start.wrong} of the {start.n} surest labelled values are wrong, which does not show {bound}: all go to "
        f"review. {more} more labelled values of that kind would do if none of them is wrong"
    )


def to_data(tally: Tally) -> dict[str, Any]:
    """For the model's file."""
    return {
        "about": "[from this confidence on, labelled values, wrong ones, wrong ones by the confidences]",
        "pooled": [[s.threshold, s.n, s.wrong, s.expected_wrong] for s in tally.pooled],
        "fields": {name: [[s.threshold, s.n, s.wrong, s.expected_wrong] for s in own] for name, own in tally.fields},
    }


def tally_of(data: Mapping[str, Any]) -> Tally:
    """The inverse of `to_data`."""
    fields = data.get("fields") or {}
    return Tally(_steps(data.get("pooled") or ()), tuple((name, _steps(own)) for name, own in fields.items()))


def _steps(rows: Iterable[Sequence[float]]) -> tuple[Step, ...]:
    return tuple(Step(float(t), int(n), int(wrong), float(expected)) for t, n, wrong, expected in rows)
