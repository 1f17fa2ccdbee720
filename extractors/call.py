"""One answer of a model, as it is kept for the auditor: what was asked of what, what came, what it took."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NO_ANSWER = "error"
"""In the place of a finish reason, where no answer came."""


class Purpose(StrEnum):
    """What was asked for."""

    JSON = "json"
    """Values from a picture."""
    TRANSCRIPT = "transcript"
    """The text of a picture."""
    JSON_OF_TEXT = "json_of_text"
    """Values from a transcript."""
    CONTINUATION = "continuation"
    """More rows of a table."""
    ANSWER = "answer"
    """One value, by a question."""
    VERIFY = "verify"
    """One doubtful value, from a closer look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One answer."""

    page: int
    """0-based."""
    purpose: Purpose
    field: str = ""
    """Which value was asked for, where it was one."""
    model: str
    prompt_version: str
    raw: str
    finish_reason: str
    """As the server says; or `NO_ANSWER`."""
    problem: str = ""
    """Why it was not used, or did not come; empty where it was used."""
    attempt: int = 1
    temperature: float = 0.0
    visual_tokens: int = 0
    prompt_tokens: int = 0
    """Those of pictures included."""
    cached_tokens: int = 0
    output_tokens: int = 0
    token_logprobs: tuple[float, ...] = ()
    """Of the tokens of the values that were free."""
    seconds: float = 0.0
    endpoint: str = ""
