"""The labels of amounts that are no rows: sums between or below the rows, taxes, discounts on the whole."""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.layout.table_vocabulary import plain

_CARRIED_WORDS = """
    ubertrag, ubertragsumme, ubertragssumme, a reporter, carried forward, carried over, brought forward, balance
    forward, a riportare, te transporteren, suma y sigue, suma anterior, a transportar, do transporte,
    zwischensumme, sous total, subtotal, sub total, subtotaal, totale parziale, tussentotaal, delsumma
"""
_SUM_WORDS = """
    total, totals, subtotal, sub total, grand total, net total, balance, amount due, amount payable, due, tax, vat,
    sales tax, gst, pst, hst, summe, gesamt, gesamtbetrag, gesamtsumme, rechnungsbetrag, rechnungssumme,
    rechnungsgesamtbetrag, nettobetrag, nettosumme, netto, brutto, bruttobetrag, bruttosumme, endbetrag, endsumme,
    zahlbetrag, positionssumme, warenwert, zwischensumme, mwst, ust, umsatzsteuer, mehrwertsteuer, zuzuglich, zzgl,
    total ht, total ttc, net a payer, sous total, tva, ht, ttc, reste a payer, solde, base imponible, iva,
    imponibile, totale, netto a pagare, imposta, subtotaal, totaal, btw, te betalen, exclusief, inclusief, valor
    total, suma, razem, moms, jumlah
"""
_BEFORE = "the, il, le, la, el, o, montant, importe, betrag, importo, bedrag, plus, inkl, incl, excl, davon, dont"
_ADJUSTMENT_WORDS = """
    remise, rabatt, discount, rechnungsrabatt, charge, frais, zuschlag, abschlag, allowance, ristourne, descuento,
    sconto, korting, desconto, skonto, escompte, versand, versandkosten, porto, shipping, freight, fracht,
    frachtkosten, port, livraison, verzendkosten, verzending, spedizione, envio, portes, delivery, acompte,
    anzahlung, deposit, prepaid, rounding, rundung, arrondi, redondeo, arrotondamento
"""


def _any_of(words: str) -> str:
    ordered = sorted((" ".join(w.split()) for w in words.split(",")), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(w) for w in ordered) + r")\b"


_CARRIED = re.compile(r"\b" + _any_of(_CARRIED_WORDS))
_SUM = re.compile(rf"(?:{_any_of(_BEFORE)} )?{_any_of(_SUM_WORDS)}")
_ADJUSTMENT = re.compile(r"\b" + _any_of(_ADJUSTMENT_WORDS))
_LONGEST = 60
"""A longer text is no label."""


@lru_cache(maxsize=4096)
def is_carried(text: str) -> bool:
    """A sum taken over from or to another page, or a sum between rows."""
    return _CARRIED.search(plain(text)) is not None


@lru_cache(maxsize=4096)
def is_total(text: str) -> bool:
    """A label of the amounts below a table: it begins with a word of a sum or a tax."""
    name = plain(text)
    return len(name) <= _LONGEST and _SUM.match(name) is not None


@lru_cache(maxsize=4096)
def is_adjustment(text: str) -> bool:
    """A discount, charge or deposit on the whole document."""
    return _ADJUSTMENT.search(plain(text)) is not None
