"""The circuit breaker of one endpoint: after failures in a row nothing is sent to it until a trial succeeds."""

from __future__ import annotations

from dataclasses import dataclass

FAILURES = 3
"""In a row, that open it."""
FIRST_REST_S = 1.0
LONGEST_REST_S = 30.0


@dataclass(slots=True)
class Breaker:
    """Closed: requests pass. Open: it rests until `rests_until`, then one trial decides. Times from one clock."""

    failures: int = 0
    down_since: float | None = None
    """When it opened; None while it is closed."""
    rests_until: float = 0.0
    rest_s: float = FIRST_REST_S

    @property
    def closed(self) -> bool:
        return self.down_since is None

    def failed(self, now: float, *, at_once: bool = False) -> None:
        """A request came to nothing; `at_once`: it is known to be down."""
        self.failures += 1
        if self.closed and (at_once or self.failures >= FAILURES):
            self.down_since = now
            self.rests_until = now + self.rest_s

    def answered(self) -> None:
        """A request was answered, if only by a refusal: the server is there."""
        self.failures, self.rest_s = 0, FIRST_REST_S

    def trial_due(self, now: float) -> bool:
        return not self.closed and now >= self.rests_until

    def tried(self, now: float, *, succeeded: bool) -> None:
        """The outcome of a trial; the next rest is twice as long until a request is answered again."""
        self.rest_s = min(LONGEST_REST_S, self.rest_s * 2)
        if succeeded:
            self.failures, self.down_since = 0, None
        else:
            self.rests_until = now + self.rest_s
