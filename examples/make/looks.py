"""Four looks of an invoice, drawn with reportlab; each is a function from an invoice and its words to a PDF."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from examples.make.model import Invoice, Line, Party
    from examples.make.words import Words

INK, SOFT = HexColor("#1b1b1b"), HexColor("#6b7280")


class Sheet:
    """A canvas whose origin is the top left, with the few strokes that the looks need."""

    def __init__(self, size: tuple[float, float], encrypt: str | None = None) -> None:
        self.buffer = BytesIO()
        self.width, self.height = size
        self.canvas = Canvas(self.buffer, pagesize=size, invariant=True, encrypt=encrypt)

    def text(
        self, x: float, y: float, text: str, *, size: float = 9.5, font: str = "Helvetica", colour: HexColor = INK,
        align: str = "left",
    ) -> None:  # fmt: skip
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(colour)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "centre": self.canvas.drawCentredString,
        }
        draw[align](x, self.height - y, text)

    def block(self, x: float, y: float, lines: Sequence[str], *, pitch: float = 13, size: float = 9.5) -> float:
        for i, line in enumerate(lines):
            self.text(x, y + i * pitch, line, size=size, font="Helvetica-Bold" if i == 0 else "Helvetica")
        return y + len(lines) * pitch

    def line(self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.6, colour: HexColor = INK) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def fill(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        self.canvas.setFillColor(HexColor(colour))
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.setStrokeColor(SOFT)
        self.canvas.setLineWidth(0.5)
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=1, fill=0)

    def next_page(self) -> None:
        self.canvas.showPage()

    def pdf(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()


def address(party: Party) -> list[str]:
    return [party.name, party.street, party.city, party.country]


def row(sheet: Sheet, words: Words, line: Line, edges: Sequence[float], y: float) -> None:
    """One line item; `edges`: left of article and description, right edges of the four numbers."""
    article, description, quantity, price, tax, total = edges
    sheet.text(article, y, line.article, size=8.5)
    sheet.text(description, y, line.description, size=8.5)
    places = 0 if line.quantity == line.quantity.to_integral_value() else 2
    sheet.text(quantity, y, f"{words.amount(line.quantity, places)} {line.unit}".strip(), size=8.5, align="right")
    sheet.text(price, y, words.amount(line.unit_price), size=8.5, align="right")
    sheet.text(tax, y, f"{line.tax_rate:f} %", size=8.5, align="right")
    sheet.text(total, y, words.amount(line.total), size=8.5, align="right")


def header(sheet: Sheet, words: Words, edges: Sequence[float], y: float, *, colour: HexColor = INK) -> None:
    for i, (edge, title) in enumerate(zip(edges, words.columns, strict=True)):
        sheet.text(edge, y, title, size=8.5, font="Helvetica-Bold", colour=colour, align="left" if i < 2 else "right")


def totals(sheet: Sheet, words: Words, invoice: Invoice, x: float, right: float, y: float, symbol: str) -> float:
    rows: list[tuple[str, Decimal]] = [(words.subtotal, invoice.subtotal)]
    rows += [(words.tax.format(rate=f"{rate:f}"), tax) for rate, (_, tax) in invoice.taxes.items()]
    for label, value in rows:
        sheet.text(x, y, label)
        sheet.text(right, y, symbol.format(words.amount(value)), align="right")
        y += 16
    sheet.line(x, y - 11, right, y - 11, width=1)
    sheet.text(x, y + 2, words.total, font="Helvetica-Bold", size=11)
    sheet.text(right, y + 2, symbol.format(words.amount(invoice.total)), font="Helvetica-Bold", size=11, align="right")
    return y + 30


def letter(invoice: Invoice, words: Words, *, symbol: str, encrypt: str | None = None) -> bytes:
    """A window-envelope letter: return address above the window, facts at the right, bank in the footer."""
    sheet, edges = Sheet(A4, encrypt), (62, 118, 350, 420, 465, 536)
    seller, buyer = invoice.seller, invoice.buyer
    sheet.text(536, 60, seller.name, size=17, font="Times-Bold", colour=HexColor("#7a1f2b"), align="right")
    sheet.text(62, 132, f"{seller.name} · {seller.street} · {seller.city}", size=6.5, colour=SOFT)
    sheet.block(62, 152, address(buyer))
    facts = [(words.number, invoice.number), (words.date, words.day(invoice.issued))]
    facts += [(words.due, words.day(invoice.due))] if invoice.due else []
    facts += [(words.order, invoice.order_number)] if invoice.order_number else []
    for i, (label, value) in enumerate(facts):
        sheet.text(360, 152 + i * 14, f"{label}:", size=9)
        sheet.text(536, 152 + i * 14, value, size=9, align="right")
    sheet.text(62, 262, words.credit_title if invoice.credit_note else words.title, size=16, font="Helvetica-Bold")
    sheet.fill(56, 284, 540, 302, "#efe9e4")
    header(sheet, words, edges, 297)
    y = 318.0
    for item in invoice.lines:
        row(sheet, words, item, edges, y)
        sheet.line(56, y + 6, 540, y + 6, width=0.3, colour=SOFT)
        y += 20
    y = totals(sheet, words, invoice, 360, 536, y + 20, symbol)
    sheet.text(62, y + 20, words.thanks)
    sheet.line(56, 762, 540, 762, width=0.3, colour=SOFT)
    foot = [
        f"{seller.name}",
        f"{seller.street}, {seller.city}",
        f"{words.vat_id} {seller.vat_id}" if seller.vat_id else "",
    ]
    for i, text in enumerate(foot):
        sheet.text(62, 775 + i * 10, text, size=7, colour=SOFT)
    for i, text in enumerate(
        [
            invoice.bank or "",
            f"IBAN {invoice.iban}" if invoice.iban else "",
            f"BIC {invoice.bic}" if invoice.bic else "",
        ]
    ):
        sheet.text(330, 775 + i * 10, text, size=7, colour=SOFT)
    sheet.text(536, 815, words.page.format(page=1, pages=1), size=7, colour=SOFT, align="right")
    return sheet.pdf()


def studio(invoice: Invoice, words: Words, *, symbol: str) -> bytes:
    """A modern US look: coloured band, bill-to at the left, labels over values in one row, totals at the right."""
    sheet, edges = Sheet(LETTER), (48, 120, 370, 440, 490, 564)
    seller, buyer = invoice.seller, invoice.buyer
    sheet.fill(0, 0, 612, 92, "#12355b")
    white = HexColor("#ffffff")
    sheet.text(48, 44, seller.name, size=19, font="Helvetica-Bold", colour=white)
    sheet.text(48, 62, f"{seller.street}, {seller.city}", size=8.5, colour=white)
    sheet.text(48, 75, "  ".join(x for x in (seller.phone, seller.email) if x), size=8.5, colour=white)
    sheet.text(
        564,
        52,
        words.credit_title if invoice.credit_note else words.title,
        size=24,
        font="Helvetica-Bold",
        colour=white,
        align="right",
    )
    facts = [(words.number, invoice.number), (words.date, words.day(invoice.issued))]
    facts += [(words.due, words.day(invoice.due))] if invoice.due else []
    facts += [(words.order, invoice.order_number)] if invoice.order_number else []
    for i, (label, value) in enumerate(facts):
        sheet.text(48 + i * 132, 126, label.upper(), size=7.5, colour=SOFT)
        sheet.text(48 + i * 132, 140, value, size=10.5, font="Helvetica-Bold")
    sheet.text(48, 182, words.bill_to.upper(), size=7.5, colour=SOFT)
    sheet.block(48, 197, address(buyer))
    header(sheet, words, edges, 284, colour=HexColor("#12355b"))
    sheet.line(48, 290, 564, 290, width=1.2)
    y = 308.0
    for item in invoice.lines:
        row(sheet, words, item, edges, y)
        y += 22
    y = totals(sheet, words, invoice, 380, 564, y + 18, symbol)
    sheet.text(48, y + 24, words.thanks, colour=SOFT)
    if invoice.iban:
        sheet.text(48, y + 40, f"{words.bank}: {invoice.bank}, IBAN {invoice.iban}, BIC {invoice.bic}", size=8)
    if seller.vat_id:
        sheet.text(48, 760, f"{words.vat_id}: {seller.vat_id}", size=8, colour=SOFT)
    return sheet.pdf()


def boxes(invoice: Invoice, words: Words, *, symbol: str) -> bytes:
    """A form with ruled boxes: a small label in the corner of each, its value below."""
    sheet, edges = Sheet(A4), (44, 104, 340, 412, 460, 548)
    seller, buyer = invoice.seller, invoice.buyer
    sheet.box(36, 36, 290, 130)
    end = sheet.block(44, 54, address(seller), size=9)
    if seller.vat_id:
        sheet.text(44, end, f"{words.vat_id} {seller.vat_id}", size=8.5)
    sheet.box(300, 36, 556, 130)
    sheet.text(306, 46, words.bill_to, size=6.5, colour=SOFT)
    end = sheet.block(306, 60, address(buyer), size=9)
    if buyer.vat_id:
        sheet.text(306, end, f"{words.vat_id} {buyer.vat_id}", size=8.5)
    facts = [(words.title, words.credit_title if invoice.credit_note else words.title)]
    facts += [(words.number, invoice.number), (words.date, words.day(invoice.issued))]
    facts += [(words.due, words.day(invoice.due))] if invoice.due else []
    for i, (label, value) in enumerate(facts):
        sheet.box(36 + i * 130, 142, 36 + (i + 1) * 130, 176)
        sheet.text(41 + i * 130, 151, "" if i == 0 else label, size=6.5, colour=SOFT)
        sheet.text(41 + i * 130, 168, value, size=11 if i else 13, font="Helvetica-Bold")
    sheet.box(36, 192, 556, 212)
    header(sheet, words, edges, 206)
    y = 228.0
    for item in invoice.lines:
        row(sheet, words, item, edges, y)
        y += 18
    sheet.box(36, 212, 556, 560)
    for x in (98, 290, 348, 420, 470):
        sheet.line(x, 192, x, 560, width=0.4, colour=SOFT)
    sheet.box(330, 570, 556, 570 + 36 + 16 * (1 + len(invoice.taxes)))
    y = totals(sheet, words, invoice, 340, 548, 590, symbol)
    sheet.text(44, 590, words.bank, size=6.5, colour=SOFT)
    for i, text in enumerate(
        t
        for t in (
            invoice.bank,
            f"IBAN {invoice.iban}" if invoice.iban else None,
            f"BIC {invoice.bic}" if invoice.bic else None,
        )
        if t
    ):
        sheet.text(44, 604 + i * 13, text, size=9)
    sheet.text(44, 780, words.thanks, size=8, colour=SOFT)
    return sheet.pdf()


def ledger(invoice: Invoice, words: Words, *, symbol: str, first_page_rows: int = 22) -> bytes:
    """A long list over two pages: the sum so far is carried over, the heading row repeats, descriptions wrap."""
    sheet, edges = Sheet(A4), (50, 104, 350, 424, 470, 545)
    seller, buyer = invoice.seller, invoice.buyer
    pages = 1 if len(invoice.lines) <= first_page_rows else 2
    sheet.text(50, 56, seller.name, size=14, font="Helvetica-Bold")
    sheet.text(50, 70, f"{seller.street}, {seller.city}", size=8)
    sheet.text(50, 81, f"{words.vat_id} {seller.vat_id}  {seller.email or ''}", size=8)
    sheet.text(320, 56, words.bill_to, size=8, colour=SOFT)
    sheet.block(320, 70, address(buyer), pitch=12, size=9)
    for i, (label, value) in enumerate(
        [
            (words.number, invoice.number),
            (words.date, words.day(invoice.issued)),
            *([(words.due, words.day(invoice.due))] if invoice.due else []),
        ]
    ):
        sheet.text(50, 130 + i * 14, label)
        sheet.text(170, 130 + i * 14, value, font="Helvetica-Bold")
    header(sheet, words, edges, 196)
    sheet.line(50, 201, 545, 201)
    y, running = 216.0, invoice.subtotal * 0
    for i, item in enumerate(invoice.lines):
        if i == first_page_rows:
            sheet.text(350, y + 8, words.carried, font="Helvetica-Oblique", align="right")
            sheet.text(545, y + 8, words.amount(running), font="Helvetica-Oblique", align="right")
            sheet.text(545, 810, words.page.format(page=1, pages=pages), size=8, align="right")
            sheet.next_page()
            sheet.text(50, 40, f"{words.number} {invoice.number}", size=8, colour=SOFT)
            header(sheet, words, edges, 64)
            sheet.line(50, 69, 545, 69)
            sheet.text(350, 84, words.carried, font="Helvetica-Oblique", align="right")
            sheet.text(545, 84, words.amount(running), font="Helvetica-Oblique", align="right")
            y = 102.0
        first, *rest = item.description.split(" / ")
        sheet.text(edges[1], y + 10, " ".join(rest), size=7.5, colour=SOFT)
        row(sheet, words, replace(item, description=first), edges, y)
        running += item.total
        y += 24
    y = totals(sheet, words, invoice, 350, 545, y + 16, symbol)
    sheet.text(50, y + 10, words.thanks, size=8)
    if invoice.iban:
        sheet.text(50, y + 24, f"{words.bank}: {invoice.bank}   IBAN {invoice.iban}   BIC {invoice.bic}", size=8)
    sheet.text(545, 810, words.page.format(page=pages, pages=pages), size=8, align="right")
    return sheet.pdf()
