"""The engine for servers: any number of endpoints that speak the OpenAI chat API, as one."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from extractors.engine.address import address_of
from extractors.engine.answer import ProtocolError, answer_of
from extractors.engine.attempts import Attempts
from extractors.engine.body import body_of
from extractors.engine.directory import Directory
from extractors.engine.dispatch import Dispatch, Turn
from extractors.engine.endpoint import Endpoint
from extractors.engine.faults import Fault, FaultKind
from extractors.engine.interface import BarredError, Capabilities, ChatAnswer, Picture, RefusedError
from extractors.engine.limits import EngineLimits
from extractors.engine.shared_folder import placed
from extractors.engine.suspects import Suspects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from extractors.catalogue.entry import Model
    from extractors.engine.interface import ChatRequest

FOLDER_FLAG = "--allowed-local-media-path"


class HttpEngine:
    """Sends requests to the endpoint with the fewest of them, and again elsewhere where that is worth it.

    It belongs to one event loop. `known` are the models of the catalogue: their other names, and what they can do.
    `key_place` says to people where the key is. `folder` is one that the servers of this machine were told to read
    pictures from (`--allowed-local-media-path`).
    """

    def __init__(
        self,
        endpoints: Sequence[str],
        *,
        api_key: str | None = None,
        limits: EngineLimits | None = None,
        known: Mapping[str, Model] | None = None,
        key_place: str = "the variable EXTRACT_API_KEY",
        folder: Path | None = None,
        rng: random.Random | None = None,
    ) -> None:
        limits = limits or EngineLimits()
        addresses = dict.fromkeys(address_of(each) for each in endpoints)
        if not addresses:
            msg = "There is no endpoint to ask: give one with --endpoint, as in http://localhost:8000/v1."
            raise RefusedError(msg)
        if api_key is not None and not (api_key.isascii() and api_key.isprintable() and api_key):
            msg = "The API key is empty or has characters that no key has, such as a line break: look at its source."
            raise RefusedError(msg)
        self._limits = limits
        self._rng = rng or random.Random()  # noqa: S311 - spreads attempts in time
        self._endpoints = tuple(
            Endpoint(each, api_key=api_key, key_place=key_place, limits=limits) for each in addresses
        )
        self._directory = Directory(self._endpoints, known or {}, limits)
        self._dispatch = Dispatch(self._endpoints, limits, self._directory)
        self._suspects = Suspects(limits.suspects)
        self._folder = folder
        self._checks: dict[Endpoint, asyncio.Task[bool]] = {}
        self._meter: asyncio.Task[None] | None = None

    async def capabilities(self, model: str) -> Capabilities:
        """What all endpoints that serve the model can do; the others are left out (see `troubles`)."""
        await self._directory.open(model)
        return self._directory.capabilities(model)

    def troubles(self) -> tuple[str, ...]:
        """A sentence for each endpoint that is not used."""
        return self._directory.troubles()

    async def ask(self, request: ChatRequest) -> ChatAnswer:
        await self._directory.open(request.model)
        if self._meter is None:
            self._meter = asyncio.get_running_loop().create_task(self._measure())
        weight = sum(len(part.data) for part in request.parts if isinstance(part, Picture))
        attempts = Attempts(request, self._limits, self._rng)
        async with placed(request, self._folder if any(e.address.local for e in self._endpoints) else None) as places:
            while True:
                self._directory.refuse(request.model)
                self._suspects.refuse(request)
                async with self._suspects.lane(request):
                    turn = Turn(model=request.model, weight=weight, avoid=frozenset(attempts.tried))
                    endpoint = await attempts.in_time(self._dispatch.take(turn, again=attempts.made > 0))
                    try:
                        found = await self._once(endpoint, request, places, attempts)
                    finally:
                        self._dispatch.give_back(endpoint, weight)
                    await self._look_into(found, endpoint, request)
                if isinstance(found, ChatAnswer):
                    return found
                self._suspects.refuse(request)
                self._directory.refuse(request.model)
                await attempts.after(found, endpoint, others=self._others(request.model, attempts.tried | {endpoint}))

    async def _once(
        self, endpoint: Endpoint, request: ChatRequest, places: Mapping[Picture, str], attempts: Attempts
    ) -> ChatAnswer | Fault:
        """One attempt, and what the endpoint learns from it.

        A field that is refused is left out at once, and for good where the request is answered without it.
        """
        whole, served = self._directory.dialect(endpoint, request.model)
        dialect = whole
        while True:
            body = body_of(request, dialect, model=served, places=places if endpoint.address.local else None)
            found = await self._sent(endpoint, body, attempts)
            if isinstance(found, ChatAnswer):
                endpoint.answered()
                if dialect is not whole and served in endpoint.dialects:
                    endpoint.dialects[served] = dialect
                return found
            if places and FOLDER_FLAG in found.message:
                msg = (
                    f"{endpoint.name} reads no pictures from {self._folder}: start it with {FOLDER_FLAG}, as "
                    "`extract worker --pictures DIR` does, or leave --pictures out."
                )
                raise BarredError(msg)
            less = None if endpoint.vllm or found.status not in {400, 422} else dialect.without_what(found.message)
            if less is None:
                break
            dialect = less
        endpoint.note(found, asyncio.get_running_loop().time())
        if found.kind in {FaultKind.BARRED, FaultKind.SPENT}:  # no turn is given for its place before that is clear
            return await self._doubted(found, endpoint, request.model)
        return found

    async def _sent(self, endpoint: Endpoint, body: bytes, attempts: Attempts) -> ChatAnswer | Fault:
        found = await endpoint.connection.post("/chat/completions", body, timeout_s=attempts.next_s())
        attempts.made += 1
        if isinstance(found, Fault):
            return found
        secret = endpoint.connection.secret
        try:
            return answer_of(found, seconds=attempts.spent_s(), endpoint=endpoint.name, secret=secret)
        except ProtocolError as error:
            return Fault(kind=FaultKind.BROKEN, message=str(error))

    async def _look_into(self, found: ChatAnswer | Fault, endpoint: Endpoint, request: ChatRequest) -> None:
        """Whether the attempt ended in a crash; then the page is a suspect."""
        if isinstance(found, ChatAnswer) or found.kind not in {FaultKind.LOST, FaultKind.CRASHED}:
            return
        life = endpoint.life
        if found.kind is FaultKind.CRASHED or not await self._alive(endpoint):
            self._suspects.crashed(request, endpoint=endpoint.name, life=life)

    async def _doubted(self, fault: Fault, endpoint: Endpoint, model: str) -> Fault:
        """What a refusal that every request may meet was: that, this request's alone, or something that passes."""
        barred = await self._directory.doubt(endpoint, model)
        if barred:
            self._dispatch.give_up(asyncio.get_running_loop().time())
            return fault
        return replace(fault, kind=FaultKind.BROKEN if barred is None else FaultKind.REFUSED)

    async def _alive(self, endpoint: Endpoint) -> bool:
        """Asked once for all requests that were lost together."""
        check = self._checks.get(endpoint)
        if check is None:
            check = self._checks[endpoint] = asyncio.get_running_loop().create_task(self._check(endpoint))
            check.add_done_callback(lambda _: self._checks.pop(endpoint, None))
        return await asyncio.shield(check)

    async def _check(self, endpoint: Endpoint) -> bool:
        alive = await endpoint.alive()
        if not alive:
            endpoint.breaker.failed(asyncio.get_running_loop().time(), at_once=True)
        return alive

    def _others(self, model: str, tried: set[Endpoint]) -> bool:
        """Whether another endpoint could take the request."""
        return any(
            each.breaker.closed and self._directory.serves(each, model) for each in self._endpoints if each not in tried
        )

    async def _measure(self) -> None:
        """Looks at the metrics of servers that are at work, every now and then, until it is cancelled."""
        while True:
            await asyncio.sleep(self._limits.metrics_s * self._rng.uniform(0.8, 1.2))
            busy = [e for e in self._endpoints if e.vllm and e.metered and e.in_flight and e.breaker.closed]
            if busy:
                await asyncio.gather(*(each.measure() for each in busy))
                self._dispatch.look_again()

    async def close(self) -> None:
        """Ends what runs beside requests, and the connections; whoever still waits gets UnavailableError."""
        tasks = [task for task in (self._meter, *self._checks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._dispatch.close()
        await self._directory.close()
        for endpoint in self._endpoints:
            await endpoint.connection.close()
