"""Requests that are refused because they have more tokens than the model can take: half of one may be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.engine.faults import Fault

STATUSES = frozenset({400, 413, 422})
WORDS = (
    "maximum context length",
    "longer than the maximum model length",
    "longer than the model's context length",
    "exceeds the available context size",
    "context_length_exceeded",
)
"""What vLLM and servers of the same API say of it, each in its own words."""


def too_long(fault: Fault) -> bool:
    """Whether that is why a request was refused."""
    return fault.status in STATUSES and any(words in fault.message for words in WORDS)
