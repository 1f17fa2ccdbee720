"""Which concept of an invoice a schema's field means: by its name, else by a label that can mean nothing else."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from schemas import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "invoice_number": (
        "invoice no",
        "invoice nr",
        "invoice id",
        "number",
        "document number",
        "rechnungsnummer",
        "rechnungsnr",
        "numero de facture",
        "facture no",
        "numero factura",
        "numero fattura",
        "factuurnummer",
    ),
    "document_type": ("type", "invoice type", "type code", "kind"),
    "issue_date": (
        "date",
        "invoice date",
        "date of issue",
        "document date",
        "rechnungsdatum",
        "date de facture",
        "date facture",
        "fecha de factura",
        "fecha factura",
        "data fattura",
        "factuurdatum",
    ),
    "due_date": (
        "payment due",
        "payment due date",
        "pay by",
        "faelligkeit",
        "faelligkeitsdatum",
        "faellig am",
        "date d echeance",
        "echeance",
        "fecha de vencimiento",
        "scadenza",
        "data di scadenza",
        "vervaldatum",
    ),
    "delivery_date": ("date of supply", "date of delivery", "supply date", "lieferdatum", "leistungsdatum"),
    "service_start": ("period start", "billing period start", "service period start"),
    "service_end": ("period end", "billing period end", "service period end"),
    "seller_name": (
        "seller",
        "supplier",
        "supplier name",
        "vendor",
        "vendor name",
        "merchant",
        "merchant name",
        "issuer",
        "company",
        "lieferant",
        "verkaeufer",
        "fournisseur",
        "vendeur",
        "proveedor",
        "fornitore",
        "leverancier",
    ),
    "seller_address": ("supplier address", "vendor address", "merchant address"),
    "seller_country": ("supplier country", "vendor country"),
    "seller_vat_id": (
        "supplier vat id",
        "vendor vat id",
        "supplier vat number",
        "seller vat number",
        "vat id",
        "vat number",
        "ust idnr",
        "ust id",
        "btw nummer",
        "partita iva",
        "tva intracommunautaire",
    ),
    "seller_tax_number": ("tax number", "supplier tax number", "steuernummer"),
    "seller_email": ("supplier email", "vendor email"),
    "seller_phone": ("supplier phone", "vendor phone"),
    "buyer_name": (
        "buyer",
        "customer",
        "customer name",
        "client",
        "client name",
        "bill to",
        "recipient",
        "kunde",
        "kaeufer",
        "rechnungsempfaenger",
        "cliente",
        "klant",
    ),
    "buyer_address": ("customer address", "client address", "billing address"),
    "buyer_country": ("customer country", "client country"),
    "buyer_vat_id": ("customer vat id", "client vat id", "buyer vat number", "customer vat number"),
    "customer_number": ("customer no", "customer id", "kundennummer", "numero client", "klantnummer"),
    "buyer_reference": ("your reference", "leitweg id", "ihr zeichen"),
    "order_number": (
        "purchase order",
        "po number",
        "purchase order number",
        "order no",
        "order reference",
        "bestellnummer",
        "numero de commande",
        "bestelnummer",
    ),
    "contract_number": ("contract no", "contract reference", "vertragsnummer"),
    "delivery_note_number": ("delivery note", "despatch advice", "lieferschein", "lieferscheinnummer"),
    "original_invoice_number": ("preceding invoice", "preceding invoice number", "credited invoice"),
    "currency": ("currency code", "waehrung", "devise", "moneda", "valuta"),
    "line_total_sum": ("lines total", "sum of lines", "total of lines", "items total"),
    "allowance_total": ("allowances", "discount", "discount total", "discounts"),
    "charge_total": ("charges", "surcharges", "freight"),
    "subtotal": (
        "net",
        "net amount",
        "net total",
        "total net",
        "total excl vat",
        "total without vat",
        "amount excl tax",
        "nettobetrag",
        "nettosumme",
        "total ht",
        "montant ht",
        "base imponible",
        "imponibile",
    ),
    "tax_total": (
        "tax",
        "vat",
        "tax amount",
        "vat amount",
        "total tax",
        "total vat",
        "mehrwertsteuer",
        "mwst",
        "umsatzsteuer",
        "tva",
        "total tva",
        "iva",
        "btw",
    ),
    "total": (
        "total amount",
        "gross",
        "gross amount",
        "gross total",
        "grand total",
        "invoice total",
        "total incl vat",
        "total gross",
        "bruttobetrag",
        "gesamtbetrag",
        "total ttc",
        "montant ttc",
        "importe total",
        "totale",
    ),
    "prepaid": ("prepaid amount", "amount paid", "paid", "deposit", "down payment", "anzahlung", "acompte"),
    "rounding": ("rounding amount",),
    "amount_due": (
        "due",
        "balance due",
        "amount payable",
        "payable",
        "payable amount",
        "total due",
        "zahlbetrag",
        "net a payer",
        "montant du",
    ),
    "iban": ("account", "bank account", "account iban", "iban number"),
    "bic": ("swift", "swift code", "bic swift"),
    "payment_reference": ("remittance information", "payment id", "verwendungszweck"),
    "payment_method": ("means of payment", "payment means"),
    "payment_terms": ("terms", "terms of payment", "zahlungsbedingungen", "conditions de paiement"),
    "note": ("notes", "comment", "remarks", "bemerkung"),
    "line_items": ("lines", "items", "positions", "line item", "invoice lines", "articles", "positionen", "lignes"),
    "tax_breakdown": ("taxes", "vat breakdown", "tax lines", "tax details"),
}
"""Field names, and labels, that mean a concept; compared without case, accents and punctuation."""

OTHER_COLUMNS: dict[str, tuple[str, ...]] = {
    "position": ("pos", "line", "line number", "no"),
    "article_number": (
        "sku",
        "item number",
        "product code",
        "article",
        "item code",
        "code",
        "artikelnummer",
        "reference",
    ),
    "description": ("item", "name", "product", "text", "article name", "designation", "bezeichnung", "beschreibung"),
    "details": ("long description",),
    "quantity": ("qty", "count", "menge", "quantite", "cantidad", "quantita", "aantal"),
    "unit": ("unit of measure", "uom", "einheit", "unite"),
    "unit_price": ("price", "net price", "price per unit", "einzelpreis", "prix unitaire", "precio unitario", "prijs"),
    "tax_rate": ("rate", "percent", "vat", "vat rate", "tax percent", "vat percent"),
    "line_total": ("total", "amount", "net amount", "line amount", "gesamt", "betrag", "montant", "importe"),
    "tax_base": ("base", "basis", "taxable amount", "net", "net amount", "basis amount", "taxable", "taxable base"),
    "tax_amount": ("amount", "tax", "vat amount", "calculated amount", "total"),
    "tax_category": ("category", "code", "category code"),
}
MONEY, DATES = frozenset({Kind.MONEY, Kind.NUMBER}), frozenset({Kind.DATE})
TEXTUAL = frozenset({Kind.TEXT, Kind.NAME, Kind.ADDRESS, Kind.CODE})
AMOUNTS = frozenset(
    {
        "line_total_sum",
        "allowance_total",
        "charge_total",
        "subtotal",
        "tax_total",
        "total",
        "prepaid",
        "rounding",
        "amount_due",
        "unit_price",
        "line_total",
        "tax_base",
        "tax_amount",
    }
)
KINDS: dict[str, frozenset[Kind]] = {
    **dict.fromkeys(AMOUNTS, MONEY),
    **dict.fromkeys(("issue_date", "due_date", "delivery_date", "service_start", "service_end"), DATES),
    **dict.fromkeys(("quantity", "tax_rate", "position"), MONEY | {Kind.PERCENT, Kind.INTEGER, Kind.CODE}),
    **dict.fromkeys(("line_items", "tax_breakdown"), frozenset({Kind.TABLE})),
    **dict.fromkeys(("seller_country", "buyer_country"), TEXTUAL | {Kind.COUNTRY}),
    **dict.fromkeys(("seller_vat_id", "buyer_vat_id", "seller_tax_number"), TEXTUAL | {Kind.VAT_ID}),
    "document_type": TEXTUAL | {Kind.ENUM},
    "currency": TEXTUAL | {Kind.CURRENCY},
    "iban": TEXTUAL | {Kind.IBAN},
}
"""The kinds of field that a concept can fill; any textual kind where none is named."""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Letters and digits without case and accents, in words."""
    text = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    letters = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


def header_concept(field: Field) -> str | None:
    return _concept(field, _header_words())


def column_concept(field: Field, known: Iterable[str]) -> str | None:
    """The concept of a table's column, among those that the table's rows have."""
    return _concept(field, _column_words(frozenset(known)))


@cache
def _header_words() -> Mapping[str, str]:
    """Words -> the concept that they mean."""
    return {plain(word): concept for concept, words in OTHER_NAMES.items() for word in (concept, *words)}


@cache
def _column_words(known: frozenset[str]) -> Mapping[str, str]:
    named = sorted(known)
    return {plain(word): concept for concept in named for word in (concept, *OTHER_COLUMNS.get(concept, ()))}


def _concept(field: Field, by_words: Mapping[str, str]) -> str | None:
    """By name first, then title, then the labels: all labels that mean something have to mean the same."""
    for words in ((field.name,), (field.title,), field.labels):
        meant = {by_words[p] for w in words if (p := plain(w)) in by_words}
        meant = {c for c in meant if field.kind in KINDS.get(c, TEXTUAL)}
        if len(meant) == 1:
            return meant.pop()
        if meant:
            return None
    return None
