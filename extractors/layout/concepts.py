"""What the totals block speaks of, in several languages: sums that have fields, and sums that only explain them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from extractors.layout.labels import FieldLabels, LabelIndex, labels_of
from extractors.layout.till_words import PHRASES
from extractors.layout.tokens import tokens
from schemas.schema import Field, Kind

if TYPE_CHECKING:
    from schemas.schema import Schema

SUBTOTAL, TAX, TOTAL, DUE = "subtotal", "tax", "total", "due"
SURE = 0.75
"""A field's name or title must match a concept so well to stand for it."""
PREPAID, ROUNDING, ALLOWANCE, CHARGE = "_prepaid", "_rounding", "_allowance", "_charge"

_ROLES: dict[str, tuple[str, ...]] = {
    SUBTOTAL: (
        "subtotal",
        "sub total",
        "net total",
        "net amount",
        "total net",
        "total excluding tax",
        "taxable amount",
        "amount before tax",
        "total without vat",
        "nettobetrag",
        "total ht",
        "imponibile",
        "base imponible",
    ),
    TAX: (
        "tax total",
        "tax amount",
        "total tax",
        "tax",
        "vat",
        "vat amount",
        "sales tax",
        "steuerbetrag",
        "mwst",
        "tva",
        "iva",
        "btw",
        "gst",
    ),
    TOTAL: (
        "total",
        "grand total",
        "total amount",
        "invoice total",
        "total incl tax",
        "gross total",
        "amount total",
        "total price",
        "gesamtbetrag",
        "total ttc",
        "totale",
        "totaal",
    ),
    DUE: ("amount due", "balance due", "total due", "amount payable", "payable", "zahlbetrag", "net a payer", "due"),
}
_EXPLAINING: dict[str, tuple[str, ...]] = {
    PREPAID: (
        "prepaid",
        "amount paid",
        "paid",
        "deposit",
        "advance payment",
        "payments received",
        "less payment",
        "down payment",
        "anzahlung",
        "anzahlungen",
        "erhaltene anzahlungen",
        "bereits gezahlt",
        "vorauszahlung",
        "geleistete zahlungen",
        "acompte",
        "acomptes",
        "deja verse",
        "montant deja verse",
        "deja paye",
        "deja regle",
        "arrhes",
        "anticipo",
        "a cuenta",
        "pagado",
        "acconto",
        "gia pagato",
        "aanbetaling",
        "reeds betaald",
        "adiantamento",
        "ja pago",
    ),
    ROUNDING: (
        "rounding",
        "round off",
        "rounding adjustment",
        "rounding amount",
        "rundung",
        "rundungsbetrag",
        "arrondi",
        "redondeo",
        "arrotondamento",
        "afronding",
        "arredondamento",
    ),
    ALLOWANCE: (
        "discount",
        "total discount",
        "allowance",
        "allowances",
        "rabatt",
        "nachlass",
        "abschlag",
        "abschlage",
        "skonto",
        "remise",
        "remise ht",
        "total remise",
        "escompte",
        "descuento",
        "sconto",
        "korting",
        "desconto",
        "gesamtbetrag der abschlage",
    ),
    CHARGE: (
        "shipping",
        "freight",
        "handling",
        "postage",
        "charges",
        "surcharge",
        "versandkosten",
        "versand",
        "fracht",
        "porto",
        "zuschlag",
        "zuschlage",
        "frais de port",
        "port",
        "frais",
        "gastos de envio",
        "spese di spedizione",
        "verzendkosten",
        "portes",
        "gesamtbetrag der zuschlage",
    ),
}
_OTHER_DATES = (
    "delivery date",
    "date of delivery",
    "shipping date",
    "ship date",
    "date of supply",
    "service date",
    "order date",
    "print date",
    "lieferdatum",
    "leistungsdatum",
    "liefer und leistungsdatum",
    "leistungszeitraum",
    "bestelldatum",
    "auftragsdatum",
    "versanddatum",
    "vertragsdatum",
    "lieferschein datum",
    "date de livraison",
    "date de commande",
    "date de debut de prestation",
    "date de fin de prestation",
    "date de facture associee",
    "date d expedition",
    "fecha de entrega",
    "fecha de pedido",
    "data di consegna",
    "data ordine",
    "data consegna",
    "leverdatum",
    "besteldatum",
    "orderdatum",
    "data de entrega",
    "data do pedido",
    "date of birth",
    "geburtsdatum",
    "original date",
    "period",
    "zeitraum",
    "abrechnungszeitraum",
    "billing period",
    "service period",
)
_OTHER_NUMBERS = (
    "customer number",
    "customer no",
    "customer id",
    "account number",
    "account no",
    "order number",
    "order no",
    "po number",
    "purchase order",
    "your order",
    "delivery note number",
    "contract number",
    "project number",
    "tax number",
    "tax id",
    "vat number",
    "vat id",
    "phone",
    "fax",
    "kundennummer",
    "kunden nr",
    "auftragsnummer",
    "bestellnummer",
    "lieferscheinnummer",
    "vertragsnummer",
    "steuernummer",
    "ust idnr",
    "ust id nr",
    "handelsregister",
    "hrb",
    "gln",
    "siret",
    "siren",
    "numero de client",
    "no de client",
    "no bon de commande",
    "no de commande",
    "no bon de livraison",
    "no de contrat",
    "no tva",
    "no de facture associee",
    "numero de cliente",
    "numero de pedido",
    "codice cliente",
    "numero ordine",
    "partita iva",
    "codice fiscale",
    "klantnummer",
    "ordernummer",
    "btw nummer",
    "kvk",
    "numero do cliente",
    "nif",
    "cif",
    "nipc",
    "zip",
    "customer",
    "kunde",
    "client",
    "cliente",
    "klant",
    "page",
    "seite",
    "pagina",
    "lieferant nr",
    "lief nr",
    "alt order no",
    "reference",
    "your reference",
)


MORE_DUE = ("residual", "residual amount", "rest", "restant du", "remaining", "remaining due", "saldo", "residuo")
"""Labels of what is left to pay that are too general to be a field's own."""


@cache
def explaining_fields() -> tuple[FieldLabels, ...]:
    """Amounts, dates and numbers that are no fields, but whose labels must not be taken for a field's."""
    money = tuple(labels_of(Field(name=name, kind=Kind.MONEY, labels=words)) for name, words in _EXPLAINING.items())
    dates = labels_of(Field(name="_other_date", kind=Kind.DATE, labels=_OTHER_DATES))
    numbers = labels_of(Field(name="_other_number", kind=Kind.CODE, labels=_OTHER_NUMBERS))
    return (*money, dates, numbers)


def words_of_labels(schema: Schema) -> tuple[str, ...]:
    """All that may be printed as a label: what OCR's words are compared with."""
    own = (t for f in schema.fields for t in (f.title, f.name.replace("_", " "), *f.labels))
    columns = (t for f in schema.fields for c in f.columns for t in (c.title, *c.labels))
    sums = (t for words in (*_ROLES.values(), *_EXPLAINING.values()) for t in words)
    return (*own, *columns, *sums, *_OTHER_DATES, *_OTHER_NUMBERS, *MORE_DUE, *PHRASES)


def rivals_of(schema: Schema) -> tuple[FieldLabels, ...]:
    """The explaining fields without the phrases that the schema itself asks for."""
    asked = {
        words
        for f in schema.fields
        for words in (tokens(f.title), tokens(f.name.replace("_", " ")), *map(tokens, f.labels))
    }
    return tuple(
        FieldLabels(field=k.field, phrases=tuple(p for p in k.phrases if p[0] not in asked))
        for k in explaining_fields()
    )


def sum_roles(schema: Schema) -> dict[str, str]:
    """Role -> name of the schema's money field that has it: by its name or title."""
    return _fields_of(schema, _ROLES)


def explaining_roles(schema: Schema) -> dict[str, str]:
    """`PREPAID` and its like -> name of the schema's field for it, where it has one."""
    return _fields_of(schema, _EXPLAINING)


def _fields_of(schema: Schema, concepts: dict[str, tuple[str, ...]]) -> dict[str, str]:
    index = LabelIndex([labels_of(Field(name=name, kind=Kind.MONEY, labels=words)) for name, words in concepts.items()])
    found: dict[str, tuple[float, str]] = {}
    for fld in schema.fields:
        if fld.kind is not Kind.MONEY:
            continue
        names = (tokens(fld.name.replace("_", " ")), tokens(fld.title))
        score, concept = max(((s, c) for n in names for c, s in index.match(n).items()), default=(0.0, ""))
        if score >= SURE and score > found.get(concept, (0.0, ""))[0]:
            found[concept] = (score, fld.name)
    return {concept: name for concept, (_, name) in found.items()}
