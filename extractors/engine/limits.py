"""How much an engine takes on at a time, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """Bounds of one engine; times in seconds."""

    requests: int = 256
    """In flight at one endpoint, at most; `extract worker` starts vLLM with as many where memory has room for them."""
    bytes: int = 256 * MIB
    """Of encoded pictures in flight; one request is let through whatever its size."""
    answer_s: float = 300.0
    """From sending a request to the end of its answer; longer is a hang."""
    deadline_s: float = 900.0
    """For one request with its repetitions and pauses; waiting for its turn is not counted."""
    connect_s: float = 10.0
    outage_s: float = 300.0
    """With no endpoint in order for so long, requests fail at once instead of waiting."""
    attempts: int = 6
    """Of one request; answers that say *busy* are not counted, the deadline bounds them."""
    suspects: int = 4
    """Pages in flight together that were in flight at a crash before."""
    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0
    metrics_s: float = 2.0
    """Between two looks at a server's metrics."""
    answer_bytes: int = 64 * MIB
