"""Dates: what ends does not end before it starts, and nothing happens in another century."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from schemas.check_result import CheckResult, decided, failed, not_evaluated, passed
from schemas.schema import Field, Kind
from schemas.synonyms import end_of_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.rules.facts import Facts

EARLIEST = dt.date(1990, 1, 1)
LONGEST_TERM_DAYS = 730
FUTURE_DAYS = 400
"""How far after today a date may be: terms, periods and deliveries lie ahead."""


def _pairs(facts: Facts) -> Iterator[tuple[Field, Field]]:
    """(earlier, later) fields: issue and due date, the two ends of a period."""
    issue, due = facts.field("issue", Kind.DATE), facts.field("due_date", Kind.DATE)
    if issue and due:
        yield issue, due
    ends = {e: [f for f in facts.of_kind(Kind.DATE) if end_of_range(f) == e] for e in ("start", "end")}
    if len(ends["start"]) == len(ends["end"]) == 1:
        yield ends["start"][0], ends["end"][0]


def dates_in_order(facts: Facts) -> Iterator[CheckResult]:
    """Due on or after the issue, end on or after the start, and not years later."""
    name = "dates_in_order"
    for first, second in _pairs(facts):
        a, b = facts.values.get(first.name), facts.values.get(second.name)
        paths = (first.name, second.name)
        if not isinstance(a, dt.date) or not isinstance(b, dt.date):
            yield not_evaluated(name, paths, f"needs {second.name if isinstance(a, dt.date) else first.name}")
        elif b < a:
            yield failed(name, paths, f"{second.name} {b} is before {first.name} {a}")
        elif (b - a).days > LONGEST_TERM_DAYS:
            yield failed(name, paths, f"{second.name} {b} is {(b - a).days} days after {first.name} {a}")
        else:
            yield passed(name, paths, f"{a} <= {b} ({(b - a).days} days)")


def dates_plausible(facts: Facts) -> Iterator[CheckResult]:
    """No date before 1990, none more than a year ahead of today (where today is given)."""
    for path, _, value in facts.cells(Kind.DATE):
        if not isinstance(value, dt.date):
            continue
        late = facts.today is not None and value > facts.today + dt.timedelta(days=FUTURE_DAYS)
        right = value >= EARLIEST and not late
        why = "" if right else " lies too far ahead" if late else f" is before {EARLIEST.year}"
        if not right or "[" not in path:
            yield decided("dates_plausible", right=right, paths=(path,), message=f"{value}{why}")
