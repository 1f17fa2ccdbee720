"""Pictures of invented till slips, with what is true of them: photographed, turned, faded, on a sheet.

A line of a slip is `left | right`, `= left | right` for larger print, `~ text` for the middle, `---` for a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import reportlab
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FONTS = Path(reportlab.__file__).parent / "fonts"
WIDTH, PITCH, MARGIN = 560, 38, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is printed, and what is true of it."""

    lines: str
    truth: Mapping[str, str]


SLIPS: Mapping[str, Slip] = {
    "zurich": Slip(
        lines="""
~ = Bäckerei Feldmoos AG
~ Lindenplatz 4
~ 8048 Zürich
~ CHE-114.882.903 MWST
Datum 17.03.2026 | 08:41
Bon 20817 | Kasse 2
---
Nussgipfel | 3.40
Kaffee crème | 4.80
Butterzopf 500g | 6.73
---
Zwischensumme CHF | 14.93
Rundung | 0.02
= Total CHF | 14.95
Bar CHF | 20.00
Rückgeld CHF | 5.05
~ MWST 2.6% inkl. 0.38
~ Vielen Dank
""",
        truth={
            "merchant_name": "Bäckerei Feldmoos AG",
            "merchant_address": "Lindenplatz 4, 8048 Zürich",
            "date": "2026-03-17",
            "rounding": "0.02",
            "total": "14.95",
            "currency": "CHF",
        },
    ),
    "uppsala": Slip(
        lines="""
~ = Granlunda Livs AB
~ Skolgatan 19
~ 753 12 Uppsala
~ Org.nr 556712-4408
Kvitto nr 4471 | 2026-02-05 17:22
---
Mellanmjölk 1,5l | 21,95
Knäckebröd | 34,50
Prästost 620g | 89,40
---
Summa | 145,85
Öresavrundning | 0,15
= Att betala SEK | 146,00
Kontant | 200,00
Tillbaka | 54,00
Moms 12% 15,63
~ Välkommen åter
""",
        truth={
            "merchant_name": "Granlunda Livs AB",
            "merchant_address": "Skolgatan 19, 753 12 Uppsala",
            "date": "2026-02-05",
            "rounding": "0.15",
            "total": "146.00",
            "currency": "SEK",
        },
    ),
    "ipoh": Slip(
        lines="""
~ = RESTORAN DAUN PANDAN SDN BHD
~ (998123-T)
~ NO 27, JALAN SULTAN IDRIS,
~ 30000 IPOH, PERAK
~ SST ID : A10-1808-32000417
Bill No : 00231847 | 21/01/2026 13:05
---
1 NASI LEMAK AYAM | 14.90
2 TEH TARIK @ 2.80 | 5.60
1 KUIH SERI MUKA | 3.20
---
SUB TOTAL (RM) | 23.70
SERVICE TAX 6% | 1.42
ROUNDING ADJ | -0.02
= TOTAL (RM) | 25.10
CASH | 50.00
CHANGE | 24.90
~ THANK YOU, COME AGAIN
""",
        truth={
            "merchant_name": "RESTORAN DAUN PANDAN SDN BHD",
            "merchant_address": "NO 27, JALAN SULTAN IDRIS, 30000 IPOH, PERAK",
            "date": "2026-01-21",
            "rounding": "-0.02",
            "total": "25.10",
            "currency": "MYR",
        },
    ),
    "leeds": Slip(
        lines="""
~ = HOLLYBANK HARDWARE
~ 8 Canal Street
~ Leeds LS10 1TB
~ VAT No. GB 731 4420 16
02/10/2025 11:37 | Till 4
---
Wood screws 4x40 | £3.49
Masking tape | £2.20
Paint brush 50mm | £5.75
---
Subtotal | £11.44
= TOTAL | £11.44
VISA CONTACTLESS | £11.44
VAT 20% included | £1.91
~ Please keep this receipt
""",
        truth={
            "merchant_name": "HOLLYBANK HARDWARE",
            "merchant_address": "8 Canal Street, Leeds LS10 1TB",
            "date": "2025-10-02",
            "total": "11.44",
            "currency": "GBP",
        },
    ),
    "nantes": Slip(
        lines="""
~ = ÉPICERIE DES SALORGES
~ 31 quai de la Fosse
~ 44000 NANTES
~ SIRET 812 334 907 00018
Ticket n° 8841 | 14/11/2025 18:55
---
Comté 24 mois | 9,80
Pain de campagne | 4,20
2 x 1,65 Yaourt brebis | 3,30
---
= TOTAL TTC EUR | 17,30
Carte bancaire | 17,30
dont TVA 5,5% | 0,90
~ Merci de votre visite
""",
        truth={
            "merchant_name": "ÉPICERIE DES SALORGES",
            "merchant_address": "31 quai de la Fosse, 44000 NANTES",
            "date": "2025-11-14",
            "total": "17.30",
            "currency": "EUR",
        },
    ),
}


def paper(slip: Slip, *, ink: int = 50, ground: int = 246, seed: int = 7) -> Image.Image:
    """The slip, straight and clean; dark letters of about 25 pixels."""
    rows = [row.strip() for row in slip.lines.strip().splitlines()]
    image = Image.new("L", (WIDTH, PITCH * len(rows) + 2 * MARGIN), ground)
    draw = ImageDraw.Draw(image)
    plain = ImageFont.truetype(str(FONTS / "Vera.ttf"), 23)
    large = ImageFont.truetype(str(FONTS / "VeraBd.ttf"), 26)
    for n, row in enumerate(rows):
        y = MARGIN + n * PITCH
        middle, bold = row.startswith("~"), "= " in row[:5]
        text = row.lstrip("~ ").removeprefix("=").strip()
        font = large if bold else plain
        if text == "---":
            draw.line((MARGIN, y + 14, WIDTH - MARGIN, y + 14), fill=ink + 30, width=2)
            continue
        if middle:
            while font.getlength(text) > WIDTH - 2 * MARGIN:
                font = font.font_variant(size=font.size - 1)
            draw.text((WIDTH / 2, y), text, fill=ink, font=font, anchor="ma")
            continue
        left, _, right = (part.strip() for part in text.partition("|"))
        draw.text((MARGIN, y), left, fill=ink, font=font)
        draw.text((WIDTH - MARGIN, y), right, fill=ink, font=font, anchor="ra")
    return _noisy(image, 2.0, seed)


def _noisy(image: Image.Image, amount: float, seed: int) -> Image.Image:
    grey = np.asarray(image, float) + np.random.default_rng(seed).normal(0, amount, (image.height, image.width))
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def photographed(slip: Slip, *, angle: float = 0.0, turned: int = 0, seed: int = 11) -> bytes:
    """On a dark table, askew by `angle` degrees, then turned by `turned` (0, 90, 180, 270) counter-clockwise."""
    sheet = paper(slip)
    mask = Image.new("L", sheet.size, 255)
    around = (sheet.width + 260, sheet.height + 260)
    table = _noisy(Image.new("L", around, 92), 6, seed)
    leant, shape = (image.rotate(angle, Image.Resampling.BICUBIC, expand=True) for image in (sheet, mask))
    table.paste(leant, ((around[0] - leant.width) // 2, (around[1] - leant.height) // 2), shape)
    light = np.linspace(1.04, 0.82, around[0])[None, :]
    lit = Image.fromarray(np.clip(np.asarray(table, float) * light, 0, 255).astype(np.uint8))
    return _jpeg(lit.filter(ImageFilter.GaussianBlur(0.6)).rotate(turned, expand=True), 85)


def faded(slip: Slip, *, seed: int = 5) -> bytes:
    """Thermal print after a summer: pale, uneven, grainy, with stripes where the head was worn."""
    pale = np.asarray(paper(slip, ink=150, ground=226), float)
    rng = np.random.default_rng(seed)
    pale += 12 * np.sin(np.linspace(0, 5, pale.shape[0]))[:, None] + rng.normal(0, 7, pale.shape)
    for x in rng.integers(0, pale.shape[1], 5):
        pale[:, x : x + 1] = 230
    return _jpeg(Image.fromarray(np.clip(pale, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.5)), 80)


def on_a4(slips: Sequence[Slip], *, dpi: int = 200, seed: int = 3) -> bytes:
    """Slips side by side, as they lie on a scanner's glass, on white A4 paper."""
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    sheet = Image.new("L", (width, height), 254)
    across = 2 if len(slips) > 1 else 1
    for n, slip in enumerate(slips):
        image = paper(slip, ground=250)
        x = (n % across) * (width // across) + (width // across - image.width) // 2
        y = 150 + (n // across) * 1080
        sheet.paste(image, (x, y))
    return _pdf(_noisy(sheet, 2, seed), dpi)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _pdf(image: Image.Image, dpi: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PDF", resolution=dpi, quality=90)
    return buffer.getvalue()


def pages(images: Sequence[Slip], *, dpi: int = 200) -> bytes:
    """A PDF with a slip a page."""
    drawn = [paper(slip) for slip in images]
    buffer = BytesIO()
    drawn[0].save(buffer, "PDF", resolution=dpi, quality=90, save_all=True, append_images=drawn[1:])
    return buffer.getvalue()


def single() -> dict[str, tuple[bytes, Slip]]:
    """Name of a file -> a picture of one slip."""
    made: dict[str, tuple[bytes, Slip]] = {}
    for name, slip in SLIPS.items():
        made[f"{name}_faded.jpg"] = faded(slip), slip
    made |= {f"{name}_a4.pdf": (on_a4([SLIPS[name]]), SLIPS[name]) for name in ("ipoh", "nantes")}
    turns = zip(SLIPS.items(), (90, 180, 270, 90, 180), strict=True)
    made |= {f"{name}_turned_{turn}.jpg": (photographed(slip, turned=turn), slip) for (name, slip), turn in turns}
    leans = zip(SLIPS.items(), (-5, 4, -3, 6, 2), strict=True)
    made |= {f"{name}_askew_{abs(lean)}.jpg": (photographed(slip, angle=lean), slip) for (name, slip), lean in leans}
    return made


def several() -> dict[str, bytes]:
    """Name of a file -> a picture of several slips."""
    a, b, c, d, _ = SLIPS.values()
    return {
        "two_side_by_side.pdf": on_a4([a, d]),
        "three_on_a_sheet.pdf": on_a4([b, c, d]),
        "four_on_a_sheet.pdf": on_a4([a, b, c, d]),
        "three_pages.pdf": pages([a, b, c]),
    }
