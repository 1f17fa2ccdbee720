"""The attempts at one request: how many, how long, and the pauses between them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from extractors.engine.backoff import pause_s
from extractors.engine.faults import FaultKind
from extractors.engine.interface import RefusedError, TooLongError, UnavailableError
from extractors.engine.too_long import too_long

if TYPE_CHECKING:
    import random
    from collections.abc import Coroutine
    from typing import Any

    from extractors.engine.endpoint import Endpoint
    from extractors.engine.faults import Fault
    from extractors.engine.interface import ChatRequest
    from extractors.engine.limits import EngineLimits


class Attempts:
    """Its clock starts with the first attempt: waiting for a first turn is nobody's fault."""

    def __init__(self, request: ChatRequest, limits: EngineLimits, rng: random.Random) -> None:
        self._request = request
        self._limits = limits
        self._rng = rng
        self._started: float | None = None
        self._failed = 0
        self.made = 0
        self.tried: set[Endpoint] = set()
        """Endpoints of this round."""

    def spent_s(self) -> float:
        return 0.0 if self._started is None else asyncio.get_running_loop().time() - self._started

    def next_s(self) -> float:
        """How long the next attempt may take."""
        if self._started is None:
            self._started = asyncio.get_running_loop().time()
        return max(0.0, min(self._limits.answer_s, self._limits.deadline_s - self.spent_s()))

    async def in_time(self, turn: Coroutine[Any, Any, Endpoint]) -> Endpoint:
        """The endpoint, if it comes before the deadline."""
        left = None if self._started is None else self._limits.deadline_s - self.spent_s()
        try:
            async with asyncio.timeout(left):
                return await turn
        except TimeoutError as error:
            msg = f"{self._whom}: no endpoint was free again within {self._limits.deadline_s:.0f} s. Try again later."
            raise UnavailableError(msg) from error

    async def after(self, fault: Fault, endpoint: Endpoint, *, others: bool) -> None:
        """Returns when the next attempt is due; RefusedError or UnavailableError where there is none."""
        if too_long(fault):
            msg = f"{endpoint.name} {fault.message}."  # whoever asked knows more of what did not fit
            raise TooLongError(msg)
        if fault.kind is FaultKind.REFUSED:
            msg = f"{self._whom}: {endpoint.name} {fault.message}."
            raise RefusedError(msg)
        self._failed += fault.kind is not FaultKind.BUSY
        if self._failed >= self._limits.attempts or self.spent_s() >= self._limits.deadline_s:
            msg = (
                f"{self._whom}: {endpoint.name} {fault.message}; "
                f"given up after {self.made} attempts in {self.spent_s():.0f} s. Look at the server's log."
            )
            raise UnavailableError(msg)
        self.tried.add(endpoint)
        if others:
            return
        self.tried.clear()
        limits = self._limits
        wait = pause_s(self.made, self._rng, first_s=limits.first_pause_s, longest_s=limits.longest_pause_s)
        await asyncio.sleep(min(wait, max(0.0, limits.deadline_s - self.spent_s())))

    @property
    def _whom(self) -> str:
        return f"{self._request.document}, page {self._request.page + 1}"
