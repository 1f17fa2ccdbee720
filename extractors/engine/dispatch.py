"""Who is sent where: bounded requests at each endpoint and bytes at all, the endpoint with the fewest first."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.engine.interface import UnavailableError
from extractors.engine.trouble import outage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.engine.directory import Directory
    from extractors.engine.endpoint import Endpoint
    from extractors.engine.limits import EngineLimits
    from extractors.engine.trouble import Trouble


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """One request that waits for its turn."""

    model: str
    weight: int
    """Bytes."""
    avoid: frozenset[Endpoint] = frozenset()
    """Tried already: taken only where no other is free."""
    given: asyncio.Future[Endpoint] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Dispatch:
    """Gives turns: those of one model one after the other, a repeated request before new ones; models by turns.

    A model whose endpoints are full holds up no other.
    """

    def __init__(self, endpoints: Sequence[Endpoint], limits: EngineLimits, directory: Directory) -> None:
        self._endpoints = endpoints
        self._limits = limits
        self._directory = directory
        self._waiting: dict[str, deque[Turn]] = {}
        self._requests = 0
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._trials: set[asyncio.Task[None]] = set()
        self._tried_now: set[Endpoint] = set()

    @property
    def in_flight(self) -> int:
        return self._requests

    async def take(self, turn: Turn, *, again: bool = False) -> Endpoint:
        """Waits for a free endpoint; `give_back` must follow. UnavailableError where all are down for long."""
        line = self._waiting.setdefault(turn.model, deque())
        if again:
            line.appendleft(turn)
        else:
            line.append(turn)
        self.look_again()
        try:
            return await turn.given
        except asyncio.CancelledError:
            if turn.given.done() and not turn.given.cancelled() and turn.given.exception() is None:
                self.give_back(turn.given.result(), turn.weight)
            elif turn in line:
                line.remove(turn)
            raise

    def give_back(self, endpoint: Endpoint, weight: int) -> None:
        endpoint.in_flight -= 1
        self._requests -= 1
        self._bytes -= weight
        self.look_again()

    def look_again(self) -> None:
        """Gives turns to all who can have one now; sees to it that those who cannot are looked at again."""
        now = asyncio.get_running_loop().time()
        self._give_all(now)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._start_trials(now)  # also while others do all the work: an endpoint that is back is to take its share
        if any(self._waiting.values()):
            self._set_timer(now)

    def _give_all(self, now: float) -> None:
        models = deque(self._waiting)
        while models:
            model = models.popleft()
            line = self._waiting[model]
            if line and self._give(line[0], now):
                line.popleft()
                models.append(model)
                self._waiting[model] = self._waiting.pop(model)  # to the end: the next free place is another's

    def _give(self, turn: Turn, now: float) -> bool:
        """True where the turn is settled."""
        if turn.given.done():  # nobody waits for it any more
            return True
        if self._requests and self._bytes + turn.weight > self._limits.bytes:
            return False
        free = [each for each in self._endpoints if each.free(now) and self._directory.serves(each, turn.model)]
        if not free:
            return False
        endpoint = min(free, key=lambda each: (each in turn.avoid, each.in_flight))
        endpoint.in_flight += 1
        self._requests += 1
        self._bytes += turn.weight
        turn.given.set_result(endpoint)
        return True

    def _set_timer(self, now: float) -> None:
        """Wakes up when a pause or a rest ends."""
        ends = [each.paused_until for each in self._endpoints if each.breaker.closed]
        ends += [each.breaker.rests_until for each in self._endpoints if not each.breaker.closed]
        later = [end for end in ends if end > now]
        if later:
            self._timer = asyncio.get_running_loop().call_at(min(later), self.look_again)

    def _start_trials(self, now: float) -> None:
        for endpoint in self._endpoints:
            if endpoint.breaker.trial_due(now) and endpoint not in self._tried_now:
                self._tried_now.add(endpoint)
                task = asyncio.get_running_loop().create_task(self._trial(endpoint))
                self._trials.add(task)
                task.add_done_callback(self._trials.discard)

    async def _trial(self, endpoint: Endpoint) -> None:
        """Asks an endpoint that was down what it serves; that is cheap, and shows that it is back."""
        try:
            fault = await self._directory.revive(endpoint)
        finally:
            self._tried_now.discard(endpoint)
        now = asyncio.get_running_loop().time()
        endpoint.fault = fault or endpoint.fault
        endpoint.life += fault is None
        endpoint.breaker.tried(now, succeeded=fault is None)
        self.give_up(now)
        self.look_again()

    def give_up(self, now: float) -> None:
        """Nobody waits for a model that no endpoint serves any more, or whose endpoints are all down for too long."""
        for model, line in self._waiting.items():
            able = self._directory.able(model)
            if not able:
                _fail(line, self._directory.nobody(model))
            elif all(self._long_down(each, now) for each in able):
                _fail(line, UnavailableError(outage(able)))

    def _long_down(self, endpoint: Endpoint, now: float) -> bool:
        since = endpoint.breaker.down_since
        return since is not None and now - since >= self._limits.outage_s

    async def close(self) -> None:
        """Whoever waits is told; trials end."""
        if self._timer is not None:
            self._timer.cancel()
        trials = list(self._trials)
        for task in trials:
            task.cancel()
        await asyncio.gather(*trials, return_exceptions=True)
        for line in self._waiting.values():
            _fail(line, UnavailableError("The engine was closed while a request waited for it."))


def _fail(line: deque[Turn], error: Trouble) -> None:
    """Each of those who wait gets an error of its own: one that is raised twice collects both tracebacks."""
    for turn in line:
        if not turn.given.done():
            turn.given.set_exception(type(error)(error.message))
    line.clear()
