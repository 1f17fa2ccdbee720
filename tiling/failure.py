"""A document or page that could not be read, as a value: where it stopped, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The step of a document's way at which it stopped."""

    OPEN = "open"
    RENDER = "render"
    WORDS = "words"
    READ = "read"
    MERGE = "merge"
    VALIDATE = "validate"
    STORE = "store"


class Reason(StrEnum):
    """Why it stopped; the whole list, documented in the README."""

    EMPTY_FILE = "empty_file"
    UNSUPPORTED_TYPE = "unsupported_type"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, no secret
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    RENDER_FAILED = "render_failed"
    ALL_PAGES_BLANK = "all_pages_blank"
    ENGINE_UNAVAILABLE = "engine_unavailable"
    ENGINE_REFUSED = "engine_refused"
    INVALID_ANSWER = "invalid_answer"
    QUARANTINED = "quarantined"
    STORE_FAILED = "store_failed"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A document (page None) or one of its pages that has no reading."""

    source: str
    document_id: str | None
    """sha256; None where the bytes could not be had."""
    stage: Stage
    reason: Reason
    message: str
    """What, where, why, and what to do, in one or two sentences."""
    page: int | None = None
    """0-based."""


class DocumentError(Exception):
    """Stops the reading of one document (page None) or page; becomes a `Failure` at the document's border."""

    def __init__(self, stage: Stage, reason: Reason, message: str, page: int | None = None) -> None:
        super().__init__(message)
        self.stage = stage
        self.reason = reason
        self.message = message
        self.page = page

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.stage, self.reason, self.message, self.page)
