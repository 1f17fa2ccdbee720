"""Any number of different invoices, drawn from the examples with other numbers and lines."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from examples.make import invoices, looks
from examples.make.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOOKS = (
    (invoices.TIMBER, looks.letter, "de"),
    (invoices.STUDIO, looks.studio, "en-us"),
    (invoices.TILES, looks.boxes, "es"),
    (invoices.CATERING, looks.ledger, "en-gb"),
)


def pdfs(count: int) -> Iterator[bytes]:
    """`count` PDFs of one or two pages, no two with the same bytes; the same ones at every call."""
    rng = random.Random(count)  # noqa: S311 - variety, no secret
    for i in range(count):
        invoice, look, language = LOOKS[i % len(LOOKS)]
        lines = tuple(rng.choices(invoice.lines, k=rng.randint(2, len(invoice.lines))))
        yield look(replace(invoice, number=number(i), lines=lines), WORDS[language], symbol="{}")


def number(i: int) -> str:
    """Of the i-th invoice."""
    return f"N{i:06}"


def write(folder: Path, count: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for i, pdf in enumerate(pdfs(count)):
        path = folder / f"{i:06}.pdf"
        path.write_bytes(pdf)
        paths.append(path)
    return paths
