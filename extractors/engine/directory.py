"""Which endpoint serves what, under which name, and in which dialect; asked once, before the first request."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from extractors.engine.endpoint import outage
from extractors.engine.interface import Capabilities, EngineError, RefusedError, UnavailableError
from extractors.engine.probe import learn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractors.catalogue.entry import Model
    from extractors.engine.dialect import Dialect
    from extractors.engine.endpoint import Endpoint
    from extractors.engine.faults import Fault
    from extractors.engine.limits import EngineLimits


class Directory:
    """What the endpoints have said of themselves."""

    def __init__(
        self, endpoints: Sequence[Endpoint], known: Mapping[str, Model], *, key_given: bool, limits: EngineLimits
    ) -> None:
        self._endpoints = endpoints
        self._known = known
        self._key_given = key_given
        self._limits = limits
        self._opened: dict[str, asyncio.Task[None]] = {}
        self._troubles: dict[Endpoint, EngineError] = {}

    async def open(self, model: str) -> None:
        """Asks all endpoints, the first time; EngineError where none of them can be used for the model."""
        task = self._opened.get(model)
        if task is None:
            task = self._opened[model] = asyncio.get_running_loop().create_task(self._open(model))
            task.add_done_callback(lambda done: self._forget(model, done))
        await asyncio.shield(task)

    def _forget(self, model: str, done: asyncio.Task[None]) -> None:
        """What failed is asked again the next time."""
        if done.cancelled() or done.exception() is not None:
            self._opened.pop(model, None)

    async def _open(self, model: str) -> None:
        found = await asyncio.gather(*(self._look(each, model) for each in self._endpoints))
        self._troubles = {each: trouble for each, trouble in zip(self._endpoints, found, strict=True) if trouble}
        if len(self._troubles) == len(self._endpoints):
            kind = UnavailableError if any(trouble.retryable for trouble in self._troubles.values()) else RefusedError
            raise kind(" ".join(dict.fromkeys(self.troubles())))

    async def _look(self, endpoint: Endpoint, model: str) -> EngineError | None:
        """The trouble with this endpoint, or None."""
        fault = await endpoint.look()
        if fault is not None:
            endpoint.down(fault, asyncio.get_running_loop().time())
            return self._trouble(endpoint, fault)
        served = self.served(endpoint, model)
        if served is None:
            names = ", ".join(repr(name) for name in endpoint.models or ()) or "nothing"
            return RefusedError(
                f"{endpoint.name} does not serve {model!r}; it serves {names}. "
                "Give one of these with --model, or another address with --endpoint."
            )
        return await self._learn(endpoint, served, model)

    async def revive(self, endpoint: Endpoint) -> Fault | None:
        """Asks an endpoint that was down what it serves; the fault where it does not say."""
        fault = await endpoint.look()
        if fault is None:
            for model in self._opened:
                served = self.served(endpoint, model)
                if served is not None and served not in endpoint.dialects:
                    self._troubles.pop(endpoint, None)
                    trouble = await self._learn(endpoint, served, model)
                    if trouble is not None:
                        self._troubles[endpoint] = trouble
        return fault

    async def _learn(self, endpoint: Endpoint, served: str, model: str) -> EngineError | None:
        try:
            dialect = await learn(endpoint, served, self._entry(model), timeout_s=self._limits.answer_s)
        except EngineError as error:
            return error
        endpoint.dialects[served] = dialect
        return None

    def _trouble(self, endpoint: Endpoint, fault: Fault) -> EngineError:
        """What people read who gave this address."""
        if fault.status in {401, 403} and self._key_given:
            return RefusedError(f"{endpoint.name} refuses the API key: check the one in EXTRACT_API_KEY.")
        if fault.status in {401, 403}:
            return RefusedError(f"{endpoint.name} wants an API key: put it into the variable EXTRACT_API_KEY.")
        if fault.kind.name == "REFUSED":
            return RefusedError(
                f"{endpoint.name} {fault.message}: give the address that is followed by /chat/completions, "
                "as in http://localhost:8000/v1."
            )
        return UnavailableError(outage([endpoint]))

    def troubles(self) -> tuple[str, ...]:
        return tuple(trouble.message for trouble in self._troubles.values())

    async def close(self) -> None:
        tasks = list(self._opened.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def able(self, model: str) -> list[Endpoint]:
        """The endpoints that serve the model, or have not said yet what they serve."""
        return [each for each in self._endpoints if each.models is None or self.serves(each, model)]

    def serves(self, endpoint: Endpoint, model: str) -> bool:
        """Whether requests for the model may be sent there."""
        served = self.served(endpoint, model)
        return served is not None and served in endpoint.dialects

    def served(self, endpoint: Endpoint, model: str) -> str | None:
        """The name under which the endpoint serves the model: its own, or another that the catalogue knows."""
        entry = self._entry(model)
        names = [model] if entry is None else [model, entry.name, entry.hub_id or entry.name]
        there = {name.casefold(): name for name in endpoint.models or ()}
        return next((there[name.casefold()] for name in names if name.casefold() in there), None)

    def dialect(self, endpoint: Endpoint, model: str) -> tuple[Dialect, str]:
        """How to ask there, and under which name."""
        served = self.served(endpoint, model) or model
        return endpoint.dialects[served], served

    def capabilities(self, model: str) -> Capabilities:
        """What all endpoints of the model can do."""
        dialects = [self.dialect(each, model)[0] for each in self._endpoints if self.serves(each, model)]
        return Capabilities(
            json_schema=all(each.json_schema for each in dialects),
            log_probabilities=all(each.log_probabilities for each in dialects),
            several_pictures=all(each.several_pictures for each in dialects),
            context_tokens=_least(each.context_tokens for each in dialects),
            models=tuple(dict.fromkeys(name for each in self._endpoints for name in each.models or ())),
        )

    def _entry(self, model: str) -> Model | None:
        wanted = model.casefold()
        return next(
            (e for e in self._known.values() if wanted in {e.name.casefold(), (e.hub_id or "").casefold()}), None
        )


def _least(values: Iterable[int | None]) -> int | None:
    return min((value for value in values if value is not None), default=None)
