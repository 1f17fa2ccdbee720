"""A purchase order, for the example of a user's own schema."""

from __future__ import annotations

from reportlab.lib.pagesizes import A4

from examples.make.looks import Sheet

TRUTH = {
    "po_number": "PO-55210",
    "ordered_on": "2026-10-05",
    "deliver_by": "2026-10-23",
    "supplier": "Segelmacherei Brodersen",
    "approved_by": "Imke Thomsen",
    "order_value": "2184.50",
    "positions": [
        {"article": "Canvas 420 g, natural", "quantity": "35", "price": "38.90"},
        {"article": "Brass eyelets 12 mm, 100 pcs", "quantity": "18", "price": "27.50"},
        {"article": "Waxed thread, spool", "quantity": "32", "price": "10.25"},
    ],
}


def pdf() -> bytes:
    sheet = Sheet(A4)
    sheet.text(60, 70, "PURCHASE ORDER", size=18, font="Helvetica-Bold")
    rows = (
        ("PO number", "PO-55210"), ("Order date", "5 October 2026"), ("Deliver by", "23 October 2026"),
        ("Supplier", "Segelmacherei Brodersen"), ("Approved by", "Imke Thomsen"),
    )  # fmt: skip
    for i, (label, value) in enumerate(rows):
        sheet.text(60, 110 + i * 18, label)
        sheet.text(160, 110 + i * 18, value, font="Helvetica-Bold")
    sheet.line(60, 215, 535, 215)
    for x, text, align in ((60, "Article", "left"), (400, "Quantity", "right"), (535, "Price each", "right")):
        sheet.text(x, 230, text, font="Helvetica-Bold", align=align)
    sheet.line(60, 236, 535, 236)
    for i, position in enumerate(TRUTH["positions"]):
        sheet.text(60, 254 + i * 18, position["article"])
        sheet.text(400, 254 + i * 18, position["quantity"], align="right")
        sheet.text(535, 254 + i * 18, f"{position['price']} EUR", align="right")
    sheet.line(60, 312, 535, 312)
    sheet.text(400, 330, "Order value", font="Helvetica-Bold", align="right")
    sheet.text(535, 330, "2,184.50 EUR", font="Helvetica-Bold", align="right")
    return sheet.pdf()
