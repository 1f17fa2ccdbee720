"""Checks: rules between the values of a record; each passes, fails, or says why it was not evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105 - an outcome, no secret
    FAIL = "fail"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check on one record."""

    name: str
    outcome: Outcome
    paths: tuple[str, ...]
    """The values it is about; where it fails, those that wait for a person."""
    message: str
    """The arithmetic or the reason, with the values: `252.10 + 47.90 = 300.00`."""
