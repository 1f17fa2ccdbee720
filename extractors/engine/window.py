"""How many requests one endpoint is given at a time: more while it has room, fewer when it says that it has none.

It begins with a few and doubles until the first sign of a full server; from then on additive increase, multiplicative
decrease. For a server with metrics (vLLM) both go by what they show;
for any other it shrinks by its *busy* answers and grows by the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.engine.load import Load

START = 32
STEP = 8
FULL_KV = 0.85
"""Above this share of the cache new requests would push out running ones."""
USED = 0.8
"""Share of the window that must be in use: only then an answer shows that there is room for more."""
HOLD = 0.1
"""Waiting requests, as a share of the running, that only keep the next step fed."""
GUARD_S = 1.0
"""Requests turned away within this time were turned away together: one cut."""


class Window:
    """The number of requests that one endpoint may have in flight, from 1 to `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(min(START, most))
        self._doubles = True
        self._metered = False
        self._preemptions: int | None = None
        self._cut_at = float("-inf")

    @property
    def limit(self) -> int:
        return max(1, round(self._limit))

    def meter(self, *, metered: bool = True) -> None:
        """From now on it grows by metrics alone, or by answers alone."""
        self._metered = metered

    def turned_away(self, now: float) -> None:
        """The server said that it is busy."""
        if now - self._cut_at >= GUARD_S:
            self._cut_at = now
            self._cut(0.5)

    def answered(self, in_flight: int) -> None:
        """One more answer, with the requests in flight, its own included.

        Without metrics, a whole window of answers makes it twice as large at first, and one larger later.
        """
        if not self._metered and in_flight >= USED * self._limit:
            self._grow(1.0 if self._doubles else 1.0 / self._limit)

    def measured(self, load: Load, in_flight: int) -> None:
        """A look at the metrics, with the requests that were in flight here.

        While there are more than the limit, what the metrics show is older than the last cut.
        """
        pushed_out = 0 if self._preemptions is None else load.preemptions - self._preemptions
        self._preemptions = load.preemptions
        crowded = load.waiting > max(1.0, HOLD * load.running)
        if pushed_out > 0 or crowded:
            if in_flight <= self._limit:
                self._cut(0.7 if pushed_out > 0 else 0.9)
        elif load.waiting == 0 and load.kv_share < FULL_KV and in_flight >= USED * self._limit:
            self._grow(self._limit if self._doubles else STEP)

    def _cut(self, factor: float) -> None:
        self._limit = max(1.0, self._limit * factor)
        self._doubles = False

    def _grow(self, by: float) -> None:
        self._limit = min(float(self._most), self._limit + by)
