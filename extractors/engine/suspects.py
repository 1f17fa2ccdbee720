"""Pages that were in flight when a server crashed: sent again a few at a time, and after a second crash not at all.

When an engine dies, everything that it was working on is under suspicion, and all but one page of it wrongly. Few
suspects at a time mean that a second crash condemns few of the innocent.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from extractors.engine.interface import QuarantinedError

if TYPE_CHECKING:
    from extractors.engine.interface import ChatRequest

CRASHES = 2


class Suspects:
    """Which pages were in flight at which crashes."""

    def __init__(self, at_once: int) -> None:
        self._crashes: dict[tuple[str, int], set[tuple[str, int]]] = {}
        self._lane = asyncio.Semaphore(at_once)

    def crashed(self, request: ChatRequest, *, endpoint: str, life: int) -> None:
        """The request was in flight at the end of this life of the endpoint."""
        self._crashes.setdefault((request.document, request.page), set()).add((endpoint, life))

    def refuse(self, request: ChatRequest) -> None:
        """QuarantinedError for a page that is not to be sent again."""
        crashes = self._crashes.get((request.document, request.page), set())
        if len(crashes) >= CRASHES:
            where = ", ".join(sorted({endpoint for endpoint, _ in crashes}))
            msg = (
                f"{request.document}, page {request.page + 1}: it was being read when the engine crashed, "
                f"{len(crashes)} times ({where}), and is not sent again in this run. Look at the server's log; "
                "--retry-failed sends it once more."
            )
            raise QuarantinedError(msg)

    def lane(self, request: ChatRequest) -> contextlib.AbstractAsyncContextManager[object]:
        """Held while a suspect is in flight; others pass."""
        suspect = (request.document, request.page) in self._crashes
        return self._lane if suspect else contextlib.nullcontext()
