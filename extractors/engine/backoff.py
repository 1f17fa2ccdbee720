"""How long to wait before asking again: full jitter, and what a server asks for."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

LONGEST_ASKED_S = 120.0
"""A server that wants more than this is asked again after this."""


def pause_s(attempt: int, rng: random.Random, *, first_s: float, longest_s: float) -> float:
    """Seconds before the next attempt (`attempt`: those made, from 1), drawn from 0 to a doubling bound.

    Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/; clients that were turned
    away together do not come back together.
    """
    return rng.uniform(0.0, min(longest_s, first_s * 2.0 ** min(attempt - 1, 30)))


def retry_after_s(value: str | None, now: float) -> float | None:
    """Seconds of a `Retry-After` header (a number or a date); None where there is none. `now` is a Unix time."""
    if value is None:
        return None
    try:
        wanted = float(value)
    except ValueError:
        try:
            wanted = parsedate_to_datetime(value).timestamp() - now
        except ValueError:
            return None
    return min(max(wanted, 0.0), LONGEST_ASKED_S) if wanted == wanted else None  # noqa: PLR0124 - "nan" is a float
