"""What is asked of a model, what it answers, how it can fail, and the protocol that every engine follows.

EngineError
|- RefusedError      the request is wrong for this server, and stays so: 400, 422
|- UnavailableError  nobody answers in time; the same request may succeed later
|- TooLongError      a RefusedError: more tokens than the model can take, and half of it may be answered
`- QuarantinedError  this page was in flight at two crashes, and is not sent again

BarredError          no request will be answered: a wrong key, a model that is gone; no fault of the document asked for,
`- SpentError        and so no EngineError, which is one; or a quota that is used up
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tiling.failure import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Text of the message."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the message, encoded."""

    data: bytes = field(repr=False)
    media_type: str
    """`image/jpeg` or `image/png`."""
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One question; its parts go out as one user message, in their order.

    What is the same for many requests comes first (instruction, schema), then the picture, then what is of this page
    alone: servers keep what they computed for a common beginning.
    """

    model: str
    """The name under which the server serves it."""
    parts: tuple[TextPart | Picture, ...]
    schema: Mapping[str, Any] | None = None
    """JSON Schema that the answer must follow; the order of its keys is the order of the answer's."""
    schema_name: str = "record"
    max_output_tokens: int
    temperature: float = 0.0
    log_probabilities: bool = False
    top: int = 2
    """Alternatives at each token, where log-probabilities are asked for."""
    document: str
    """Whom it is for: in messages, and to know again what was in flight at a crash."""
    page: int
    """0-based."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token of an answer."""

    text: str
    data: bytes
    """Its bytes; a token may hold a part of a character."""
    log_probability: float
    top: tuple[tuple[bytes, float], ...] = ()
    """The likeliest tokens at this place with their log-probabilities, the likeliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer:
    """What the model said."""

    text: str
    finish_reason: str
    """`stop`; or cut off: `length`, `repetition`, `abort`."""
    tokens: tuple[Token, ...] = ()
    """Without the token that ends the answer; their bytes joined are the text's, or there are none."""
    prompt_tokens: int
    cached_tokens: int
    """Of the prompt's, those that the server had computed before."""
    output_tokens: int
    seconds: float
    """From the first attempt to the answer, waiting included."""
    endpoint: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the servers of a model can do; what they cannot is not sent to them."""

    json_schema: bool
    log_probabilities: bool
    several_pictures: bool
    context_tokens: int | None
    models: tuple[str, ...]
    """All names that are served."""


class EngineError(Exception):
    """A request without an answer; the message says what, where, why, and what to do."""

    retryable: ClassVar[bool]
    """Whether the same request may succeed later."""
    reason: ClassVar[Reason]
    """The reason of the page's failure."""

    @property
    def message(self) -> str:
        return str(self)


class RefusedError(EngineError):
    """The server understood, and said no."""

    retryable = False
    reason = Reason.ENGINE_REFUSED


class TooLongError(RefusedError):
    """The request has more tokens than the model can take; half of it may be answered."""


class UnavailableError(EngineError):
    """No server answered: down, too busy, or too slow."""

    retryable = True
    reason = Reason.ENGINE_UNAVAILABLE


class QuarantinedError(EngineError):
    """The page was in flight when servers crashed, twice."""

    retryable = False
    reason = Reason.QUARANTINED


class BarredError(Exception):
    """No request for the model will be answered until a person has seen to it; the message says to what."""

    retryable: ClassVar[bool] = False

    @property
    def message(self) -> str:
        return str(self)


class SpentError(BarredError):
    """The quota is used up: the same requests succeed when there is money again."""

    retryable = True


class ChatEngine(Protocol):
    """Whatever answers requests: servers over HTTP, or a model in this process."""

    async def ask(self, request: ChatRequest) -> ChatAnswer:
        """The answer; retries, waiting and limits are inside. EngineError where there is none, BarredError for good."""
        ...

    async def capabilities(self, model: str) -> Capabilities:
        """What can be asked of this model; RefusedError where it is not served, UnavailableError where nobody is."""
        ...

    async def close(self) -> None:
        """Ends what is in flight and lets go of connections or weights."""
        ...
