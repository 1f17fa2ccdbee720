"""How sure a value is: an additive logistic model over named signals, small enough to be read, kept in a JSON file.

The log-odds that a value is right are a sum: an intercept, an offset of its kind (money, date, ...), and for each
signal a curve that never falls, so that a better signal never makes a value less sure. The sum is then put on the
scale of what was right on documents that the curves were not fitted to. The file says what that was measured on.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.thresholds import Tally, tally_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PACKAGED = Path(__file__).with_name("confidence_model.json")
LOWEST, HIGHEST = 0.01, 0.998
"""No sum of signals makes a value certain, either way."""
LINEAR = ((0.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal's part in the score."""

    name: str
    weight: float
    """Log-odds between the worst (0) and the best (1) of the signal; never negative: better signals, surer value."""
    neutral: float
    """What is taken where a reader does not give the signal."""
    explanation: str
    curve: tuple[tuple[float, float], ...] = LINEAR
    """(signal, share of the weight), from (0, 0) to (1, 1), straight between its points."""
    provisional: bool = False
    """The weight was set with caution, by no labelled value; `extract calibrate` on read documents fits it."""

    def odds(self, value: float) -> float:
        """What a value of the signal adds to the log-odds."""
        x = _share(value)
        for (x0, y0), (x1, y1) in pairwise(self.curve):
            if x <= x1:
                return self.weight * (y0 + (y1 - y0) * (x - x0) / (x1 - x0))
        return self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreModel:
    """Weights, and the score from which a value is accepted."""

    name: str
    version: str
    provisional: bool
    threshold: float
    intercept: float
    signals: tuple[Signal, ...]
    kinds: tuple[tuple[str, float], ...] = ()
    """(kind of field, offset in log-odds); a cell of a table has the kind `money in rows`."""
    slope: float = 1.0
    offset: float = 0.0
    """The last step: log-odds times `slope` plus `offset`, fitted where the weights were not (Platt 1999)."""
    dependence: float = 0.0
    """How far the values of a document are right together: 0 independently, 1 all or none."""
    tally: Tally = field(default_factory=Tally)
    """What was right and wrong from each confidence on, where the model was tested: thresholds come from it."""
    source: str = ""
    """What that was measured on, in a few words."""

    def score(self, signals: Mapping[str, float], kind: str = "") -> float:
        """Probability that a value with these signals is right; unknown signals are ignored."""
        odds = self.slope * self.log_odds(signals, kind) + self.offset
        return round(min(HIGHEST, max(LOWEST, 1 / (1 + math.exp(-max(-40.0, min(40.0, odds)))))), 4)

    def log_odds(self, signals: Mapping[str, float], kind: str = "") -> float:
        """The sum before it is put on the scale of probabilities."""
        own = sum(s.odds(signals.get(s.name, s.neutral)) for s in self.signals)
        return self.intercept + dict(self.kinds).get(kind, 0.0) + own

    def explain(self, signals: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
        """What each given signal adds to the log-odds of the neutral case, strongest first."""
        parts = [
            (s.explanation, s.odds(signals[s.name]) - s.odds(s.neutral)) for s in self.signals if s.name in signals
        ]
        return tuple(sorted(parts, key=lambda p: -abs(p[1])))

    def together(self, confidences: Sequence[float]) -> float:
        """Probability that all of these values of one document are right.

        Between the product (if they were independent) and the least of them (if they were right and wrong together),
        as `dependence` says; it was fitted on whole documents.
        """
        if not confidences:
            return 1.0
        product, least = math.fsum(math.log(c) for c in confidences), math.log(min(confidences))
        return round(math.exp((1 - self.dependence) * product + self.dependence * least), 4)

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}{' (provisional)' if self.provisional else ''}"


def kind_of(kind: str, *, cell: bool) -> str:
    """The name under which a kind has its offset."""
    return f"{kind} in rows" if cell else kind


def _share(value: float) -> float:
    return 0.0 if math.isnan(value) else min(1.0, max(0.0, value))


def load_model(path: Path = PACKAGED) -> ScoreModel:
    """The model of a file; ValueError that says what is wrong with it."""
    try:
        return model_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        msg = f"{path} is no score model: {error}"
        raise ValueError(msg) from error


@lru_cache(maxsize=1)
def packaged_model() -> ScoreModel:
    """The model that is used where no other is given."""
    return load_model()


def score(signals: Mapping[str, float], model: ScoreModel | None = None) -> float:
    """Probability that a value with these signals is right, by the packaged model where none is given."""
    return (model or packaged_model()).score(signals)


def model_of(data: Mapping[str, Any]) -> ScoreModel:
    """The model that a file's content describes; ValueError that says what is wrong."""
    try:
        return _checked(_model(data))
    except (AttributeError, KeyError, TypeError) as error:
        msg = f"it lacks something, or has it in another form: {error!r}"
        raise ValueError(msg) from error


def _model(data: Mapping[str, Any]) -> ScoreModel:
    scale = data.get("scale") or {}
    return ScoreModel(
        name=str(data["name"]),
        version=str(data["version"]),
        provisional=bool(data["provisional"]),
        threshold=float(data["threshold"]),
        intercept=float(data["intercept"]),
        signals=tuple(_signal(name, s) for name, s in data["signals"].items()),
        kinds=tuple((str(kind), float(value)) for kind, value in (data.get("kinds") or {}).items()),
        slope=float(scale.get("slope", 1.0)),
        offset=float(scale.get("offset", 0.0)),
        dependence=float(data.get("dependence", 0.0)),
        tally=tally_of(data.get("tally") or {}),
        source=str((data.get("fitted") or {}).get("source", "")),
    )


def _signal(name: str, s: Mapping[str, Any]) -> Signal:
    curve = tuple((float(x), float(y)) for x, y in s.get("curve", LINEAR))
    return Signal(
        name=name,
        weight=float(s["weight"]),
        neutral=float(s["neutral"]),
        explanation=str(s["explanation"]),
        curve=curve,
        provisional=bool(s.get("provisional", False)),
    )


def _checked(model: ScoreModel) -> ScoreModel:
    worse = [s.name for s in model.signals if s.weight < 0 or not 0 <= s.neutral <= 1]
    if worse:
        msg = f"weights must not be negative, and neutral values are 0 to 1: {', '.join(worse)}"
        raise ValueError(msg)
    falling = [s.name for s in model.signals if not _rises(s.curve)]
    if falling:
        msg = f"curves go from [0, 0] to [1, 1] and never fall: {', '.join(falling)}"
        raise ValueError(msg)
    if not 0 < model.threshold < 1:
        msg = f"the threshold {model.threshold} is not between 0 and 1"
        raise ValueError(msg)
    if model.slope <= 0 or not 0 <= model.dependence <= 1:
        msg = "the slope must be above 0, and the dependence 0 to 1"
        raise ValueError(msg)
    return model


def _rises(curve: Sequence[tuple[float, float]]) -> bool:
    ends = len(curve) > 1 and curve[0] == (0.0, 0.0) and curve[-1] == (1.0, 1.0)
    return ends and all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(curve))
