"""The merged, checked, scored result of one document."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractors.reading import Evidence, State, Value
    from schemas.checks import CheckResult


class FieldStatus(StrEnum):
    """What happens to a value: it is accepted, waits for a person, or was decided by one."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    CORRECTED = "corrected"


class ReviewReason(StrEnum):
    """Why a value waits for a person."""

    LOW_CONFIDENCE = "low_confidence"
    CHECK_FAILED = "check_failed"
    DISAGREEMENT = "disagreement"
    NO_EVIDENCE = "no_evidence"
    AMBIGUOUS = "ambiguous"
    UNSCORED = "unscored"
    INCOMPLETE = "incomplete"
    HIDDEN_TEXT = "hidden_text"
    AUDIT = "audit"


class RecordStatus(StrEnum):
    """Whether all that the document shows is in the record."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """One value of a record: a row of the `fields` table."""

    path: str
    state: State
    value: Value | None
    text: str
    confidence: float | None
    """Probability that the value is right; None where it was not scored."""
    status: FieldStatus
    reasons: tuple[ReviewReason, ...] = ()
    evidence: Evidence | None = None
    reader: str = ""
    signals: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The merged result of one document."""

    values: dict[str, Any]
    """Field name -> typed value, None, or (tables) a list of {column name -> typed value or None}."""
    fields: tuple[FieldValue, ...]
    status: RecordStatus
    confidence: float | None
    """Probability that all required fields are right; None where one of them was not scored."""
    reader: str
    """The reader that gave most of the values; several are joined by `+`."""
    model: str | None = None
    checks: tuple[CheckResult, ...] = ()
    notes: tuple[str, ...] = ()
