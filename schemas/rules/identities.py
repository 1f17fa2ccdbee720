"""Who and what: required values, check digits, known currencies, two parties that are not one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.check_result import CheckResult, decided, failed, passed
from schemas.schema import Kind, Role
from schemas.values.currencies import CODES
from schemas.values.ids import IBAN_LENGTHS, iban_checksum, parse_vat_id
from schemas.values.parsed import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.rules.facts import Facts


def required_present(facts: Facts) -> Iterator[CheckResult]:
    """Every required field has a value."""
    required = [f.name for f in facts.schema.fields if f.required]
    missing = tuple(n for n in required if facts.values.get(n) in (None, "", [], ()))
    if missing:
        yield failed("required_present", missing, f"required, but without a value: {', '.join(missing)}")
    elif required:
        yield passed("required_present", tuple(required), f"all {len(required)} required values are there")


def iban_valid(facts: Facts) -> Iterator[CheckResult]:
    """Length of the country and mod 97."""
    for path, _, value in facts.cells(Kind.IBAN):
        iban = str(value)
        length = IBAN_LENGTHS.get(iban[:2])
        if length is None:
            yield failed("iban_valid", (path,), f"{iban}: no country with IBANs starts with {iban[:2]}")
        elif len(iban) != length:
            yield failed("iban_valid", (path,), f"{iban} has {len(iban)} characters, {iban[:2]} has {length}")
        else:
            right = iban_checksum(iban)
            yield decided(
                "iban_valid",
                right=right,
                paths=(path,),
                message=f"{iban}: check digits {'fit' if right else 'do not fit'} (mod 97)",
            )


def vat_id_valid(facts: Facts) -> Iterator[CheckResult]:
    """The form of the country, and its check digits where their rule is known."""
    for path, _, value in facts.cells(Kind.VAT_ID):
        parsed = parse_vat_id(str(value), Locale())
        if parsed is None or (parsed.notes and parsed.checksum is False):
            why = parsed.notes[0] if parsed else "it has the form of no known country's VAT id"
            yield failed("vat_id_valid", (path,), f"{value}: {why}")
        elif parsed.checksum is None:
            yield passed("vat_id_valid", (path,), f"{value} has the form of its country (no check digits known)")
        else:
            yield passed("vat_id_valid", (path,), f"{value}: check digits fit")


def currency_known(facts: Facts) -> Iterator[CheckResult]:
    """An ISO 4217 code."""
    for path, _, value in facts.cells(Kind.CURRENCY):
        right = str(value) in CODES
        yield decided(
            "currency_known", right=right, paths=(path,), message=f"{value} is {'an' if right else 'no'} ISO code"
        )


def parties_differ(facts: Facts) -> Iterator[CheckResult]:
    """Issuer and recipient have not the same name, address or VAT id."""
    for kind in (Kind.NAME, Kind.VAT_ID, Kind.ADDRESS):
        pair = [
            next((f for f in facts.of_kind(kind) if f.role is role), None) for role in (Role.ISSUER, Role.RECIPIENT)
        ]
        issuer, recipient = pair
        if issuer is None or recipient is None:
            continue
        a, b = facts.values.get(issuer.name), facts.values.get(recipient.name)
        if a and b:
            right = str(a).casefold() != str(b).casefold()
            said = f"{a} and {b}" if right else f"both are {a}"
            yield decided("parties_differ", right=right, paths=(issuer.name, recipient.name), message=said)
