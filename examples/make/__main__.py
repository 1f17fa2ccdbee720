"""Writes the documents of `examples/` and the truth file of each."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from examples.make import invoices as data
from examples.make import looks, order, pictures, xml
from examples.make.words import WORDS

HERE = Path(__file__).parent.parent
PASSWORD = "brume"  # noqa: S105 - the README names it: the example shows what a protected file does


def with_attachment(pdf: bytes, name: str, content: bytes) -> bytes:
    """The PDF with a file embedded in it."""
    with pdfium.PdfDocument(pdf) as document:
        document.new_attachment(name).set_data(content)
        buffer = BytesIO()
        document.save(buffer)
    return buffer.getvalue()


def documents() -> dict[str, tuple[bytes, dict[str, Any] | None]]:
    """Path below `examples/` -> bytes and truth; a file that cannot be read has no truth."""
    euro, pound, dollar = "{} €", "£{}", "${}"
    orchard = looks.ledger(data.ORCHARD, WORDS["fr"], symbol=euro)
    encrypted = looks.letter(data.ENCRYPTED, WORDS["fr"], symbol=euro, encrypt=PASSWORD)
    timber = looks.letter(data.TIMBER, WORDS["de"], symbol=euro)
    drawn = {
        data.TIMBER: timber,
        data.STUDIO: looks.studio(data.STUDIO, WORDS["en-us"], symbol=dollar),
        data.ORCHARD: with_attachment(orchard, "factur-x.xml", xml.cii(data.ORCHARD)),
        data.TILES: looks.boxes(data.TILES, WORDS["es"], symbol=euro),
        data.WORKSHOP: looks.boxes(data.WORKSHOP, WORDS["it"], symbol=euro),
        data.PAPER_CREDIT: looks.letter(data.PAPER_CREDIT, WORDS["nl"], symbol=euro),
        data.CATERING: looks.ledger(data.CATERING, WORDS["en-gb"], symbol=pound),
        data.WRONG_SUM: looks.letter(data.WRONG_SUM, WORDS["de"], symbol=euro),
        data.SCANNED: pictures.scan(looks.studio(data.SCANNED, WORDS["en-us"], symbol=dollar)),
        data.ENCRYPTED: encrypted,
    }
    files: dict[str, tuple[bytes, dict[str, Any] | None]] = {
        f"invoices/{invoice.stem}.pdf": (content, invoice.truth()) for invoice, content in drawn.items()
    }
    files[f"invoices/{data.XRECHNUNG.stem}.xml"] = (xml.ubl(data.XRECHNUNG), data.XRECHNUNG.truth())
    files["invoices/truncated.pdf"] = (timber[: len(timber) // 3], None)
    files["invoices/timber_de_copy.pdf"] = (timber, data.TIMBER.truth())
    files["receipts/greengrocer_photo.jpg"] = (pictures.receipt_photograph(), pictures.RECEIPT_TRUTH)
    files["orders/canvas_order.pdf"] = (order.pdf(), order.TRUTH)
    return files


def main() -> None:
    for path, (content, truth) in documents().items():
        target = HERE / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
        if truth is not None:
            target.with_suffix(".json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
