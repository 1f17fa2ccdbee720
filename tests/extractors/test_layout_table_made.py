"""Tables of many looks, made at random with their truth, are read back as they were made."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from extractors.layout.table import find_tables
from schemas.registry import load_schema
from schemas.values import detect_locale
from tiling import Box, Page, Word, WordsSource

LINE_ITEMS = load_schema("invoice").field("line_items")
CENT = Decimal("0.01")
WORDS = (
    *("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper"),
    *("Larch", "Maple", "Oak", "Pine", "Rowan", "Spruce", "Teak", "Walnut", "Yew", "Zelkova"),
)
HEADERS = {
    "en": ("Description/Item/Product", "Quantity/Qty/Hours", "Unit price/Price/Rate", "Amount/Line total/Total"),
    "de": ("Bezeichnung/Beschreibung/Leistung", "Menge/Anzahl", "Einzelpreis/Preis", "Gesamtpreis/Betrag/Gesamt"),
    "fr": ("Désignation/Description", "Quantité/Qté", "Prix unitaire/P.U. HT", "Montant HT/Total HT/Montant"),
    "es": ("Descripción/Concepto", "Cantidad/Cant.", "Precio unitario/Precio", "Importe/Total"),
    "it": ("Descrizione", "Quantità/Q.tà", "Prezzo unitario/Prezzo", "Importo/Totale"),
    "nl": ("Omschrijving", "Aantal/Hoeveelheid", "Prijs/Stukprijs", "Bedrag/Totaal"),
    "pt": ("Descrição/Designação", "Quantidade/Qtd.", "Preço unitário/Preço", "Valor total/Total"),
}
SIDES = {
    "en": ("VAT %", "Code", "Unit", "Disc. %"),
    "de": ("MwSt.", "Art.-Nr.", "Einheit", "Rabatt"),
    "fr": ("TVA", "Réf.", "Unité", "Remise"),
    "es": ("IVA", "Ref.", "Ud.", "Dto. %"),
    "it": ("IVA", "Codice", "U.M.", "Sconto"),
    "nl": ("Btw", "Artikelnr.", "Eenheid", "Korting"),
    "pt": ("IVA", "Código", "Unidade", "Desc. %"),
}
SUMS = {
    "en": ("Subtotal", "VAT 20 %", "Total due", "Carried forward"),
    "de": ("Nettobetrag", "zzgl. 19 % MwSt.", "Rechnungsbetrag", "Übertrag"),
    "fr": ("Total HT", "TVA 20 %", "Total TTC", "À reporter"),
    "es": ("Base imponible", "IVA 21 %", "Total factura", "Suma y sigue"),
    "it": ("Imponibile", "IVA 22 %", "Totale fattura", "Riporto"),
    "nl": ("Subtotaal", "Btw 21 %", "Totaal te betalen", "Transport"),
    "pt": ("Subtotal", "IVA 23 %", "Total a pagar", "A transportar"),
}
UNITS = {"en": "pcs", "de": "Stk.", "fr": "u", "es": "ud", "it": "pz", "nl": "st", "pt": "un"}
TOP, BOTTOM, LEFT, RIGHT = 230.0, 770.0, 45.0, 555.0


@dataclass
class Sheet:
    """Pages that are written on, word by word."""

    size: float = 9.0
    pages: list[list[tuple[str, float, float]]] = field(default_factory=lambda: [[]])

    def write(self, text: str, x: float, y: float, align: str = "left") -> None:
        width = self.width(text)
        x -= width if align == "right" else width / 2 if align == "centre" else 0
        for word in text.split(" "):
            self.pages[-1].append((word, x, y))
            x += self.width(word + " ")

    def width(self, text: str) -> float:
        return sum(0.28 if c in " .,:;il'()" else 0.55 for c in text) * self.size

    def finish(self) -> tuple[Page, ...]:
        return tuple(self._page(i, words) for i, words in enumerate(self.pages))

    def _page(self, index: int, words: list[tuple[str, float, float]]) -> Page:
        tops = sorted({y for _, _, y in words})
        lines = {y: i for i, y in enumerate(tops)}
        made = tuple(
            Word(text=t, box=Box(x, y, x + self.width(t), y + 0.75 * self.size), size_pt=self.size, line=lines[y])
            for t, x, y in sorted(words, key=lambda w: (w[2], w[1]))
        )
        return Page(index=index, width_pt=595, height_pt=842, words=made, words_source=WordsSource.TEXT_LAYER)


@dataclass
class Look:
    """What may differ between two tables."""

    language: str
    order: list[str]
    align: dict[str, str]
    heads: dict[str, str]
    head_align: dict[str, str]
    wrap: str
    stacked: bool
    unit: str
    currency: str
    sections: bool
    repeat: bool
    pitch: float
    comma: bool
    negative: bool
    centred: bool


def look_of(rng: random.Random) -> Look:
    language = rng.choice(sorted(HEADERS))
    order = order_of(rng)
    heads = dict(zip(("tax", "code", "unit", "discount"), SIDES[language], strict=True))
    names = ("description", "quantity", "unit_price", "line_total")
    heads |= {c: rng.choice(t.split("/")) for c, t in zip(names, HEADERS[language], strict=True)}
    heads["position"] = rng.choice(["Pos.", "#", "Nr."])
    text = {"description", "code", "unit", "position"}
    align = {c: "left" if c in text else rng.choice(["right", "right", "right", "centre", "left"]) for c in order}
    return Look(
        language=language,
        order=order,
        align=align,
        heads=heads,
        head_align={c: rng.choice([align[c], align[c], align[c], "centre"]) for c in order},
        wrap=rng.choice(["none", "below", "below", "above"]),
        stacked=rng.random() < 0.3,
        unit="column" if "unit" in order else rng.choice(["none", "cell"]),
        currency=rng.choice(["", "", " €", "€ ", "$"]),
        sections=rng.random() < 0.2,
        repeat=rng.random() < 0.7,
        pitch=rng.choice([13.0, 16.0, 20.0]),
        comma=language != "en",
        negative=rng.random() < 0.1,
        centred=rng.random() < 0.2,
    )


def order_of(rng: random.Random) -> list[str]:
    middle = ["quantity", "unit_price", *rng.sample(["tax", "discount", "unit"], rng.randint(0, 2))]
    rng.shuffle(middle)
    front = rng.choice([[], ["code"], ["position"], ["position", "code"]])
    order = [*front, "description", *middle, "line_total"]
    if rng.random() < 0.2:
        order.remove("quantity")
        order.insert(0, "quantity")
    if "tax" in order and rng.random() < 0.3:
        order.remove("tax")
        order.append("tax")
    return order


def printed(value: Decimal, look: Look, *, money: bool = True) -> str:
    text = f"{value:,.2f}" if money else f"{value:g}" if value == value.to_integral() else f"{value:.2f}"
    if look.comma:
        text = text.translate(str.maketrans(",.", ".,"))
    if money and look.currency:
        text = text + look.currency if look.currency.startswith(" ") else look.currency + text
    return text


def items_of(rng: random.Random, look: Look) -> list[dict]:
    items = []
    for i in range(rng.choice([1, 2, 3, 5, 8, 30])):
        whole = rng.random() < 0.8
        number = rng.choice([1, 1, 2, 3, 5, 12, 100, 2500]) if whole else rng.randint(1, 9999)
        quantity = Decimal(number) / (1 if whole else 100)
        price = Decimal(rng.randint(50, 250_000)) / 100 if rng.random() > 0.05 else Decimal("0.00")
        discount = Decimal(rng.choice([0, 0, 5, 10])) if "discount" in look.order else Decimal(0)
        sign = -1 if look.negative else 1
        wrapped = look.wrap != "none" and rng.random() < 0.7
        item = {
            "position": str(i + 1),
            "code": f"{rng.choice('ABCX')}{rng.randint(10, 9999)}",
            "name": " ".join(rng.sample(WORDS, rng.randint(1, 3))),
            "extra": " ".join(rng.sample(WORDS, rng.randint(1, 3))).lower() if wrapped else "",
            "quantity": sign * quantity,
            "unit_price": price,
            "discount": discount,
            "line_total": (sign * quantity * price * (100 - discount) / 100).quantize(CENT),
        }
        items += [item, dict(item)] if rng.random() < 0.08 else [item]
    return items


WIDTHS = {
    "position": 24, "code": 58, "quantity": 58, "unit": 44,
    "unit_price": 76, "tax": 44, "discount": 52, "line_total": 82,
}  # fmt: skip


def edges_of(look: Look) -> dict[str, tuple[float, float]]:
    room = RIGHT - LEFT - sum(WIDTHS[c] for c in look.order if c != "description")
    edges, x = {}, LEFT
    for column in look.order:
        width = room if column == "description" else WIDTHS[column]
        edges[column] = (x, x + width - 8)
        x += width
    return edges


def at(edges: tuple[float, float], align: str) -> float:
    return {"left": edges[0], "right": edges[1], "centre": sum(edges) / 2}[align]


def head(sheet: Sheet, look: Look, edges: dict, y: float) -> float:
    for column in look.order:
        text, align = look.heads[column], look.head_align[column]
        parts = text.split(" ") if look.stacked and len(text) > 9 else [text]
        for k, part in enumerate(parts):
            sheet.write(part, at(edges[column], align), y + (k - (len(parts) - 1) / 2) * 10.5, align)
    return y + (21 if look.stacked else 17)


def made(seed: int) -> tuple[tuple[Page, ...], list[dict], Look]:
    rng = random.Random(seed)  # noqa: S311 - looks, no secrets
    look = look_of(rng)
    sheet, edges, items = Sheet(), edges_of(look), items_of(rng, look)
    head_lines = ("Pebble & Reed Trading", "Harbour Lane 7", "Invoice 2026-118", "Date 03.04.2026", "Customer 40021")
    for k, text in enumerate(head_lines):
        sheet.write(text, LEFT, 60 + 14 * k)
    y = head(sheet, look, edges, TOP)
    running = Decimal(0)
    for item in items:
        lines = 2 if item["extra"] else 1
        if y + lines * 11 > BOTTOM - 30:
            y = turn(sheet, look, edges, running, y)
        if look.sections and rng.random() < 0.15:
            sheet.write("Group " + rng.choice(WORDS), edges["description"][0], y)
            y += look.pitch
        y = row(sheet, look, edges, item, y)
        running += item["line_total"]
    close(sheet, look, running, y + 14)
    return sheet.finish(), items, look


def turn(sheet: Sheet, look: Look, edges: dict, running: Decimal, y: float) -> float:
    """A page ends and another begins, with the sum carried over."""

    def carried(y: float) -> None:
        align = look.align["line_total"]
        sheet.write(SUMS[look.language][3], 400, y, "right")
        sheet.write(printed(running, look), at(edges["line_total"], align), y, align)

    carried(y + 8)
    sheet.pages.append([])
    if not look.repeat:
        return 60.0
    y = head(sheet, look, edges, 60)
    carried(y)
    return y + look.pitch


def row(sheet: Sheet, look: Look, edges: dict, item: dict, y: float) -> float:
    above = look.wrap == "above" and item["extra"]
    numbers = y + (5.5 if look.centred and item["extra"] else 11 if above else 0)
    sheet.write(item["name"], edges["description"][0], y)
    if item["extra"]:
        sheet.write(item["extra"], edges["description"][0], y + 11)
    quantity = printed(item["quantity"], look, money=False)
    cells = {
        "position": item["position"],
        "code": item["code"],
        "unit": UNITS[look.language],
        "tax": "20 %",
        "quantity": f"{quantity} {UNITS[look.language]}" if look.unit == "cell" else quantity,
        "unit_price": printed(item["unit_price"], look),
        "line_total": printed(item["line_total"], look),
        "discount": f"{item['discount']:g} %" if item["discount"] else "",
    }
    for column in look.order:
        if column != "description" and cells[column]:
            sheet.write(cells[column], at(edges[column], look.align[column]), numbers, look.align[column])
    return y + (11 if item["extra"] else 0) + look.pitch


def close(sheet: Sheet, look: Look, total: Decimal, y: float) -> None:
    if y > BOTTOM - 60:
        sheet.pages.append([])
        y = 60.0
    tax = (total / 5).quantize(CENT)
    for k, (label, value) in enumerate(zip(SUMS[look.language], (total, tax, total + tax), strict=False)):
        sheet.write(label, 430, y + 15 * k, "right")
        sheet.write(printed(value, look), RIGHT - 8, y + 15 * k, "right")
    sheet.write("Bank of Reeds IBAN XX00 1234 5678 9012", LEFT, 800)
    sheet.write("Page 1 of 2", 500, 800)


def read(pages: tuple[Page, ...]) -> list[dict]:
    texts = [" ".join(w.text for w in p.words) for p in pages]
    rows: dict[str, dict] = {}
    for finding in find_tables(pages, LINE_ITEMS, detect_locale(texts)).findings:
        path, _, column = finding.path.partition(".")
        rows.setdefault(path, {})[column] = finding.value
    return list(rows.values())


@pytest.mark.parametrize("seed", range(80))
def test_a_table_is_read_as_it_was_made(seed):
    pages, items, look = made(seed)
    rows = read(pages)
    assert [(r.get("quantity"), r.get("unit_price"), r.get("line_total")) for r in rows] == [
        (i["quantity"], i["unit_price"], i["line_total"]) for i in items
    ]
    if look.wrap != "above":
        assert [i["name"] in r.get("description", "") for i, r in zip(items, rows, strict=True)] == [True] * len(rows)


def multiplies_in_order(seed: int) -> bool:
    """Without a header the quantity comes before the price, and nothing is taken off."""
    order = made(seed)[2].order
    return "discount" not in order and order.index("quantity") < order.index("unit_price")


@pytest.mark.parametrize("seed", [s for s in range(50) if multiplies_in_order(s)])
def test_a_table_without_a_header_is_read_by_what_its_rows_reckon(seed, monkeypatch):
    monkeypatch.setattr(f"{__name__}.head", lambda _sheet, _look, _edges, y: y)
    pages, items, _ = made(seed)
    assert [(r.get("quantity"), r.get("line_total")) for r in read(pages)] == [
        (i["quantity"], i["line_total"]) for i in items
    ]
