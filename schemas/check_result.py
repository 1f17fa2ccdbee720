"""How a check ended, and what it is about."""

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


def passed(name: str, paths: tuple[str, ...], message: str) -> CheckResult:
    return CheckResult(name=name, outcome=Outcome.PASS, paths=paths, message=message)


def failed(name: str, paths: tuple[str, ...], message: str) -> CheckResult:
    return CheckResult(name=name, outcome=Outcome.FAIL, paths=paths, message=message)


def not_evaluated(name: str, paths: tuple[str, ...], message: str) -> CheckResult:
    return CheckResult(name=name, outcome=Outcome.NOT_EVALUATED, paths=paths, message=message)


def decided(name: str, *, right: bool, paths: tuple[str, ...], message: str) -> CheckResult:
    return (passed if right else failed)(name, paths, message)
