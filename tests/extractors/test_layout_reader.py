"""Whole invented invoices: seven languages in several looks, printed as PDF and read again; and a user's own schema."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from extractors.layout.reader import read_layout
from schemas.registry import load_schema
from schemas.schema import Field, Kind, Schema
from tiling.text_layer import pages_of


@dataclass(frozen=True)
class Language:
    """What a clerk of that language prints."""

    heading: str
    number: str
    date: str
    due: str
    net: str
    tax: str
    total: str
    paid: str
    left: str
    delivered: str
    customer: str
    columns: tuple[str, str, str, str]
    decimal: str = ","
    dates: str = "%d.%m.%Y"


LANGUAGES = {
    "en": Language(
        "Invoice",
        "Invoice number",
        "Invoice date",
        "Due date",
        "Subtotal",
        "VAT 20%",
        "Total",
        "Deposit paid",
        "Balance due",
        "Delivery date",
        "Customer no.",
        ("Description", "Qty", "Unit price", "Amount"),
        ".",
        "%d %B %Y",
    ),
    "de": Language(
        "Rechnung",
        "Rechnungs-Nr.",
        "Rechnungsdatum",
        "Zahlbar bis",
        "Nettobetrag",
        "zzgl. 20 % MwSt.",
        "Gesamtbetrag",
        "Anzahlung",
        "Zahlbetrag",
        "Lieferdatum",
        "Kundennummer",
        ("Bezeichnung", "Menge", "Einzelpreis", "Gesamt"),
    ),
    "fr": Language(
        "Facture",
        "N° de facture",
        "Date de facture",
        "Date d'échéance",
        "Total HT",
        "TVA 20 %",
        "Total TTC",
        "Acompte versé",
        "Net à payer",
        "Date de livraison",
        "Code client",
        ("Désignation", "Quantité", "Prix unitaire", "Montant"),
        ",",
        "%d/%m/%Y",
    ),
    "es": Language(
        "Factura",
        "Número de factura",
        "Fecha",
        "Vencimiento",
        "Base imponible",
        "IVA 20 %",
        "Total factura",
        "Anticipo",
        "Total a pagar",
        "Fecha de entrega",
        "Código de cliente",
        ("Descripción", "Cantidad", "Precio", "Importe"),
        ",",
        "%d/%m/%Y",
    ),
    "it": Language(
        "Fattura",
        "Numero fattura",
        "Data fattura",
        "Scadenza",
        "Imponibile",
        "IVA 20%",
        "Totale fattura",
        "Acconto",
        "Netto a pagare",
        "Data consegna",
        "Codice cliente",
        ("Descrizione", "Quantità", "Prezzo", "Importo"),
        ",",
        "%d/%m/%Y",
    ),
    "nl": Language(
        "Factuur",
        "Factuurnummer",
        "Factuurdatum",
        "Vervaldatum",
        "Subtotaal",
        "Btw 20%",
        "Totaal incl. btw",
        "Aanbetaling",
        "Te betalen",
        "Leverdatum",
        "Klantnummer",
        ("Omschrijving", "Aantal", "Prijs", "Bedrag"),
        ",",
        "%d-%m-%Y",
    ),
    "pt": Language(
        "Fatura",
        "Número da fatura",
        "Data de emissão",
        "Vencimento",
        "Total sem IVA",
        "IVA 20 %",
        "Total da fatura",
        "Adiantamento",
        "Total a pagar",
        "Data de entrega",
        "N.º de cliente",
        ("Descrição", "Quantidade", "Preço", "Valor"),
        ",",
        "%d/%m/%Y",
    ),
}
GOODS = (
    ("Alpha Widget", 3, Decimal("120.50")),
    ("Beta Service", 1, Decimal("1402.99")),
    ("Gamma Cable", 12, Decimal("7.25")),
)
NET = sum((q * p for _, q, p in GOODS), Decimal(0))
TAX = (NET * 20 / 100).quantize(Decimal("0.01"))
PAID = Decimal("500.00")
ISSUED, DUE = dt.date(2026, 4, 17), dt.date(2026, 5, 16)
TRUTH = {
    "invoice_number": "2026-0417/B",
    "issue_date": ISSUED,
    "due_date": DUE,
    "currency": "EUR",
    "subtotal": NET,
    "tax_total": TAX,
    "total": NET + TAX,
    "amount_due": NET + TAX - PAID,
    "iban": "DE89370400440532013000",
}


class Paper:
    """A PDF page that is written on from the top left."""

    def __init__(self, path):
        self.canvas = canvas.Canvas(str(path), pagesize=A4)

    def write(self, x: float, y: float, text: str, *, right: bool = False, bold: bool = False, size: float = 9) -> None:
        self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        (self.canvas.drawRightString if right else self.canvas.drawString)(x, A4[1] - y, text)

    def turn(self) -> None:
        self.canvas.showPage()

    def save(self) -> None:
        self.canvas.save()


def _money(amount: Decimal, lang: Language) -> str:
    text = f"{amount:,.2f}"
    if lang.decimal == ",":
        text = text.replace(",", " ").replace(".", ",").replace(" ", ".")
    return text + " EUR"


def _facts(lang: Language) -> list[tuple[str, str]]:
    return [
        (lang.number, TRUTH["invoice_number"]),
        (lang.date, ISSUED.strftime(lang.dates)),
        (lang.customer, "K-70211"),
        (lang.delivered, dt.date(2026, 4, 2).strftime(lang.dates)),
        (lang.due, DUE.strftime(lang.dates)),
    ]


def _beside(paper: Paper, lang: Language) -> None:
    for i, (label, value) in enumerate(_facts(lang)):
        paper.write(330, 80 + 14 * i, label + ":")
        paper.write(450, 80 + 14 * i, value)


def _flush_right(paper: Paper, lang: Language) -> None:
    for i, (label, value) in enumerate(_facts(lang)):
        paper.write(430, 80 + 14 * i, label, right=True)
        paper.write(540, 80 + 14 * i, value, right=True)


def _boxes(paper: Paper, lang: Language) -> None:
    for i, (label, value) in enumerate(_facts(lang)):
        paper.write(50 + 104 * i, 195, label, size=7)
        paper.write(50 + 104 * i, 207, value)


def _stacked(paper: Paper, lang: Language) -> None:
    for i, (label, value) in enumerate(_facts(lang)):
        paper.write(400, 80 + 27 * i, label, size=7)
        paper.write(400, 91 + 27 * i, value, bold=True)


FACTS = {"beside": _beside, "flush right": _flush_right, "boxes": _boxes, "stacked": _stacked}


def _totals_below(paper: Paper, lang: Language, y: float) -> None:
    sums = (
        (lang.net, NET),
        (lang.tax, TAX),
        (lang.total, NET + TAX),
        (lang.paid, -PAID),
        (lang.left, NET + TAX - PAID),
    )
    for i, (label, amount) in enumerate(sums):
        paper.write(440, y + 15 * i, label, right=True)
        paper.write(545, y + 15 * i, _money(amount, lang), right=True, bold=i in {2, 4})


def _totals_across(paper: Paper, lang: Language, y: float) -> None:
    sums = ((lang.net, NET), (lang.tax, TAX), (lang.total, NET + TAX), (lang.paid, PAID), (lang.left, NET + TAX - PAID))
    for i, (label, amount) in enumerate(sums):
        paper.write(145 + 100 * i, y, label, right=True)
        paper.write(145 + 100 * i, y + 14, _money(amount, lang), right=True)


TOTALS = {"below": _totals_below, "across": _totals_across}


def _invoice(path, lang: Language, facts: str, totals: str):
    paper = Paper(path)
    paper.write(50, 50, "Nordlicht Werkbank Ltd", size=14)
    for y, line in ((66, "Hafenweg 12"), (78, "20457 Port City"), (130, "Quelle & Sons"), (142, "1010 Old Town")):
        paper.write(50, y, line)
    paper.write(330, 50, lang.heading, bold=True, size=18)
    FACTS[facts](paper, lang)
    for x, head in zip((50, 300, 370, 545), lang.columns, strict=True):
        paper.write(x, 260, head, bold=True, right=x == 545)
    for i, (name, quantity, price) in enumerate(GOODS):
        y = 276 + 15 * i
        paper.write(50, y, name)
        paper.write(300, y, str(quantity))
        paper.write(370, y, _money(price, lang))
        paper.write(545, y, _money(quantity * price, lang), right=True)
    TOTALS[totals](paper, lang, 350)
    paper.write(50, 500, "IBAN: DE89 3704 0044 0532 0130 00")
    paper.write(50, 800, "Nordlicht Werkbank Ltd, Hafenweg 12, 20457 Port City, +44 20 5550 1234", size=7)
    paper.save()
    return pages_of(path)


@pytest.mark.parametrize("totals", TOTALS)
@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invoice_is_read_in_every_language_and_look(tmp_path, language, facts, totals):
    pages = _invoice(tmp_path / "invoice.pdf", LANGUAGES[language], facts, totals)

    found = {f.path: f.value for f in read_layout(pages, load_schema("invoice")).findings}

    assert {name: found.get(name) for name in TRUTH} == TRUTH


def test_the_notes_say_why_dates_and_amounts_were_read_as_they_were(tmp_path):
    pages = _invoice(tmp_path / "invoice.pdf", LANGUAGES["de"], "beside", "below")

    notes = " ".join(read_layout(pages, load_schema("invoice")).notes)

    assert "decimal comma" in notes
    assert "day first" in notes


def test_sums_that_close_say_so(tmp_path):
    pages = _invoice(tmp_path / "invoice.pdf", LANGUAGES["fr"], "beside", "below")

    by_path = {f.path: f for f in read_layout(pages, load_schema("invoice")).findings}

    for name in ("subtotal", "tax_total", "total", "amount_due"):
        assert by_path[name].signals["arithmetic"] == 1.0
    assert f"{NET} + {TAX} = {NET + TAX}" in by_path["total"].notes


OWN = Schema(
    name="meter_reading",
    version="1",
    fields=(
        Field(name="meter_no", kind=Kind.CODE, title="Meter number"),
        Field(name="tenant", kind=Kind.NAME, title="Tenant"),
        Field(name="period_start", kind=Kind.DATE, title="Start of billing period", labels=("Billing period",)),
        Field(name="period_end", kind=Kind.DATE, title="End of billing period", labels=("Billing period",)),
        Field(name="consumption", kind=Kind.NUMBER, title="Consumption"),
        Field(name="discount", kind=Kind.PERCENT, title="Loyalty discount"),
        Field(name="read_at", kind=Kind.TIME, title="Time of reading"),
    ),
)


def test_a_users_own_schema_is_read_by_its_titles(tmp_path):
    paper = Paper(tmp_path / "own.pdf")
    facts = (
        ("Meter no.", "7ZX-004-118"),
        ("Tenant", "Riverside Bakery"),
        ("Billing period", "01.03.2026 - 31.03.2026"),
        ("Consumption", "1.204,5"),
        ("Loyalty discount", "2,5 %"),
        ("Time of reading", "14:05"),
    )
    for i, (label, value) in enumerate(facts):
        paper.write(50, 100 + 18 * i, label)
        paper.write(250, 100 + 18 * i, value)
    paper.save()

    found = {f.path: f.value for f in read_layout(pages_of(tmp_path / "own.pdf"), OWN).findings}

    assert found == {
        "meter_no": "7ZX-004-118",
        "tenant": "Riverside Bakery",
        "period_start": dt.date(2026, 3, 1),
        "period_end": dt.date(2026, 3, 31),
        "consumption": Decimal("1204.5"),
        "discount": Decimal("2.5"),
        "read_at": dt.time(14, 5),
    }


def test_a_letter_that_is_no_invoice_gives_next_to_nothing(tmp_path):
    paper = Paper(tmp_path / "letter.pdf")
    for i in range(30):
        paper.write(
            50, 80 + 18 * i, "We thank you for the pleasant talk and look forward to our next meeting in autumn."
        )
    paper.save()

    assert read_layout(pages_of(tmp_path / "letter.pdf"), load_schema("invoice")).findings == ()
