"""Labels for the fields of any schema: what its own words say, and how such words are usually printed.

Nothing here knows a kind of document: only what `number`, `amount`, `date`, `start`, `customer` are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.ask import words
from schemas.phrases import alternatives, genitives, spoken, tokens
from schemas.schema import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_LABELS = 80
START = frozenset(
    words("start|from|begin|beginning|first|since|starts|effective|commencement|starting|opening|ab|von|début|inicio")
)
END = frozenset(
    words("end|to|until|through|thru|last|till|ends|expiry|expiration|ending|closing|finish|bis|fin|fine|einde")
)

_ENDINGS = {
    "number": ("number", "no.", "no", "#", "num", "nr", "nr.", "ID", "code"),
    "id": ("ID", "number", "no.", "#"),
    "code": ("code", "no.", "number"),
    "reference": ("reference", "ref.", "ref", "no.", "number"),
    "amount": ("amount", "total", "sum", "amt", "value"),
    "total": ("total", "totals", "amount", "sum"),
    "price": ("price", "cost", "amount"),
    "cost": ("cost", "price", "amount"),
    "start": ("start", "start date", "from", "begin", "begin date", "starts", "starting", "first date", "beginning"),
    "end": ("end", "end date", "to", "through", "thru", "until", "ends", "ending", "last date", "expires"),
    "name": ("name", ""),
    "address": ("address", "addr."),
    "quantity": ("quantity", "qty", "qty.", "units"),
    "description": ("description", "details", "item"),
}
"""How the last word of a label may be printed."""
_HEADS = {
    "num": "number", "no": "number", "nr": "number", "#": "number", "identifier": "id", "ref": "reference",
    "amt": "amount", "sum": "total", "qty": "quantity", "day": "date", "from": "start", "begin": "start",
    "beginning": "start", "to": "end", "until": "end", "through": "end",
}  # fmt: skip
"""Last words that are looked up under another."""
_SAME = {
    "customer": words("client|buyer"),
    "client": words("customer"),
    "buyer": words("customer|purchaser"),
    "supplier": words("vendor|seller"),
    "vendor": words("supplier|seller"),
    "seller": words("vendor|supplier"),
    "gross": words("total gross|total"),
    "net": words("total net"),
    "total": words("grand total|totals"),
    "telephone": words("phone|tel."),
    "phone": words("tel.|telephone"),
}
"""Words that may be printed instead."""
_QUANTITY = {"quantity": words("Quantity|Qty|Menge|Anzahl|Quantité|Qté|Cantidad|Quantità|Aantal|Quantidade")}
_ALONE: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.DATE: {
        "date": words("Date|Datum|Fecha|Data|Dated|Dato"),
        "due": words("Due date|Due|Pay by|Fällig am|Échéance|Vencimiento"),
    },
    Kind.MONEY: {
        "total": words(
            "Total|Grand total|Total amount|Gesamtbetrag|Summe|Montant total|Total TTC|Importe total|Totale|Totaal"
        ),
        "gross": words("Gross|Gross total|Total gross|Total|Totals|Grand total|Brutto"),
        "net": words("Net|Net total|Total net|Netto|Net amount|Total HT"),
        "tax": words("Tax|VAT|MwSt.|TVA|IVA|BTW|Sales tax"),
        "amount": words("Amount|Betrag|Montant|Importe|Importo|Bedrag|Valor|Total"),
        "price": words("Price|Preis|Prix|Precio|Prezzo|Prijs|Preço"),
    },
    Kind.NUMBER: _QUANTITY,
    Kind.INTEGER: _QUANTITY,
    Kind.TEXT: {
        "description": words(
            "Description|Beschreibung|Bezeichnung|Désignation|Descripción|Descrizione|Omschrijving|Descrição"
        ),
    },
    Kind.ADDRESS: {"address": words("Address|Anschrift|Adresse|Dirección|Indirizzo|Adres|Morada")},
}
"""What single words are called in other languages; the last resort."""


def end_of_range(field: Field) -> str | None:
    """`start` or `end`, for a date that its spoken_words make one end of a period; a printed range gives both."""
    if field.kind is not Kind.DATE:
        return None
    for text in (field.name, field.title, field.description):
        own = frozenset(tokens(text))
        start, end = bool(own & START), bool(own & END)
        if start != end:
            return "start" if start else "end"
    return None


def _variants(phrase: str) -> Iterator[str]:
    """The phrase with other endings, and with other spoken_words for the same party or sum."""
    yield phrase
    spoken_words = phrase.split()
    last = tokens(spoken_words[-1])[-1:] if spoken_words else ()
    head = _HEADS.get(last[0], last[0]) if last else ""
    stem = " ".join(spoken_words[:-1])
    for ending in _ENDINGS.get(head, ()):
        if stem or ending not in {"", "to", "no", "#"}:
            yield f"{stem} {ending}".strip()
    if head in {"start", "end"} and stem:
        yield from (f"{stem} dates", f"{stem} period")
    for k, word in enumerate(spoken_words):
        for other in _SAME.get(word.lower(), ()):
            yield " ".join((*spoken_words[:k], other, *spoken_words[k + 1 :]))


def _from_description(description: str, kind: Kind, edge: str | None) -> Iterator[str]:
    """`Number of the contract` is printed as `Contract number`, `First day of the flight` as `Flight start`."""
    for head, noun in genitives(description):
        if edge:
            bare = noun.removesuffix(" period")
            yield from (
                f"{bare} {edge} date",
                f"{bare} {edge}",
                f"{bare} dates",
                f"{bare} period",
                f"{bare} {'from' if edge == 'start' else 'to'}",
            )
        elif kind is Kind.CODE:
            yield from (f"{noun} number", noun)
        elif kind is Kind.MONEY:
            yield from (head, f"{noun} total", f"{noun} amount", f"total {noun}")
        elif kind is Kind.DATE:
            yield from (f"{noun} date", f"date of {noun}")
        elif kind is Kind.NAME:
            yield from (noun, f"{noun} name")


def _unique(labels: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for label in labels:
        plain = " ".join(label.split())
        if plain:
            seen.setdefault(plain.lower(), plain[0].upper() + plain[1:])
    return tuple(seen.values())[:MAX_LABELS]


def labels_for(field: Field) -> tuple[str, ...]:
    """What may be printed beside a field of a user's schema; the user's own labels first, then the surest."""
    edge = end_of_range(field)
    own = [*field.labels, *(p for p in (field.title, spoken(field.name)) if p)]
    phrases = [a for phrase in own for a in alternatives(phrase)]
    described = [a for phrase in _from_description(field.description, field.kind, edge) for a in alternatives(phrase)]
    generated = [v for phrase in (*phrases, *described) for v in _variants(phrase)]
    if edge == "start":
        generated += ["Start date", "From", "Begin date", "Start", "Dates", "Period", "First date"]
    elif edge == "end":
        generated += ["End date", "To", "Through", "End", "Dates", "Period", "Last date"]
    if len(own) > 1 and field.kind is Kind.DATE and own[-1].split()[-1:] in (["on"], ["at"]):
        stem = own[-1].split()[0].removesuffix("ed")
        generated += [f"{stem} date", f"date {stem}ed"]
    spoken_words = frozenset(t for phrase in own for t in tokens(phrase))
    alone = [label for word, labels in _ALONE.get(field.kind, {}).items() if word in spoken_words for label in labels]
    if field.kind is Kind.DATE and not edge and len(spoken_words) > 2:
        alone = []
    return _unique((*field.labels, *own, *phrases, *generated, *alone))
