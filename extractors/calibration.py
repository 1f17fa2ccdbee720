"""Fitting the score model to labelled values, and saying honestly what it is worth.

The weights are found by Newton's method on the logistic loss, kept from falling below zero, and pulled towards a
prior: the model one starts from. Whoever has few labels keeps the prior; whoever has many gets their own weights. What
is reported, and what thresholds are made from, are confidences of values whose look (group) was left out of the fit.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extractors.confidence import HIGHEST, LOWEST, Signal, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from extractors.calibration_measures import Scored
    from extractors.confidence import ScoreModel

    Floats = NDArray[np.float64]

FOLDS = 5
ROUNDS, HALVINGS = 100, 12
ENOUGH = 1e-7
"""A round that makes the loss less by so little was the last; a dozen are usual."""
PULL = PULL_OF_KIND = 60.0
"""Strength of the prior on weights: hundreds of mistakes are needed to turn them round, as single ones are chance.

Weaker ones were tried on two dozen mistakes: the order of values whose look was left out became worse.
"""
PULL_OF_SLOPE, PULL_OF_OFFSET = 6.0, 0.5
ENOUGH_SEEN = 200
"""Labelled values with a signal from which its weight is a fitted one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A labelled value."""

    document: str
    group: str
    """What looks alike; folds never divide it."""
    name: str
    """Of the field."""
    kind: str
    """As `confidence.kind_of` names it."""
    right: bool
    signals: Mapping[str, float] = field(default_factory=dict)
    made: bool = False
    """From a document that was disturbed on purpose: it helps to fit the weights, and is never counted in a result."""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A model, and the confidences of the real cases when their group was left out (None: it could not be)."""

    model: ScoreModel
    left_out: tuple[float, ...]
    """In the order of the cases that are not made."""


def fit(cases: Sequence[Case], prior: ScoreModel) -> Fitted:
    """The model fitted to all cases, and the honest confidences of the real ones."""
    real = [n for n, case in enumerate(cases) if not case.made]
    folds = np.array([_fold(case.group) for case in cases])
    matrix, right, weights = _matrix(cases, prior), np.array([float(c.right) for c in cases]), _weights(cases)
    sums = np.zeros(len(cases))
    for fold in range(FOLDS):
        out = folds == fold
        if out.any():
            learnt = _descend(matrix[~out], right[~out], weights[~out], prior) if (~out).any() else _start(prior)
            sums[out] = matrix[out] @ learnt
    left_out = np.zeros(len(cases))
    for fold in range(FOLDS):
        out = folds == fold
        slope, offset = _scaled(sums[~out], right[~out], weights[~out])
        left_out[out] = _probability(slope * sums[out] + offset)
    slope, offset = _scaled(sums, right, weights)
    model = _believed(_model(_descend(matrix, right, weights, prior), prior, slope, offset), cases)
    return Fitted(model=model, left_out=tuple(float(left_out[n]) for n in real))


def rescaled(cases: Sequence[Case], prior: ScoreModel) -> Fitted:
    """The prior's weights as they are, with only its last step fitted: for few mistakes."""
    unscaled = dataclasses.replace(prior, slope=1.0, offset=0.0)
    sums = np.array([unscaled.log_odds(c.signals, c.kind) for c in cases])
    right, weights = np.array([float(c.right) for c in cases]), _weights(cases)
    folds = np.array([_fold(case.group) for case in cases])
    left_out = np.zeros(len(cases))
    for fold in range(FOLDS):
        out = folds == fold
        slope, offset = _scaled(sums[~out], right[~out], weights[~out])
        left_out[out] = _probability(slope * sums[out] + offset)
    slope, offset = _scaled(sums, right, weights)
    model = dataclasses.replace(prior, slope=round(slope, 4), offset=round(offset, 4))
    real = (float(c) for c, case in zip(left_out, cases, strict=True) if not case.made)
    return Fitted(model=model, left_out=tuple(real))


def dependence(documents: Sequence[tuple[Sequence[float], bool]]) -> float:
    """How far values of a document are right together (`ScoreModel.together`), by likelihood over whole documents.

    `documents` holds the confidences of the required values, and whether all of them were right.
    """
    parts = [(sum(np.log(c)), np.log(min(c)), right) for c, right in documents if c]
    best = max(np.linspace(0.0, 1.0, 21), key=lambda d: (_likelihood(parts, float(d)) - 2.0 * (d - 0.5) ** 2, -d))
    return round(float(best), 2)


def _likelihood(parts: Sequence[tuple[float, float, bool]], d: float) -> float:
    logs = [min((1 - d) * product + d * least, -1e-6) for product, least, _ in parts]
    return float(sum(p if right else np.log(-np.expm1(p)) for p, (_, _, right) in zip(logs, parts, strict=True)))


def paired(cases: Sequence[Case], left_out: Sequence[float]) -> list[Scored]:
    """(confidence, right) of the real cases."""
    real = [c for c in cases if not c.made]
    return [(confidence, case.right) for confidence, case in zip(left_out, real, strict=True)]


def _fold(group: str) -> int:
    return zlib.crc32(group.encode()) % FOLDS


def _weights(cases: Sequence[Case]) -> Floats:
    return np.array([c.weight for c in cases])


def _pieces(signal: Signal) -> list[tuple[float, float]]:
    xs = [x for x, _ in signal.curve]
    return list(pairwise(xs))


def _matrix(cases: Sequence[Case], prior: ScoreModel) -> Floats:
    """A column for each piece of each signal's curve, each kind, and a 1.

    A piece's column says how much more of it the value has climbed than the neutral one. So a signal that no case
    has is 0 everywhere: nothing can be learnt about it, and its weight stays what it was.
    """
    columns: list[Floats] = []
    for signal in prior.signals:
        values = np.clip(np.nan_to_num([c.signals.get(signal.name, signal.neutral) for c in cases]), 0.0, 1.0)
        climbed = zip(_pieces(signal), _climbed_by_neutral(signal), strict=True)
        columns += [np.clip((values - a) / (b - a), 0.0, 1.0) - neutral for (a, b), neutral in climbed]
    columns += [np.array([float(c.kind == kind) for c in cases]) for kind, _ in prior.kinds]
    return np.stack([*columns, np.ones(len(cases))], axis=1)


def _climbed_by_neutral(signal: Signal) -> list[float]:
    """The share of each piece that lies below the neutral value."""
    return [min(1.0, max(0.0, (signal.neutral - a) / (b - a))) for a, b in _pieces(signal)]


def _start(prior: ScoreModel) -> Floats:
    """The prior as coefficients of the columns; the last one is the log-odds of the neutral case."""
    steps = [signal.weight * (b[1] - a[1]) for signal in prior.signals for a, b in pairwise(signal.curve)]
    return np.array([*steps, *(offset for _, offset in prior.kinds), prior.log_odds({})])


def _descend(matrix: Floats, right: Floats, weights: Floats, prior: ScoreModel) -> Floats:
    """Projected Newton (Bertsekas 1982): weights that want to fall below zero stay there, the others take the step."""
    start = _start(prior)
    climbing = sum(len(_pieces(s)) for s in prior.signals)
    pull = np.full(len(start), PULL)
    pull[climbing:], pull[-1] = PULL_OF_KIND, PULL_OF_OFFSET
    lowest = np.where(np.arange(len(start)) < climbing, 0.0, -np.inf)
    at = np.maximum(start, lowest)
    loss = _loss(matrix, right, weights, at, pull * (at - start) ** 2)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(matrix @ at, -40, 40)))
        slope = matrix.T @ (weights * (p - right)) + pull * (at - start)
        free = (at > lowest) | (slope < 0)
        inner = matrix[:, free]
        bend = (inner * (weights * p * (1 - p))[:, None]).T @ inner + np.diag(pull[free])
        move = np.zeros(len(at))
        move[free] = np.linalg.solve(bend, slope[free])
        at, new = _stepped(at, move, lowest, lambda w: _loss(matrix, right, weights, w, pull * (w - start) ** 2), loss)
        if loss - new < ENOUGH:
            break
        loss = new
    return at


def _stepped(
    at: Floats, move: Floats, lowest: Floats, loss_at: Callable[[Floats], float], loss: float
) -> tuple[Floats, float]:
    """The longest of a few ever shorter steps that makes the loss less, and that loss."""
    for halvings in range(HALVINGS):
        there = np.maximum(at - move / 2**halvings, lowest)
        new = loss_at(there)
        if new < loss:
            return there, new
    return at, loss


def _loss(matrix: Floats, right: Floats, weights: Floats, at: Floats, pulls: Floats) -> float:
    odds = matrix @ at
    return float((weights * (np.logaddexp(0, odds) - right * odds)).sum() + pulls.sum() / 2)


def _probability(odds: Floats) -> Floats:
    shares: Floats = np.clip(1 / (1 + np.exp(-np.clip(odds, -40, 40))), LOWEST, HIGHEST)
    return shares


def _scaled(sums: Floats, right: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and offset (Platt 1999) by Newton's method, pulled towards no change."""
    slope, offset = 1.0, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(slope * sums + offset, -40, 40)))
        spread, gap = weights * p * (1 - p), weights * (p - right)
        gradient = np.array([(gap * sums).sum() + PULL_OF_SLOPE * (slope - 1), gap.sum() + PULL_OF_OFFSET * offset])
        across = (spread * sums).sum()
        bend = np.array([[(spread * sums**2).sum() + PULL_OF_SLOPE, across], [across, spread.sum() + PULL_OF_OFFSET]])
        move = np.linalg.solve(bend, gradient)
        slope, offset = max(0.05, slope - float(move[0])), offset - float(move[1])
    return slope, offset


def _model(learnt: Floats, prior: ScoreModel, slope: float, offset: float) -> ScoreModel:
    """The coefficients as a model that people can read: rounded, each signal with its curve."""
    signals: list[Signal] = []
    at = 0
    for signal in prior.signals:
        pieces = _pieces(signal)
        steps = [round(float(s), 4) for s in learnt[at : at + len(pieces)]]
        at += len(pieces)
        signals.append(_signal(signal, steps))
    kinds = tuple((kind, round(float(learnt[at + n]), 3)) for n, (kind, _) in enumerate(prior.kinds))
    neutral = sum(s.odds(s.neutral) for s in signals)
    return dataclasses.replace(
        prior,
        signals=tuple(signals),
        kinds=kinds,
        intercept=round(float(learnt[-1]) - neutral, 3),
        slope=round(slope, 4),
        offset=round(offset, 4),
    )


def _believed(model: ScoreModel, cases: Sequence[Case]) -> ScoreModel:
    """Weights that rest on enough labelled values now are provisional no more."""
    seen = Counter(name for case in cases if not case.made for name in case.signals)
    signals = (dataclasses.replace(s, provisional=s.provisional and seen[s.name] < ENOUGH_SEEN) for s in model.signals)
    return dataclasses.replace(model, signals=tuple(signals))


def _signal(signal: Signal, steps: Sequence[float]) -> Signal:
    weight = sum(steps)
    if weight <= 0:
        return dataclasses.replace(signal, weight=0.0)
    climbed = np.cumsum([0.0, *steps]) / weight
    points = [(x, round(float(y), 3)) for (x, _), y in zip(signal.curve, climbed, strict=True)]
    points[-1] = (1.0, 1.0)
    return dataclasses.replace(signal, weight=round(float(weight), 3), curve=tuple(points))


def kind_name(kind: str, field_name: str) -> str:
    """The kind of a field as models know it: cells of tables have kinds of their own."""
    return kind_of(kind, cell="." in field_name)
