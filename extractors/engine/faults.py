"""What can come instead of an answer, and which of it is worth another attempt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from extractors.engine.backoff import retry_after_s
from extractors.engine.secret import NO_SECRET, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 300
"""Characters of a server's message; some repeat the whole request."""
KEY_STATUSES = frozenset({401, 403})
QUOTA = (b"insufficient_quota", b"billing_hard_limit_reached")
DEAD = (b"EngineDead", b"EngineCore encountered")


class FaultKind(Enum):
    """What happened to one attempt."""

    REFUSED = auto()
    """The request is wrong, and would be anywhere."""
    BARRED = auto()
    """Perhaps every request ends so: the key is wrong, or the model is not there."""
    SPENT = auto()
    """Every request ends so until somebody pays."""
    BUSY = auto()
    """Turned away; the server is well."""
    BROKEN = auto()
    """An answer that is none: an error of the server, or another protocol."""
    CRASHED = auto()
    """The server says that its engine is dead."""
    LOST = auto()
    """The connection ended in the middle."""
    UNREACHABLE = auto()
    """Nothing was sent: nobody listens."""
    SLOW = auto()
    """No answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One attempt that came to nothing."""

    kind: FaultKind
    message: str
    """The part of a sentence that follows the name of the endpoint."""
    retry_after_s: float | None = None
    status: int | None = None


def fault_of_status(
    status: int, headers: Mapping[str, str], body: bytes, *, now: float, secret: Secret = NO_SECRET
) -> Fault | None:
    """What an answer with this status means; None where it is a success. `now` is a Unix time.

    Servers repeat what they were sent: the key is taken out, and of a refused key nothing is told but the status.
    """
    if status < 300:
        return None
    told = told_by(body, secret)
    message = f"answers {status}" + (f": {told}" if told and status not in KEY_STATUSES else "")
    if status < 400:
        return Fault(
            kind=FaultKind.REFUSED,
            status=status,
            message=f"sends on to {secret.hidden(headers.get('location', 'another address'))}: give that address",
        )
    return Fault(
        kind=_kind(status, body),
        status=status,
        message=message,
        retry_after_s=retry_after_s(headers.get("retry-after"), now),
    )


def _kind(status: int, body: bytes) -> FaultKind:
    if status == 402 or (status == 429 and any(word in body for word in QUOTA)):
        return FaultKind.SPENT  # no waiting brings money
    if status in {*KEY_STATUSES, 404}:
        return FaultKind.BARRED
    if status in {429, 503}:
        return FaultKind.BUSY
    if status == 408:
        return FaultKind.SLOW
    if status in {409, 425}:
        return FaultKind.BROKEN  # at this moment only
    if status < 500:
        return FaultKind.REFUSED
    return FaultKind.CRASHED if any(word in body for word in DEAD) else FaultKind.BROKEN


def told_by(body: bytes, secret: Secret = NO_SECRET) -> str:
    """The server's own words, on one line and not too many; empty where there are none for people."""
    try:
        value: Any = json.loads(body)
    except ValueError:
        text = body.decode(errors="replace")
        return "" if "<" in text[:200] else _short(secret.hidden(text))
    found = value.get("error", value) if isinstance(value, dict) else value
    if isinstance(found, dict):
        told = found.get("message") or found.get("detail") or ""
        code = found.get("code")
        found = f"{told} ({code})" if isinstance(code, str) and code else told
    return _short(secret.hidden(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
