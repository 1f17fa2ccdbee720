"""What one reader says about one document: findings, each with its evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tiling import Box

Value: TypeAlias = str | Decimal | dt.date | dt.time | bool | int


class Match(StrEnum):
    """How the value was found again in the page's words."""

    EXACT = "exact"
    NORMALISED = "normalised"
    FUZZY = "fuzzy"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class State(StrEnum):
    """Whether there is a value, and if not, why."""

    VALUE = "value"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a value stands on the page."""

    page: int
    """0-based."""
    box: Box | None
    """Points on the page as displayed; None where the value has no place (embedded XML)."""
    text: str
    """Verbatim, as printed."""
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One value of one field, as one reader sees it."""

    path: str
    """`total`, `line_items[2].quantity` (rows 0-based)."""
    state: State
    value: Value | None = None
    text: str = ""
    """Verbatim; empty where there is no value."""
    evidence: Evidence | None = None
    signals: dict[str, float] = field(default_factory=dict)
    """Numbers that confidence is made of, each 0 (bad) to 1 (good) unless its name says otherwise."""
    reasons: tuple[str, ...] = ()
    """Why a person should look at it (`ambiguous`, `no_evidence`, ...)."""
    notes: tuple[str, ...] = ()
    """Explanations for people: the locale that was chosen and why, the check that picked a candidate."""
    alternatives: tuple[str, ...] = ()
    """Verbatim texts of the next best candidates, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one reader says about one document (page None) or page."""

    reader: str
    revision: str
    findings: tuple[Finding, ...]
    page: int | None = None
    model: str | None = None
    prompt_version: str | None = None
    raw: str = ""
    """The answer as it came (a model's text, an XML profile), for the auditor."""
    finish_reason: str = "stop"
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
