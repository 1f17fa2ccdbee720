"""What a printed text means: the value, the verbatim text, and how the decision was made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = str | Decimal | dt.date | dt.time | bool | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """How a document prints amounts and dates; None where it does not say."""

    decimal: str | None = None
    """`,` or `.`."""
    day_first: bool | None = None
    """03/04/2026 is 3 April."""
    currency: str | None = None
    """The ISO code that an ambiguous symbol (`$`, `kr`, `¥`) stands for in this document."""
    decimal_reason: str = ""
    day_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One printed text as a value of a kind."""

    value: Value
    text: str
    """Verbatim, as it was given."""
    notes: tuple[str, ...] = ()
    """For people: which of several meanings was taken, and why."""
    ambiguous: bool = False
    """Another meaning is as possible: a person must look."""
    alternatives: tuple[Value, ...] = ()
    """The other meanings."""
    currency: str | None = None
    """ISO code, where the text of an amount names one."""
    checksum: bool | None = None
    """Whether the check digits are right (IBAN, VAT ids); None where there are none."""
