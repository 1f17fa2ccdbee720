"""One small question that shows what a server understands, and that its JSON keeps to a schema.

The question asks for an indented answer and for a code longer than the schema allows. A server with the pinned backend
(guidance, compact) can give neither: white space would let a model write blanks until its tokens are used up, and a
bound that is ignored is no bound.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from extractors.engine.answer import ProtocolError, answer_of
from extractors.engine.body import body_of
from extractors.engine.dialect import FIELDS, Dialect
from extractors.engine.faults import Fault, FaultKind
from extractors.engine.interface import ChatAnswer, ChatRequest, RefusedError, TextPart
from extractors.engine.trouble import asking_trouble

if TYPE_CHECKING:
    from extractors.catalogue.entry import Model
    from extractors.engine.endpoint import Endpoint
    from extractors.engine.interface import Picture
    from extractors.engine.limits import EngineLimits
    from extractors.engine.trouble import Trouble

BACKEND = '--structured-outputs-config \'{"backend":"guidance","disable_any_whitespace":true}\''
LONGEST = 4
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z]+$", "maxLength": LONGEST},
        "count": {"type": ["integer", "null"], "minimum": 0, "maximum": 99},
    },
    "required": ["code", "count"],
    "additionalProperties": False,
}
QUESTION = "Write this as JSON with an indent of four spaces, one key a line: the code is ABCDEFGHIJ, the count is 7."
BUSY_ATTEMPTS = 5
THINKING_TOKENS = 1024
"""Of the answer of an API, at most: some models think first, and refuse a bound that leaves no room for it."""


def question(model: str, picture: Picture | None = None) -> ChatRequest:
    """The request, with a picture where the whole way of a page is to be tried."""
    parts = (TextPart(text=QUESTION),) if picture is None else (TextPart(text=QUESTION), picture)
    return ChatRequest(
        model=model,
        parts=parts,
        schema=SCHEMA,
        schema_name="probe",
        max_output_tokens=64,
        log_probabilities=True,
        top=1,
        document="probe",
        page=0,
    )


def keeps_the_schema(answer: ChatAnswer, *, compact: bool) -> bool:
    """Whether the answer is what the schema allows, and nothing between its tokens."""
    try:
        value = json.loads(answer.text)
        fine = set(value) == {"code", "count"} and len(value["code"]) <= LONGEST
    except (ValueError, TypeError):
        return False
    return fine and (not compact or answer.text == json.dumps(value, ensure_ascii=False, separators=(",", ":")))


async def learn(endpoint: Endpoint, served: str, known: Model | None, limits: EngineLimits) -> Dialect:
    """What can be sent to this server for this model, by its answer to a small question.

    What the catalogue knows of a maker's own API is believed; that the key, the model and the quota are in order shows
    there as well. RefusedError where a vLLM server lacks the pinned backend; UnavailableError where there is no answer;
    BarredError where there will be none.
    """
    dialect = _assumed(endpoint, served, known)
    for _ in range(len(FIELDS) + 1):
        answer = await _ask_until_free(endpoint, served, dialect, limits)
        if isinstance(answer, ChatAnswer):
            told = known is not None and known.api and None not in {known.json_schema, known.log_probabilities}
            return dialect if told and not endpoint.vllm else _judged(endpoint, served, dialect, answer)
        less = None if endpoint.vllm else dialect.without_what(answer.message)
        if less is None:
            endpoint.fault = answer
            raise _trouble(endpoint, answer)
        dialect = less
    msg = f"{endpoint.name} refuses a plain question, whatever is left out of it."
    raise RefusedError(msg)


def _assumed(endpoint: Endpoint, served: str, known: Model | None) -> Dialect:
    told = endpoint.context_tokens.get(served)
    if known is None:
        return Dialect(vllm=endpoint.vllm, context_tokens=told)
    return Dialect(
        vllm=endpoint.vllm,
        json_schema=endpoint.vllm or known.json_schema is not False,
        log_probabilities=endpoint.vllm or known.log_probabilities is not False,
        several_pictures=known.several_pictures is not False,
        context_tokens=told or known.context_tokens,
    )


async def _ask_until_free(
    endpoint: Endpoint, served: str, dialect: Dialect, limits: EngineLimits
) -> ChatAnswer | Fault:
    """The answer or the fault; a server that is busy is asked again a few times."""
    for attempt in range(1, BUSY_ATTEMPTS + 1):
        found = await _ask(endpoint, served, dialect, limits.answer_s)
        if isinstance(found, ChatAnswer) or found.kind is not FaultKind.BUSY:
            return found
        if attempt < BUSY_ATTEMPTS:
            wait = min(limits.longest_pause_s, limits.first_pause_s * 2.0**attempt)
            await asyncio.sleep(wait if found.retry_after_s is None else found.retry_after_s)
    return found


async def _ask(endpoint: Endpoint, served: str, dialect: Dialect, timeout_s: float) -> ChatAnswer | Fault:
    asked = question(served) if endpoint.vllm else replace(question(served), max_output_tokens=THINKING_TOKENS)
    body = body_of(asked, dialect, model=served)
    found = await endpoint.connection.post("/chat/completions", body, timeout_s=timeout_s)
    if isinstance(found, Fault):
        return found
    try:
        return answer_of(found, seconds=0.0, endpoint=endpoint.name, secret=endpoint.connection.secret)
    except ProtocolError as error:
        return Fault(kind=FaultKind.REFUSED, message=str(error))


def _judged(endpoint: Endpoint, served: str, dialect: Dialect, answer: ChatAnswer) -> Dialect:
    kept = keeps_the_schema(answer, compact=endpoint.vllm)
    if endpoint.vllm and not kept:
        raise RefusedError(
            _lacks_backend(
                endpoint.name, f"to a schema it answered {endpoint.connection.secret.hidden(answer.text)[:40]!r}"
            )
        )
    return replace(
        dialect,
        json_schema=dialect.json_schema and kept,
        log_probabilities=dialect.log_probabilities and bool(answer.tokens),
        context_tokens=dialect.context_tokens or endpoint.context_tokens.get(served),
    )


def _trouble(endpoint: Endpoint, fault: Fault) -> Trouble:
    if endpoint.vllm and fault.status == 400:
        return RefusedError(_lacks_backend(endpoint.name, f"to a schema it {fault.message}"))
    return asking_trouble(endpoint, fault)


def _lacks_backend(name: str, shown: str) -> str:
    return (
        f"{name} does not hold its answers to a schema in compact form ({shown}): start vLLM with {BACKEND}, "
        "as `extract worker` does."
    )
