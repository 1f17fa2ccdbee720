"""Small pages in large print for a tiny model: a few that it is taught, and others that it never sees."""

from __future__ import annotations

import random
from dataclasses import dataclass
from io import BytesIO

WIDTH_PT, HEIGHT_PT, SIZE_PT = 150, 84, 24
SCHEMA = """\
name: ticket
title: Cloakroom ticket
fields:
  number: {kind: code, required: true, labels: [No]}
  total: {kind: money, required: true, labels: [Due]}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is printed on a page."""

    number: str
    total: str

    @property
    def answer(self) -> str:
        """As a model writes it under the schema: compact, in the order of the fields."""
        return f'{{"number":"{self.number}","total":"{self.total}"}}'

    def pdf(self) -> bytes:
        """One page."""
        from reportlab.pdfgen.canvas import Canvas

        written = BytesIO()
        canvas = Canvas(written, pagesize=(WIDTH_PT, HEIGHT_PT), invariant=True)
        canvas.setFont("Helvetica-Bold", SIZE_PT)
        canvas.drawString(12, 48, f"No {self.number}")
        canvas.drawString(12, 16, f"Due {self.total}")
        canvas.save()
        return written.getvalue()


TAUGHT = (
    Ticket(number="4071", total="38.20"),
    Ticket(number="9358", total="12.75"),
    Ticket(number="2640", total="76.05"),
    Ticket(number="1183", total="59.90"),
)


def others(count: int, *, seed: int) -> tuple[Ticket, ...]:
    """Tickets with numbers drawn by chance."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    return tuple(
        Ticket(number=str(drawn.randint(1000, 9999)), total=f"{drawn.randint(1000, 9999) / 100:.2f}")
        for _ in range(count)
    )
