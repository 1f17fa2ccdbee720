"""The kind and role of a field that a user's schema does not spell out, from its type, format and words."""

from __future__ import annotations

import re

from schemas.phrases import tokens
from schemas.schema import Kind, Role


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONEY = _set(
    """amount total subtotal price cost fee fees balance tax vat gst gross net sum due paid payment payable salary wage
    wages premium deposit rent charge charges budget fare value revenue income discount rebate tip refund credit
    debit spend commission prepaid rounding change betrag summe preis gesamt netto brutto mwst ust kosten
    montant prix importe precio importo prezzo totale bedrag prijs valor"""
)
_MONEY_TEXT = _set("dollar dollars euro euros eur usd gbp chf pounds sterling currency money monetary € $ £")
_COUNTED = _set(
    """quantity qty count hours hour days weight units pieces pages items number length width height area volume
    distance kg km miles kwh age score duration minutes seconds percent rating menge anzahl stunden quantité
    cantidad"""
)
_NAME = _set(
    """name advertiser company customer client buyer seller vendor supplier merchant payer payee tenant landlord
    employer employee patient agency bank person contact author issuer recipient beneficiary contractor owner
    applicant candidate organisation organization lender borrower insurer insured carrier shipper consignee
    doctor physician student salesperson signatory party holder store shop product"""
)
_CODE = _set(
    """number no nr num id code ref reference sku serial account zip postcode phone fax telephone mobile email mail url
    website bic swift isbn licence license plate registration identifier barcode ean gtin nummer numéro número
    numero kennzeichen policy"""
)
_ADDRESS = _set("address addr adresse anschrift dirección direccion indirizzo adres morada endereço location")
_DATE = _set("date day dob birthday datum fecha expiry expiration deadline")
_ISSUER = _set("seller vendor supplier merchant issuer store shop verkäufer lieferant vendeur fournisseur")
_RECIPIENT = _set("buyer customer client recipient purchaser käufer kunde acheteur")
_VAT = _set("vat ust ustid tva iva btw gst gstin mwst uid")
_REGISTERED = _set("id no nr number reg registration idnr")
_TAX_OF_PERCENT = _set("tax vat gst interest discount commission tva iva btw mwst growth margin")
_FORMATS = {
    "date": Kind.DATE,
    "date-time": Kind.DATE,
    "time": Kind.TIME,
    "iban": Kind.IBAN,
    "currency": Kind.CURRENCY,
    "country": Kind.COUNTRY,
    "vat": Kind.VAT_ID,
    "vat-id": Kind.VAT_ID,
    "email": Kind.CODE,
    "uri": Kind.CODE,
    "uuid": Kind.CODE,
    "phone": Kind.CODE,
    "money": Kind.MONEY,
    "decimal": Kind.NUMBER,
    "percent": Kind.PERCENT,
    "address": Kind.ADDRESS,
    "name": Kind.NAME,
}
_DECIMAL_PATTERN = re.compile(r"\\d|\[0-9\]")


def _number_kind(words: tuple[str, ...], described: tuple[str, ...]) -> Kind:
    """A decimal is money, a rate, or a plain number."""
    own = frozenset(words)
    if own & {"percent", "percentage", "pct", "%", "prozent"} or ("rate" in own and own & _TAX_OF_PERCENT):
        return Kind.PERCENT
    if (words and words[-1] in _COUNTED) or {"number", "of"} <= own:
        return Kind.NUMBER
    if own & _MONEY or own & _MONEY_TEXT:
        return Kind.NUMBER if own & _COUNTED else Kind.MONEY
    if frozenset(described) & _MONEY_TEXT:
        return Kind.MONEY
    if frozenset(described) & {"percent", "percentage", "%"}:
        return Kind.PERCENT
    return Kind.NUMBER


def _head_kind(head: str, own: frozenset[str]) -> Kind | None:
    """What the last word of a name says: an address, a number, a date."""
    if "iban" in own:
        return Kind.IBAN
    if own & _VAT and (own & _REGISTERED or len(own) == 1):
        return Kind.VAT_ID
    if head in _ADDRESS:
        return Kind.CODE if own & {"email", "mail", "web", "ip"} else Kind.ADDRESS
    if head in _DATE:
        return Kind.DATE
    if head in {"time", "uhrzeit"}:
        return Kind.TIME
    if head in {"name", "names"}:
        return Kind.NAME
    if head in {"currency", "währung", "devise"}:
        return Kind.CURRENCY
    if head in {"country", "land", "pays"}:
        return Kind.COUNTRY
    if head in _CODE or head == "#":
        return Kind.CODE
    return None


def _string_kind(names: tuple[tuple[str, ...], ...], described: tuple[str, ...], pattern: str) -> Kind:
    for words in names:
        head = _head_kind(words[-1], frozenset(words)) if words else None
        if head is not None:
            return head
    for words in names:
        if words and words[-1] in _NAME:
            return Kind.NAME
        if (
            words
            and words[-1] in _MONEY
            and (_DECIMAL_PATTERN.search(pattern) or words[-1] in {"amount", "total", "price", "subtotal"})
        ):
            return Kind.MONEY
    if described[:1] == ("who",) or described[:2] == ("name", "of"):
        return Kind.NAME
    if described[:2] in (("number", "of"), ("identifier", "of"), ("code", "of")):
        return Kind.CODE
    if described[:3] in (("first", "day", "of"), ("last", "day", "of")) or described[:2] == ("date", "of"):
        return Kind.DATE
    return Kind.TEXT


def infer_kind(*, json_type: str, json_format: str, pattern: str, name: str, title: str, description: str) -> Kind:
    """The kind of a scalar; `json_type` is one of string, number, integer, boolean."""
    if json_type == "boolean":
        return Kind.BOOLEAN
    if json_type == "integer":
        return Kind.INTEGER
    named, titled, described = tokens(name), tokens(title), tokens(description)
    by_format = _FORMATS.get(json_format)
    if json_type == "number":
        return by_format if by_format in (Kind.MONEY, Kind.PERCENT) else _number_kind((*titled, *named), described)
    return by_format or _string_kind((named, titled), described, pattern)


def infer_role(name: str, title: str) -> Role:
    """Whose value it is, where the name or title says so in so many words."""
    words = frozenset(tokens(name)) | frozenset(tokens(title))
    if words & _ISSUER:
        return Role.NONE if words & _RECIPIENT else Role.ISSUER
    return Role.RECIPIENT if words & _RECIPIENT else Role.NONE
