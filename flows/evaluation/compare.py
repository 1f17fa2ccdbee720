"""Whether one output is better than another on the same truth, or only luckier: tests on paired values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.binomial import Interval, sign_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.evaluation.judge import JudgedDocument

RESAMPLES = 2000
SEED = 20_240_229


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of the values of one field, or of all."""

    name: str
    n: int
    gained: int
    """Right here, not right there."""
    lost: int
    """Right there, not right here."""
    p_value: float
    """Two-sided exact McNemar over values: how often chance alone would divide them so unevenly."""

    @property
    def gain(self) -> float | None:
        return (self.gained - self.lost) / self.n if self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One output against another."""

    total: Difference
    fields: tuple[Difference, ...]
    interval: Interval
    """95 % of the gain in accuracy when documents are drawn anew: values of one document err together."""


def compare(documents: Sequence[JudgedDocument], others: Sequence[JudgedDocument], fields: Sequence[str]) -> Comparison:
    """Paired by document and field; cells are left out, as their rows are paired anew in each output."""
    here, there = _outcomes(documents), _outcomes(others)
    shared = [key for key in here if key in there]
    by_field = {name: [k for k in shared if k[1] == name] for name in fields}
    return Comparison(
        total=_difference("all fields", shared, here, there),
        fields=tuple(_difference(name, keys, here, there) for name, keys in by_field.items() if keys),
        interval=_interval(shared, here, there),
    )


Key = tuple[str, str]


def _outcomes(documents: Sequence[JudgedDocument]) -> dict[Key, bool]:
    return {(d.name, v.field): v.right for d in documents for v in d.values if not v.is_cell}


def _difference(name: str, keys: Sequence[Key], here: dict[Key, bool], there: dict[Key, bool]) -> Difference:
    gained = sum(here[k] and not there[k] for k in keys)
    lost = sum(there[k] and not here[k] for k in keys)
    return Difference(name=name, n=len(keys), gained=gained, lost=lost, p_value=sign_test(gained, lost))


def _interval(keys: Sequence[Key], here: dict[Key, bool], there: dict[Key, bool]) -> Interval:
    import numpy as np

    names = sorted({name for name, _ in keys})
    if not names:
        return Interval(0.0, 0.0)
    position = {name: n for n, name in enumerate(names)}
    gain, size = np.zeros(len(names)), np.zeros(len(names))
    for key in keys:
        gain[position[key[0]]] += here[key] - there[key]
        size[position[key[0]]] += 1
    drawn = np.random.default_rng(SEED).multinomial(len(names), [1 / len(names)] * len(names), size=RESAMPLES)
    low, high = np.percentile((drawn @ gain) / (drawn @ size), [2.5, 97.5])
    return Interval(float(low), float(high))
