"""Document type codes (UNTDID 1001, as far as EN 16931 allows them) and what they are called."""

from __future__ import annotations

from extractors.einvoice.lexical import Stated

CREDIT_NOTE, INVOICE = ("credit_note",), ("invoice",)
TYPES: dict[str, tuple[str, ...]] = {
    "326": ("partial_invoice", *INVOICE),
    "380": INVOICE,
    "381": CREDIT_NOTE,
    "261": ("self_billed_credit_note", *CREDIT_NOTE),
    "262": CREDIT_NOTE,
    "296": CREDIT_NOTE,
    "308": CREDIT_NOTE,
    "384": ("corrected_invoice", "correction", *INVOICE),
    "386": ("prepayment", "prepayment_invoice", *INVOICE),
    "389": ("self_billed_invoice", *INVOICE),
    "396": CREDIT_NOTE,
    "420": CREDIT_NOTE,
    "458": CREDIT_NOTE,
    "532": CREDIT_NOTE,
    "81": CREDIT_NOTE,
    "82": INVOICE,
    "83": CREDIT_NOTE,
    "325": ("proforma", *INVOICE),
    "383": ("debit_note", *INVOICE),
}


def type_names(code: str) -> list[Stated]:
    """Its names, the narrowest first: a schema's choices decide which of them is the value; unknown codes: invoice."""
    return [Stated(text=name, note=f"document type code {code}") for name in TYPES.get(code.strip(), INVOICE)]
