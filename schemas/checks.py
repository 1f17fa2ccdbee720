"""Checks: rules between the values of a record; each passes, fails, or says why it was not evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.check_result import CheckResult, Outcome
from schemas.error import SchemaError, nearest
from schemas.rules.amounts import change_is_right, due_is_total_less_paid, total_is_sum
from schemas.rules.dates import dates_in_order, dates_plausible
from schemas.rules.facts import Facts
from schemas.rules.identities import currency_known, iban_valid, parties_differ, required_present, vat_id_valid
from schemas.rules.lines import line_arithmetic, lines_add_up
from schemas.rules.taxes import tax_breakdown_adds_up, tax_rate_plausible

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from schemas.schema import Schema

__all__ = ["CHECKS", "CheckResult", "Outcome", "run_checks", "validate_check_names"]

CHECKS: dict[str, Callable[[Facts], Iterable[CheckResult]]] = {
    "required_present": required_present,
    "total_is_sum": total_is_sum,
    "due_is_total_less_paid": due_is_total_less_paid,
    "change_is_right": change_is_right,
    "lines_add_up": lines_add_up,
    "line_arithmetic": line_arithmetic,
    "tax_breakdown_adds_up": tax_breakdown_adds_up,
    "tax_rate_plausible": tax_rate_plausible,
    "dates_in_order": dates_in_order,
    "dates_plausible": dates_plausible,
    "iban_valid": iban_valid,
    "vat_id_valid": vat_id_valid,
    "currency_known": currency_known,
    "parties_differ": parties_differ,
}
"""Every check by name. It finds its fields by kind, role and name; a schema without them gets no result."""


def run_checks(schema: Schema, values: Mapping[str, Any], *, today: dt.date | None = None) -> tuple[CheckResult, ...]:
    """All checks that the schema's fields allow, on typed values (Decimal, date, str, rows as mappings).

    Sums may be off by half a cent for each amount that takes part in them: every printed amount is rounded.
    `today` refuses dates of the future; without it the clock is not asked.
    """
    facts = Facts(schema=schema, values=values, today=today)
    wanted = schema.checks or tuple(CHECKS)
    return tuple(result for name in wanted for result in CHECKS[name](facts))


def validate_check_names(schema: Schema) -> None:
    """SchemaError where the schema names a check that does not exist."""
    for name in schema.checks:
        if name not in CHECKS:
            known = ", ".join(CHECKS)
            raise SchemaError(
                schema.origin or schema.name, f"no check is called `{name}`.{nearest(name, CHECKS)} Checks: {known}"
            )
