"""The words of line-item tables: what the label of a column may say, in several languages."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

DESCRIPTION, QUANTITY, UNIT_PRICE, LINE_TOTAL = "description", "quantity", "unit_price", "line_total"
POSITION, ARTICLE, UNIT, BASIS, DISCOUNT = "position", "article", "unit", "price_basis", "discount"
TAX_RATE, TAX_AMOUNT, DATE = "tax_rate", "tax_amount", "date"
GROSS_PRICE, GROSS_TOTAL = "gross_unit_price", "gross_line_total"
VALUE_ROLES = frozenset({QUANTITY, UNIT_PRICE, LINE_TOTAL, GROSS_PRICE, GROSS_TOTAL})

_LABELS: dict[str, str] = {
    DESCRIPTION: """
        article, articolo, articulo, description, item description, item, items, product, product name,
        products, service, services, particulars, details, designation, bezeichnung, beschreibung,
        artikelbezeichnung, artikelbeschreibung, leistung, leistungsbeschreibung, produkt, artikel, text, ware,
        warenbezeichnung, libelle, produit, prestation, prestations, article designation, descripcion, concepto,
        detalle, producto, descrizione, descrizione articolo, prodotto, oggetto, omschrijving,
        artikelomschrijving, descricao, designacao, produto, artigo, servico, opis, nazwa, nazwa towaru, nazwa
        uslugi, nazwa towaru lub uslugi, nazwa towaru uslugi, benamning, varebeskrivelse, vare, ydelse,
        beskrivning, beskrivelse, description of goods, goods, work, activity, task, leistungsart, position
        bezeichnung, description of services, natura e qualita dei beni, descripcion del producto, menu item
    """,
    QUANTITY: """
        quantity, qty, qte, quantite, menge, anzahl, stuckzahl, quant, hours, hrs, units, qnty, pcs, stunden,
        nombre, nb, nbre, cantidad, cant, uds, unidades, quantita, qta, aantal, hoeveelheid, quantidade, qtd,
        qtde, ilosc, antal, antall, st, stk, menge einheit, menge me, liefermenge, quantity shipped, qty
        shipped, q, qty ordered, heures, ore, horas, uren, no of units, geleverd, fakturierte menge
    """,
    UNIT_PRICE: """
        unit price, price, price each, unit cost, rate, each, cost, einzelpreis, e preis, ep, preis, stuckpreis,
        nettopreis, einzelpreis netto, netto einzelpreis, preis netto, preis einheit, prix, prix unitaire, prix
        unit, pu, p u, pu ht, p u ht, prix unitaire ht, prix u, prix u ht, prix ht unitaire, precio, precio
        unitario, precio unit, precio ud, p unit, p unitario, prezzo, prezzo unitario, prezzo unit, pr unitario,
        prijs, stukprijs, eenheidsprijs, prijs per stuk, prijs per eenheid, preco, preco unitario, preco unit,
        valor unitario, cena, cena jedn, cena jednostkowa, cena netto, cena jedn netto, a pris, apris, pris,
        styckpris, enhetspris, stykpris, enhedspris, enhetspris, price per unit, unit price net, net unit price,
        net price, price unit, hourly rate, tarif, tarif ht, stundensatz, preis stk, preis pro einheit, preis
        stuck, importo unitario, tarief, unit price excl tax, tarifa
    """,
    LINE_TOTAL: """
        amount, line total, total, total price, line amount, net amount, amount net, extended price, ext price,
        extended, sum, subtotal, sub total, net total, total net, total amount, amount due, net, net value,
        value, gesamtpreis, gesamtbetrag, gesamt, betrag, summe, nettobetrag, nettowert, gesamt netto, netto
        gesamt, netto, positionsbetrag, pos betrag, positions betrag, zeilenbetrag, gesamtpreis netto, betrag
        netto, warenwert, wert, g preis, gp, gesamtnetto, montant, montant ht, total ht, prix total, prix total
        ht, total ligne, total ligne ht, montant net, montant total ht, prix ht, total net ht, montant net ht,
        importe, importe neto, total linea, total neto, importo, importo totale, totale, importo netto, prezzo
        totale, totale riga, totale netto, bedrag, totaal, regeltotaal, totaalbedrag, bedrag excl btw, netto
        bedrag, totaal excl btw, valor, valor total, total liquido, montante, wartosc, wartosc netto, belopp,
        belob, summa, line total net, total excl vat, amount excl vat, net line total, total excl tax, ext
        amount, total ex vat, total ex gst
    """,
    GROSS_PRICE: """
        bruttopreis, einzelpreis brutto, brutto einzelpreis, prix ttc, prix unitaire ttc, pu ttc, gross price,
        price incl vat, price incl tax, listenpreis, list price, prijs incl btw per stuk, precio con iva, prezzo
        ivato, unit price incl vat
    """,
    GROSS_TOTAL: """
        brutto, bruttobetrag, gesamt brutto, gesamtpreis brutto, total ttc, montant ttc, prix total ttc, gross,
        gross amount, gross total, total incl vat, total incl tax, amount incl vat, prijs incl btw, bedrag incl
        btw, totaal incl btw, total con iva, importe total, totale ivato, total com iva, wartosc brutto, net ttc
    """,
    POSITION: """
        pos, position, no, nr, n, line, line no, lfd nr, ligne, linea, riga, regel, item no, pos nr, sl no, s
        no, sr no, lp, linha, ln, zeile, item number, num, numero
    """,
    ARTICLE: """
        artikel, item, items, articulo, artigo, article, article no, art nr, artnr, artikelnummer, artikel nr,
        art no, sku, code, item code, product code, part no, part number, ref, reference, referencia,
        referencias, codigo, codice, cod, code article, ean, gtin, isbn, art, material, materialnummer,
        referenz, referenzen, artikelcode, productcode, codigo producto, ref article, item id, model,
        produktnummer, hsn, hsn code, hsn sac, bestell nr, product id, cod art, articolo
    """,
    UNIT: """
        unit, units of measure, uom, einheit, me, eh, unite, u, unidad, ud, um, unita, u m, eenheid, unidade,
        jm, enhet, enhed, j m, un, un m, unit of measure, ehd, mengeneinheit
    """,
    BASIS: """
        price basis, per, pro, preiseinheit, pe, preisbasis, unite de prix, basismenge, price unit basis, par,
        pack, pack size, verpackungseinheit
    """,
    DISCOUNT: """
        discount, disc, disc %, discount %, rabatt, rabatt %, nachlass, abschlag, remise, rem, remise %, rem %,
        rist, ristourne, descuento, dto, dto %, desc, sconto, sc, sconto %, sc %, korting, korting %, desconto,
        desc %, rab %, rab, zu abschlag, remise charge, zu abschlage, disc amount, discount amount
    """,
    TAX_RATE: """
        vat, vat %, vat rate, tax, tax %, tax rate, taxes, gst, gst %, gst rate, ust, ust %, ust satz, mwst,
        mwst %, mwst satz, steuer, steuersatz, steuersatz %, steuer %, tva, tva %, taux tva, taux, taux %, iva,
        iva %, tipo iva, aliquota, aliquota iva, aliq, btw, btw %, btw tarief, taxa iva, taxa, stawka vat,
        stawka, moms, moms %, mva, code tva, % iva, % tva, % vat, % ust, % mwst, % btw, tax code, sales tax
    """,
    TAX_AMOUNT: """
        vat amount, tax amount, mwst betrag, ust betrag, steuerbetrag, montant tva, cuota iva, importo iva, btw
        bedrag, valor iva, kwota vat, gst amount, imposta, cuota
    """,
    DATE: """
        date, datum, fecha, data, leistungsdatum, lieferdatum, service date, delivery date, day, tag, zeitraum,
        period
    """,
}
WORDS: dict[str, tuple[str, ...]] = {
    role: tuple(label.strip() for label in labels.split(",")) for role, labels in _LABELS.items()
}

_STEMS: dict[str, dict[str, float]] = {
    LINE_TOTAL: {"betrag": 0.6, "gesamt": 0.6, "total": 0.55, "amount": 0.55, "montant": 0.55, "importe": 0.55,
                 "importo": 0.55, "bedrag": 0.55, "totaal": 0.55},
    UNIT_PRICE: {"preis": 0.6, "price": 0.6, "prix": 0.6, "precio": 0.6, "prezzo": 0.6, "prijs": 0.6, "preco": 0.6,
                 "rate": 0.4, "cost": 0.4},
    QUANTITY: {"menge": 0.6, "quant": 0.6, "anzahl": 0.6, "qty": 0.6, "aantal": 0.6, "cantidad": 0.6, "amount": 0.25},
    DESCRIPTION: {"beschreibung": 0.8, "bezeichnung": 0.8, "descri": 0.8, "designation": 0.8, "omschrijving": 0.8},
}  # fmt: skip
"""Parts of compounds and longer labels, with what they are worth."""

_GROSS = re.compile(r"\b(?:brutto|gross|ttc|incl|inkl|inc|ivato|con iva)\b")
_LONGEST = 45
"""A longer text is no header."""
_SPACES = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[^\w%]+")
_REPEATED = re.compile(r"(.)\1+")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CURRENCY_WORDS = re.compile(r"\b(?:eur|euro|usd|gbp|chf|in)\b")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACES.sub(" ", _PUNCTUATION.sub(" ", kept)).strip()


@lru_cache(maxsize=8192)
def squashed(text: str) -> str:
    """`plain` without spaces and doubled letters: what survives a font that loses its ligatures."""
    return _REPEATED.sub(r"\1", plain(text).replace(" ", ""))


@lru_cache(maxsize=1)
def _index() -> dict[str, dict[str, float]]:
    index: dict[str, dict[str, float]] = {}
    for role, words in WORDS.items():
        for word in words:
            index.setdefault(squashed(word), {})[role] = 1.0
    return index


@lru_cache(maxsize=8192)
def roles_of(text: str) -> dict[str, float]:
    """What a header text may name, each with a score up to 1; empty for text that is no header."""
    exact = _index().get(squashed(text))
    if exact is not None:
        return exact
    bare = _CURRENCY_WORDS.sub(" ", plain(_BRACKETS.sub(" ", text))).strip()
    if bare and (found := _index().get(squashed(bare))) is not None:
        return dict.fromkeys(found, 0.95)
    name = bare or plain(text)
    return _partly(name) if len(name) <= _LONGEST else {}


def _partly(name: str) -> dict[str, float]:
    """By the stems and words that are in it; what is said to be gross is gross."""
    roles: dict[str, float] = {}
    compact = squashed(name)
    for role, stems in _STEMS.items():
        found = [score for stem, score in stems.items() if squashed(stem) in compact]
        if found:
            roles[role] = max(found)
    for word in name.split():
        for role, score in _index().get(squashed(word), {}).items():
            roles[role] = max(roles.get(role, 0.0), 0.5 * score if len(word) > 2 else 0.2)
    if _GROSS.search(name):
        for net, gross in ((LINE_TOTAL, GROSS_TOTAL), (UNIT_PRICE, GROSS_PRICE)):
            if net in roles:
                roles[gross] = max(roles.get(gross, 0.0), roles.pop(net) + 0.2)
    return roles
