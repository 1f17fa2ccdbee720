"""Printed labels as tokens that compare well: no accents or punctuation, one word for "number", compounds cut."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NUMBER = "no"
"""The one spelling of "number", "#", "nr.", "n°", "num." and their translations."""


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


_NUMBER_WORDS = word_set(
    "no nos nr nrs num nums number numbers numero numeros nummer nummern numer n° nº № # nro núm nº. nō"
)
_HEADS = {
    "nummer": NUMBER, "number": NUMBER, "nr": NUMBER, "datum": "datum", "betrag": "betrag", "summe": "summe",
    "bedrag": "bedrag", "satz": "satz", "id": "id",
}  # fmt: skip
"""Second parts of German and Dutch compounds that are written apart, with a hyphen, or in one word."""

STOP = word_set(
    "a al alla an and au aux das dd de del della delle den der des deze di die do dos du e ein eine el en et "
    "for from fur gli het i ihr ihre in il inkl la las le les lo los mit mon nos notre o of on op or our p "
    "pour per por sa su sui sur te the this to un und une unser unsere uw van vom von vos votre vostra vostro "
    "vuestra y your eur euro euros usd gbp chf cad aud sek nok dkk pln myr rm"
)
GENERIC_NUMBER = frozenset({NUMBER, "id", "code", "codes", "ref", "refs", "reference", "referenz", "kennung", "codigo"})
GENERIC_MONEY = word_set(
    "amount amounts amt total totals sum value betrag summe gesamt bedrag totaal montant total totaux somme "
    "importe importo valor valore totale totali"
)
GENERIC_DATE = word_set(
    "date dates datum daten fecha fechas data datas dato day days period periode zeitraum periodo jour giorno dia"
)
START = word_set(
    "start starts starting starten from first begin begins beginning beginn anfang ab du debut depuis inicio "
    "desde inizio dal van vanaf initial effective opening"
)
END = word_set(
    "end ends ending to last until through thru till ende bis au fin final hasta fine al tot einde termine fim "
    "ate expiry expires expiration closing"
)
OTHER_THING = word_set(
    "alt alternate associated associee associe original originale ursprung ursprungs preceding previous prior "
    "prev delivery deliver shipping shipment liefer liefer lieferung lieferschein lieferungs leistung "
    "leistungs livraison entrega consegna levering livraisons versand bestell bestellung bestelling bestel "
    "auftrag auftrags order orders po purchase commande pedido ordine encomenda quote quotation angebot "
    "angebots devis offerte customer client cliente kunde kunden klant klanten debitor debiteur account konto "
    "compte cuenta conto rekening contract vertrag vertrags contrat contrato contratto print printed druck "
    "page seite pagina tax vat ust mwst tva iva btw steuer steuers fax telefon tel phone project projekt "
    "projet artikel article item agency sales vendor supplier lieferant lief fournisseur proveedor birth "
    "geburts credit debit line pos bank reise abrechnungs carried brought uebertrag ubertrag report reporter "
    "zwischensumme"
)
"""Words that say a label is about something else than the document itself: another paper, another party."""

_SPLIT = re.compile(r"[^\w#°º№%&]+")
_STRIP = re.compile(r"[^\w#°º№%]+")


def fold(text: str) -> str:
    """Case folded, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("n°", " n° ").replace("N°", " n° ").replace("º", "°"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _token(raw: str) -> tuple[str, ...]:
    if raw in _NUMBER_WORDS or raw == "n°":
        return (NUMBER,)
    for head, canonical in _HEADS.items():
        if raw.endswith(head) and len(raw) > len(head) + 3:
            return (_stem(raw[: -len(head)]), canonical)
    if raw.endswith("#") or raw.startswith("#"):
        rest = raw.strip("#")
        return (rest, NUMBER) if rest else (NUMBER,)
    return (_stem(raw),)


def _stem(raw: str) -> str:
    """`rechnungs` and `rechnung` are one word in a compound; an English plural is its singular where that is safe."""
    if raw.endswith("ungs"):
        return raw[:-1]
    return raw


def parts(text: str) -> list[str]:
    """The label's words as printed, folded."""
    return [raw for part in _SPLIT.split(fold(text)) if (raw := _STRIP.sub("", part))]


token_of = lru_cache(maxsize=8192)(_token)
"""The tokens that one folded word stands for."""


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """The label's words: `Rechnungs-Nr.:` and `Rechnungsnummer` are both `("rechnung", "no")`."""
    return tuple(t for raw in parts(text) for t in token_of(raw))


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """The words that this module knows something of."""
    general = GENERIC_NUMBER | GENERIC_MONEY | GENERIC_DATE | START | END | OTHER_THING | STOP
    return frozenset(w for w in general | _NUMBER_WORDS if w.isalpha())
