"""What confidence is worth: reliability, ECE, Brier score, AUROC, and how much must be looked at to be right enough.

A measure is a value with the number of cases behind it, so that measures of several corpora can be put together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from extractors.binomial import Interval, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

Scored: TypeAlias = tuple[float, bool]
"""A confidence, and whether the value was right."""
BINS = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure; None where there was nothing to measure it on."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Values whose confidence lies in [low, high); the last bin has its end."""

    low: float
    high: float
    n: int
    confidence: float
    """Mean of what was claimed."""
    right: float
    """Share of what was right."""
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """What is accepted when everything from a confidence on is."""

    threshold: float
    accepted: int
    wrong: int
    n: int

    @property
    def coverage(self) -> float:
        return self.accepted / self.n

    @property
    def risk(self) -> float:
        return self.wrong / self.accepted


def reliability(scored: Sequence[Scored], bins: int = BINS) -> tuple[Bin, ...]:
    """Claimed against true, in bins of equal width; empty bins are left out."""
    by_bin: dict[int, list[Scored]] = {}
    for confidence, right in scored:
        by_bin.setdefault(min(bins - 1, int(confidence * bins)), []).append((confidence, right))
    return tuple(_bin(n, bins, by_bin[n]) for n in sorted(by_bin))


def _bin(number: int, bins: int, inside: Sequence[Scored]) -> Bin:
    hits = sum(right for _, right in inside)
    return Bin(
        low=number / bins,
        high=(number + 1) / bins,
        n=len(inside),
        confidence=sum(c for c, _ in inside) / len(inside),
        right=hits / len(inside),
        interval=wilson(hits, len(inside)),
    )


def ece(scored: Sequence[Scored], bins: int = BINS) -> Measured:
    """Expected calibration error: the mean gap between claimed and true, over bins of equal width."""
    if not scored:
        return Measured(None, 0)
    gaps = sum(b.n * abs(b.confidence - b.right) for b in reliability(scored, bins))
    return Measured(gaps / len(scored), len(scored))


def brier(scored: Sequence[Scored]) -> Measured:
    """Mean squared gap between the confidence and the truth (1 or 0)."""
    if not scored:
        return Measured(None, 0)
    return Measured(sum((c - right) ** 2 for c, right in scored) / len(scored), len(scored))


def auroc(scored: Sequence[Scored]) -> Measured:
    """How often a right value has more confidence than a wrong one, ties counted half (Mann and Whitney 1947)."""
    right = sum(ok for _, ok in scored)
    wrong = len(scored) - right
    if not right or not wrong:
        return Measured(None, len(scored))
    beaten, below = 0.0, 0
    for _, group in groupby(sorted(scored), key=lambda s: s[0]):
        outcomes = [ok for _, ok in group]
        hits = sum(outcomes)
        beaten += hits * (below + (len(outcomes) - hits) / 2)
        below += len(outcomes) - hits
    return Measured(beaten / (right * wrong), len(scored))


def risk_curve(scored: Sequence[Scored]) -> tuple[RiskPoint, ...]:
    """One point for each confidence that occurs, the highest first; values of one confidence stay together."""
    points = []
    accepted = wrong = 0
    for threshold, group in groupby(sorted(scored, key=lambda s: -s[0]), key=lambda s: s[0]):
        for _, right in group:
            accepted += 1
            wrong += not right
        points.append(RiskPoint(threshold=threshold, accepted=accepted, wrong=wrong, n=len(scored)))
    return tuple(points)


def coverage_at(scored: Sequence[Scored], max_error: float) -> Measured:
    """The largest share that can be accepted, most confident first, with at most `max_error` of it wrong."""
    fitting = [p.coverage for p in risk_curve(scored) if p.risk <= max_error]
    return Measured(max(fitting, default=0.0) if scored else None, len(scored))


def review_for(scored: Sequence[Scored], right: float) -> Measured:
    """The share to look at, least confident first, until `right` of all values are right (what is seen is mended)."""
    if not scored:
        return Measured(None, 0)
    allowed = (1 - right) * len(scored) + 1e-9
    kept = max((p.coverage for p in risk_curve(scored) if p.wrong <= allowed), default=0.0)
    return Measured(1 - kept, len(scored))
