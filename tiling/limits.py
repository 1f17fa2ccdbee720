"""How much of the machine one document may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is larger becomes a failure with a reason of its own, before it is held in memory."""

    max_pages: int = 500
    max_bytes: int = 256 * 1024 * 1024
    max_pixels: int = 100_000_000
    """Of a page: pictures with more are refused, PDF pages are rendered smaller."""
    seconds: float = 120.0
    """For a document; watched by whoever started the worker process."""
    memory_mb: int = 2048
    """For a worker process; watched by whoever started it."""
