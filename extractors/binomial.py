"""Counting mistakes: exact binomial tails, the bounds that follow from them, and Wilson's interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""Of a two-sided interval of 95 %."""
STEPS = 60
"""Halvings of the interval in which a bound is looked for: far below what anybody prints."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends are shares, 0 to 1."""

    low: float
    high: float


def wilson(hits: int, n: int, *, z: float = Z_95) -> Interval:
    """The interval for a share (Wilson 1927): of good coverage for few and for one-sided counts; 0 to 1 for n = 0."""
    if n == 0:
        return Interval(0.0, 1.0)
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return Interval(low, 1.0 if hits == n else min(1.0, middle + half))


def at_most(hits: int, n: int, share: float) -> float:
    """Probability of so few hits or fewer in n independent tries."""
    if hits >= n or share <= 0:
        return 1.0
    if hits < 0 or share >= 1:
        return 0.0
    logs = (_log_term(k, n, share) for k in range(hits + 1))
    return min(1.0, math.fsum(math.exp(value) for value in logs))


def at_least(hits: int, n: int, share: float) -> float:
    """Probability of so many hits or more."""
    return at_most(n - hits, n, 1 - share)


def _log_term(k: int, n: int, share: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return ways + k * math.log(share) + (n - k) * math.log1p(-share)


def upper_bound(hits: int, n: int, *, certainty: float) -> float:
    """The one-sided bound of Clopper and Pearson (1934): a larger share would give so few hits too rarely."""
    if n == 0 or hits >= n:
        return 1.0
    low, high = hits / n, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(hits, n, middle) > 1 - certainty else (low, middle)
    return high


def needed(mistakes: int, *, max_error: float, certainty: float) -> int:
    """How many values, with so many mistakes among them, show that at most `max_error` are wrong.

    Without a mistake that is ln(1 - certainty) / ln(1 - max_error): 299 for 1 % at 95 %.
    """
    if not 0 < max_error < 1:
        msg = f"a bound of {max_error} cannot be shown by counting"
        raise ValueError(msg)
    low, high = mistakes, max(1, 2 * mistakes)
    while at_most(mistakes, high, max_error) > 1 - certainty:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at_most(mistakes, middle, max_error) > 1 - certainty else (low, middle)
    return high


def sign_test(first: int, second: int) -> float:
    """Two-sided exact test of McNemar (1947): whether of those on which two differ either has more on its side."""
    n = first + second
    return min(1.0, 2 * at_most(min(first, second), n, 0.5)) if n else 1.0
