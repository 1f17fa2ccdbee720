"""How sure a value is: a logistic model over named signals, small enough to be read, kept in a JSON file.

The model that comes with the package is provisional. Its few rounded weights rank values, so that the doubtful ones
reach a person first; nobody has measured that of the values it calls .9 nine in ten are right on your documents.
`load_model` takes a file that was calibrated on labelled data in its place, and records name the model they were
scored with.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGED = Path(__file__).with_name("confidence_model.json")
LOWEST, HIGHEST = 0.01, 0.99
"""No sum of signals makes a value certain, either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal's part in the score."""

    name: str
    weight: float
    """Log-odds between the worst (0) and the best (1) of the signal; never negative: better signals, surer value."""
    neutral: float
    """What is taken where a reader does not give the signal."""
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreModel:
    """Weights, and the score from which a value is accepted."""

    name: str
    version: str
    provisional: bool
    threshold: float
    intercept: float
    signals: tuple[Signal, ...]

    def score(self, signals: Mapping[str, float]) -> float:
        """Probability that a value with these signals is right; unknown signals are ignored."""
        odds = self.intercept + sum(s.weight * _share(signals.get(s.name, s.neutral)) for s in self.signals)
        return round(min(HIGHEST, max(LOWEST, 1 / (1 + math.exp(-odds)))), 4)

    def explain(self, signals: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
        """What each given signal adds to the log-odds of the neutral case, strongest first."""
        parts = [
            (s.explanation, s.weight * (_share(signals[s.name]) - s.neutral)) for s in self.signals if s.name in signals
        ]
        return tuple(sorted(parts, key=lambda p: -abs(p[1])))

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}{' (provisional)' if self.provisional else ''}"


def _share(value: float) -> float:
    return 0.0 if math.isnan(value) else min(1.0, max(0.0, value))


def load_model(path: Path = PACKAGED) -> ScoreModel:
    """The model of a file; ValueError that says what is wrong with it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _model(data)
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{path} is no score model: {error}"
        raise ValueError(msg) from error


@lru_cache(maxsize=1)
def packaged_model() -> ScoreModel:
    """The model that is used where no other is given."""
    return load_model()


def score(signals: Mapping[str, float], model: ScoreModel | None = None) -> float:
    """Probability that a value with these signals is right, by the packaged model where none is given."""
    return (model or packaged_model()).score(signals)


def _model(data: Mapping[str, Any]) -> ScoreModel:
    signals = tuple(
        Signal(name=name, weight=float(s["weight"]), neutral=float(s["neutral"]), explanation=str(s["explanation"]))
        for name, s in data["signals"].items()
    )
    worse = [s.name for s in signals if s.weight < 0 or not 0 <= s.neutral <= 1]
    if worse:
        msg = f"weights must not be negative, and neutral values are 0 to 1: {', '.join(worse)}"
        raise ValueError(msg)
    threshold = float(data["threshold"])
    if not 0 < threshold < 1:
        msg = f"the threshold {threshold} is not between 0 and 1"
        raise ValueError(msg)
    return ScoreModel(
        name=str(data["name"]),
        version=str(data["version"]),
        provisional=bool(data["provisional"]),
        threshold=threshold,
        intercept=float(data["intercept"]),
        signals=signals,
    )
