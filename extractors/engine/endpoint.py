"""One endpoint: what it serves, how much it has in flight, and whether it is in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from extractors.engine.answer import SEEN_BYTES
from extractors.engine.breaker import Breaker
from extractors.engine.connection import Connection
from extractors.engine.faults import Fault, FaultKind
from extractors.engine.load import load_of
from extractors.engine.window import Window

if TYPE_CHECKING:
    from extractors.engine.address import Address
    from extractors.engine.dialect import Dialect
    from extractors.engine.limits import EngineLimits

NO_LIST = frozenset({404, 405, 501})
LOOK_S = 10.0
"""For the small questions: models, health, metrics."""
PAUSING = frozenset({FaultKind.BUSY, FaultKind.BROKEN, FaultKind.SLOW})
GONE = frozenset({FaultKind.UNREACHABLE, FaultKind.CRASHED})


class Endpoint:
    """State of one server, and the questions that are asked of it beside requests."""

    def __init__(self, address: Address, *, api_key: str | None, key_place: str, limits: EngineLimits) -> None:
        self.address = address
        self.key_place = key_place
        """Where a person looks for the key, in words."""
        self.name = address.api
        self.connection = Connection(address, api_key=api_key, limits=limits)
        self.breaker = Breaker()
        self.window = Window(limits.requests)
        self.in_flight = 0
        self.paused_until = float("-inf")
        self.life = 0
        """How often it came back after being down: two losses in one life are one crash."""
        self.models: tuple[str, ...] | None = None
        """What it serves; None until it has said so."""
        self.lists = True
        """Whether it says what it serves; of one that does not, `models` are those that it answered for."""
        self.vllm = False
        self.context_tokens: dict[str, int] = {}
        self.dialects: dict[str, Dialect] = {}
        self.metered = True
        self.fault: Fault | None = None
        """The latest."""

    def free(self, now: float) -> bool:
        """Whether a request may be sent to it now."""
        return self.breaker.closed and now >= self.paused_until and self.in_flight < self.window.limit

    def note(self, fault: Fault, now: float) -> None:
        """What an attempt came to; opens the breaker, pauses, or makes the window smaller."""
        self.fault = fault
        if fault.kind in PAUSING and fault.retry_after_s is not None:
            self.paused_until = max(self.paused_until, now + fault.retry_after_s)
        if fault.kind is FaultKind.BUSY:
            self.breaker.answered()
            self.window.turned_away(now)
        elif fault.kind in {FaultKind.REFUSED, FaultKind.BARRED, FaultKind.SPENT}:
            self.breaker.answered()
        else:
            self.breaker.failed(now, at_once=fault.kind in GONE)

    def down(self, fault: Fault, now: float) -> None:
        """Nothing is sent to it until a trial succeeds."""
        self.fault = fault
        self.breaker.failed(now, at_once=True)

    def answered(self) -> None:
        self.breaker.answered()
        self.window.answered(self.in_flight)

    async def look(self) -> Fault | None:
        """Asks what it serves; the fault where nobody answers, or something else than an API."""
        found = await self.connection.get(f"{self.address.api}/models", timeout_s=LOOK_S)
        if isinstance(found, Fault):
            if found.status not in NO_LIST:
                return found
            self.fault, self.lists, self.models = found, False, self.models or ()
            return None
        models = _models_of(found)
        if models is None:
            text = self.connection.secret.hidden(found[:SEEN_BYTES].decode(errors="replace"))
            beginning = " ".join(text[:60].split())
            return Fault(kind=FaultKind.REFUSED, message=f"does not speak the OpenAI API (GET /models: {beginning!r})")
        self.models = tuple(str(model["id"]) for model in models)
        self.vllm = any(model.get("owned_by") == "vllm" for model in models)
        lengths = {str(m["id"]): m.get("max_model_len") for m in models}
        self.context_tokens = {name: length for name, length in lengths.items() if isinstance(length, int)}
        if self.vllm:
            self.window.meter()
        return None

    async def alive(self) -> bool:
        """Whether somebody is there: a vLLM server says 503 when its engine is dead."""
        found = await self.connection.get(f"{self.address.root}/health", timeout_s=LOOK_S)
        return not isinstance(found, Fault) or (found.status is not None and found.status < 500)

    async def measure(self) -> None:
        """One look at the metrics; an endpoint that has none is not asked again."""
        found = await self.connection.get(f"{self.address.root}/metrics", timeout_s=LOOK_S)
        if isinstance(found, Fault):
            self.metered = found.kind not in {FaultKind.REFUSED, FaultKind.BARRED}
        elif load := load_of(found.decode(errors="replace")):
            self.window.measured(load, self.in_flight)
        else:
            self.metered = False
        self.window.meter(metered=self.metered)


def _models_of(body: bytes) -> list[dict[str, Any]] | None:
    try:
        models = json.loads(body)["data"]
    except (ValueError, KeyError, TypeError):
        return None
    whole = isinstance(models, list) and all(isinstance(model, dict) and "id" in model for model in models)
    return models if whole else None
