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
PULL_OF_CELLS = 2.0
"""The same on the offsets of cells: how sure a description is, nothing said beforehand, and labels of rows are many."""
IN_ROWS = " in rows"
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

    @property
    def is_cell(self) -> bool:
        return "." in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A model, and the confidences of the real cases when their group was left out (None: it could not be)."""

    model: ScoreModel
    left_out: tuple[float, ...]
    """In the order of the cases that are not made."""


def fit(cases: Sequence[Case], prior: ScoreModel) -> Fitted:
    """The model fitted to all cases, and the honest confidences of the real ones.

    Cells of tables come last, on top of what was learnt without them: there are many of them, and they err by columns.
    """
    values = _of(cases, cells=False)
    matrix, right, weights = _matrix(values, prior), _right(values), _weights(values)
    folds = np.array([_fold(c.group) for c in values], int)
    learnt = [
        _descend(matrix[folds != fold], right[folds != fold], weights[folds != fold], prior) for fold in range(FOLDS)
    ]
    return _fitted(cases, prior, learnt, _descend(matrix, right, weights, prior))


def rescaled(cases: Sequence[Case], prior: ScoreModel) -> Fitted:
    """The prior's weights as they are, with only its last step fitted, and what only cells have: for few mistakes."""
    start = _start(dataclasses.replace(prior, slope=1.0, offset=0.0))
    return _fitted(cases, prior, [start] * FOLDS, start)


def _fitted(cases: Sequence[Case], prior: ScoreModel, without: Sequence[Floats], learnt: Floats) -> Fitted:
    """The scale, then the cells: `without` holds the coefficients learnt without each fold, `learnt` those of all."""
    values, cells = _of(cases, cells=False), _of(cases, cells=True)
    matrix, right, weights = _matrix(values, prior), _right(values), _weights(values)
    folds = np.array([_fold(c.group) for c in values], int)
    sums = np.array([row @ without[fold] for row, fold in zip(matrix, folds, strict=True)])
    left_out = np.zeros(len(values))
    scales = [_scaled(sums[folds != fold], right[folds != fold], weights[folds != fold]) for fold in range(FOLDS)]
    for fold, (slope, offset) in enumerate(scales):
        left_out[folds == fold] = _probability(slope * sums[folds == fold] + offset)
    slope, offset = _scaled(sums, right, weights)
    own = _only_of_cells(values, cells, prior)
    in_cells, whole = _matrix(cells, prior), learnt
    cell_folds = np.array([_fold(c.group) for c in cells], int)
    cells_left_out = np.zeros(len(cells))
    for fold, scale in enumerate(scales):
        out = cell_folds == fold
        if out.any():
            adjusted = _adjusted(
                [c for c, o in zip(cells, out, strict=True) if not o], prior, without[fold], scale, own
            )
            cells_left_out[out] = _probability(scale[0] * (in_cells[out] @ adjusted) + scale[1])
    if cells:
        whole = _adjusted(cells, prior, learnt, (slope, offset), own)
    model = _believed(_model(whole, prior, slope, offset), cases)
    of_values, of_cells = iter(left_out), iter(cells_left_out)
    every = [float(next(of_cells if c.is_cell else of_values)) for c in cases]
    return Fitted(model=model, left_out=tuple(p for p, c in zip(every, cases, strict=True) if not c.made))


def _of(cases: Sequence[Case], *, cells: bool) -> list[Case]:
    return [c for c in cases if c.is_cell is cells]


def _only_of_cells(values: Sequence[Case], cells: Sequence[Case], prior: ScoreModel) -> NDArray[np.bool_]:
    """Which coefficients say something of cells alone: of signals that no other value has, and of their kinds."""
    others = {name for c in values for name in c.signals}
    named = {name for c in cells for name in c.signals} - others
    pieces = [signal.name in named for signal in prior.signals for _ in _pieces(signal)]
    kinds = [kind == kind_of(kind.removesuffix(IN_ROWS), cell=True) for kind, _ in prior.kinds]
    return np.array([*pieces, *kinds, False])


def _adjusted(
    cells: Sequence[Case],
    prior: ScoreModel,
    learnt: Floats,
    scale: tuple[float, float],
    own: NDArray[np.bool_],
) -> Floats:
    """The coefficients with those of cells fitted, on the scale that was fitted without them."""
    if not cells:
        return learnt
    slope, offset = scale
    matrix = _matrix(cells, prior)
    base = slope * (matrix[:, ~own] @ learnt[~own]) + offset
    kinds = np.zeros(len(learnt), bool)
    kinds[sum(len(_pieces(s)) for s in prior.signals) : -1] = True
    pull = np.where(kinds[own], PULL_OF_CELLS, PULL)
    lowest = np.where(kinds[own], -np.inf, 0.0)
    found = _newton(slope * matrix[:, own], _right(cells), _weights(cells), learnt[own], pull, lowest, base)
    whole = learnt.copy()
    whole[own] = found
    return whole


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


def paired(cases: Sequence[Case], left_out: Sequence[float], *, cells: bool | None = None) -> list[Scored]:
    """(confidence, right) of the real cases; `cells` takes those of tables, or only the others."""
    real = zip(left_out, (c for c in cases if not c.made), strict=True)
    return [(confidence, case.right) for confidence, case in real if cells is None or case.is_cell is cells]


def _fold(group: str) -> int:
    return zlib.crc32(group.encode()) % FOLDS


def _right(cases: Sequence[Case]) -> Floats:
    return np.array([float(c.right) for c in cases])


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
    """The coefficients of the columns, pulled towards the prior's."""
    start = _start(prior)
    if not len(right):
        return start
    climbing = sum(len(_pieces(s)) for s in prior.signals)
    pull = np.full(len(start), PULL)
    pull[climbing:], pull[-1] = PULL_OF_KIND, PULL_OF_OFFSET
    lowest = np.where(np.arange(len(start)) < climbing, 0.0, -np.inf)
    return _newton(matrix, right, weights, start, pull, lowest, np.zeros(len(right)))


def _newton(
    matrix: Floats, right: Floats, weights: Floats, start: Floats, pull: Floats, lowest: Floats, base: Floats
) -> Floats:
    """Projected Newton (Bertsekas 1982): weights that want to fall below `lowest` stay there, others take the step.

    `base` is what is added to each row's sum.
    """
    at = np.maximum(start, lowest)

    def loss_at(there: Floats) -> float:
        return _loss(base + matrix @ there, right, weights, pull * (there - start) ** 2)

    loss = loss_at(at)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(base + matrix @ at, -40, 40)))
        slope = matrix.T @ (weights * (p - right)) + pull * (at - start)
        free = (at > lowest) | (slope < 0)
        inner = matrix[:, free]
        bend = (inner * (weights * p * (1 - p))[:, None]).T @ inner + np.diag(pull[free])
        move = np.zeros(len(at))
        move[free] = np.linalg.solve(bend, slope[free])
        at, new = _stepped(at, move, lowest, loss_at, loss)
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


def _loss(odds: Floats, right: Floats, weights: Floats, pulls: Floats) -> float:
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
