"""Which endpoint serves what, under which name, and in which dialect; asked once, before the first request."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from extractors.engine.dialect import Dialect
from extractors.engine.endpoint import NO_LIST
from extractors.engine.faults import KEY_STATUSES
from extractors.engine.interface import (
    BarredError,
    Capabilities,
    EngineError,
    RefusedError,
    SpentError,
    UnavailableError,
)
from extractors.engine.probe import learn
from extractors.engine.trouble import listing_trouble, other_models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractors.catalogue.entry import Model
    from extractors.engine.endpoint import Endpoint
    from extractors.engine.faults import Fault
    from extractors.engine.limits import EngineLimits
    from extractors.engine.trouble import Trouble


class Directory:
    """What the endpoints have said of themselves."""

    def __init__(self, endpoints: Sequence[Endpoint], known: Mapping[str, Model], limits: EngineLimits) -> None:
        self._endpoints = endpoints
        self._known = known
        self._limits = limits
        self._opened: dict[str, asyncio.Task[None]] = {}
        self._troubles: dict[Endpoint, Trouble] = {}
        self._doubts: dict[tuple[Endpoint, str], asyncio.Task[bool | None]] = {}

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

    async def _look(self, endpoint: Endpoint, model: str) -> Trouble | None:
        """The trouble with this endpoint, or None."""
        fault = await endpoint.look()
        if fault is not None:
            endpoint.down(fault, asyncio.get_running_loop().time())
            return listing_trouble(endpoint, fault)
        trouble = await self._offer(endpoint, self.served(endpoint, model), model)
        if isinstance(trouble, UnavailableError) and endpoint.fault is not None:  # tried again while others work
            endpoint.down(endpoint.fault, asyncio.get_running_loop().time())
        return trouble

    async def _offer(self, endpoint: Endpoint, served: str | None, model: str) -> Trouble | None:
        """The trouble with what it serves for the model, or None."""
        if served is None and not endpoint.lists:
            return await self._try_names(endpoint, model)
        if served is None:
            known = {name: self._entry(name) for name in endpoint.models or ()}
            return other_models(endpoint, model, {name: entry.name if entry else None for name, entry in known.items()})
        return await self._learn(endpoint, served, model)

    async def _try_names(self, endpoint: Endpoint, model: str) -> Trouble | None:
        """The trouble with an API that does not list its models, or None: it answers for one of the model's names."""
        unlisted, trouble = endpoint.fault, None
        for name in self._names(model):
            trouble = await self._learn(endpoint, name, model)
            if trouble is None:
                endpoint.models = (*(endpoint.models or ()), name)
                return None
            if trouble.retryable or (endpoint.fault is not None and endpoint.fault.status in KEY_STATUSES):
                return trouble
        nothing = unlisted is not None and endpoint.fault is not None and endpoint.fault.status in NO_LIST
        return listing_trouble(endpoint, unlisted) if nothing and unlisted is not None else trouble

    async def revive(self, endpoint: Endpoint) -> Fault | None:
        """Asks an endpoint that was down what it serves, and each model again: it may have been started in another way.

        The fault where it does not answer.
        """
        fault = await endpoint.look()
        if fault is None:
            self._troubles.pop(endpoint, None)
            for model in tuple(self._opened):
                served = self.served(endpoint, model)
                trouble = await self._offer(endpoint, served, model)
                if trouble is None:
                    continue
                if isinstance(trouble, UnavailableError):  # it is there, and gives no answer yet
                    return endpoint.fault
                self._troubles[endpoint] = trouble
                endpoint.dialects.pop(served or model, None)
        return fault

    async def doubt(self, endpoint: Endpoint, model: str) -> bool | None:
        """After a refusal that every request may meet: whether a small question is refused like that too.

        The endpoint is not used for the model any more then. None where it gives no answer. Asked once for all requests
        that were refused together.
        """
        key = (endpoint, model)
        task = self._doubts.get(key)
        if task is None:
            task = self._doubts[key] = asyncio.get_running_loop().create_task(self._doubt(endpoint, model))
            task.add_done_callback(lambda _: self._doubts.pop(key, None))
        return await asyncio.shield(task)

    async def _doubt(self, endpoint: Endpoint, model: str) -> bool | None:
        served = self.served(endpoint, model)
        if served is None or served not in endpoint.dialects:
            return True
        trouble = await self._learn(endpoint, served, model)
        if not isinstance(trouble, BarredError):
            return None if trouble is not None else False
        self._troubles[endpoint] = trouble
        del endpoint.dialects[served]
        return True

    def refuse(self, model: str) -> None:
        """BarredError where no endpoint serves the model any more."""
        if not self.able(model):
            raise self.nobody(model)

    def nobody(self, model: str) -> BarredError:
        """What to tell those who ask for a model that is not served any more."""
        troubles = self._troubles.values()
        barred = [each.message for each in troubles if isinstance(each, BarredError)]
        told = " ".join(dict.fromkeys(barred or (each.message for each in troubles)))
        if not barred:
            return BarredError(f"No endpoint serves {model!r} any more. {told or 'Look how they were started again.'}")
        return SpentError(told) if any(isinstance(each, SpentError) for each in troubles) else BarredError(told)

    async def _learn(self, endpoint: Endpoint, served: str, model: str) -> Trouble | None:
        try:
            dialect = await learn(endpoint, served, self._entry(model), self._limits)
        except (EngineError, BarredError) as error:
            return error
        endpoint.dialects[served] = dialect
        return None

    def troubles(self) -> tuple[str, ...]:
        return tuple(trouble.message for trouble in self._troubles.values())

    async def close(self) -> None:
        tasks = [*self._opened.values(), *self._doubts.values()]
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
        there = {name.casefold(): name for name in endpoint.models or ()}
        return next((there[name.casefold()] for name in self._names(model) if name.casefold() in there), None)

    def _names(self, model: str) -> tuple[str, ...]:
        entry = self._entry(model)
        names = [model] if entry is None else [model, entry.name, entry.hub_id or entry.name]
        return tuple({name.casefold(): name for name in reversed(names)}.values())[::-1]

    def dialect(self, endpoint: Endpoint, model: str) -> tuple[Dialect, str]:
        """How to ask there, and under which name."""
        served = self.served(endpoint, model) or model
        return endpoint.dialects.get(served) or Dialect(vllm=endpoint.vllm), served

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
