"""Pictures: a till receipt as a telephone photographs it, and a page as an office scanner gives it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import reportlab
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = Path(reportlab.__file__).parent / "fonts"

RECEIPT_LINES = (
    ("CORNER GREENGROCER", "", "b"),
    ("23 Station Parade", "", "c"),
    ("Whitstable CT5 1AA", "", "c"),
    ("VAT No GB918273608", "", "c"),
    ("", "", ""),
    ("Date: 14/08/2026", "16:42", ""),
    ("Receipt 004713", "Till 2", ""),
    ("-", "", "-"),
    ("Bramley apples 1.2kg", "3.18", ""),
    ("Cherry tomatoes", "1.95", ""),
    ("Sourdough loaf", "3.60", ""),
    ("2 x Oat milk 1L @ 1.85", "3.70", ""),
    ("Free range eggs 12", "3.75", ""),
    ("-", "", "-"),
    ("SUBTOTAL", "16.18", ""),
    ("VAT INCLUDED", "0.00", ""),
    ("TOTAL GBP", "16.18", "t"),
    ("CARD VISA", "16.18", ""),
    ("", "", ""),
    ("THANK YOU", "", "c"),
)
RECEIPT_TRUTH = {
    "merchant_name": "CORNER GREENGROCER",
    "merchant_address": "23 Station Parade Whitstable CT5 1AA",
    "date": "2026-08-14",
    "currency": "GBP",
    "total": "16.18",
    "company": "CORNER GREENGROCER",
    "address": "23 Station Parade Whitstable CT5 1AA",
}


def _slip() -> Image.Image:
    width, pitch, margin = 640, 44, 36
    slip = Image.new("L", (width, pitch * len(RECEIPT_LINES) + 2 * margin), 244)
    draw = ImageDraw.Draw(slip)
    plain = ImageFont.truetype(str(FONTS / "Vera.ttf"), 27)
    bold = ImageFont.truetype(str(FONTS / "VeraBd.ttf"), 32)
    for i, (left, right, style) in enumerate(RECEIPT_LINES):
        y = margin + i * pitch
        font = bold if style in {"b", "t"} else plain
        if style == "-":
            draw.line((margin, y + 18, width - margin, y + 18), fill=70, width=2)
        elif style in {"b", "c"}:
            draw.text((width / 2, y), left, fill=52, font=font, anchor="ma")
        else:
            draw.text((margin, y), left, fill=58, font=font)
            draw.text((width - margin, y), right, fill=58, font=font, anchor="ra")
    return slip


def _perspective(slip: Image.Image, size: tuple[int, int], corners: list[tuple[float, float]]) -> Image.Image:
    """`slip` drawn with its corners (top left, top right, bottom right, bottom left) at `corners` of a picture."""
    w, h = slip.size
    source = [(0, 0), (w, 0), (w, h), (0, h)]
    rows, right = [], []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    coefficients = np.linalg.solve(np.array(rows, float), np.array(right, float))
    return slip.transform(size, Image.Transform.PERSPECTIVE, tuple(coefficients), Image.Resampling.BICUBIC, fillcolor=0)


def receipt_photograph() -> bytes:
    """The slip on a wooden table: perspective, uneven light, blur, noise, JPEG."""
    rng = np.random.default_rng(20260814)
    size = (1100, 1500)
    slip = _slip()
    corners = [(196.0, 190.0), (858.0, 226.0), (884.0, 1270.0), (168.0, 1240.0)]
    paper = _perspective(slip, size, corners)
    mask = _perspective(Image.new("L", slip.size, 255), size, corners)
    grain = rng.normal(0, 1, (size[1], 1)).cumsum(axis=0) + rng.normal(0, 3, (size[1], size[0]))
    table = np.clip(96 + 0.6 * grain, 40, 150)
    light = np.linspace(1.05, 0.78, size[0])[None, :] * np.linspace(1.0, 0.9, size[1])[:, None]
    share = np.asarray(mask.filter(ImageFilter.GaussianBlur(1.5)), float) / 255
    grey = (np.asarray(paper, float) * share + table * (1 - share)) * light + rng.normal(0, 4, (size[1], size[0]))
    picture = np.stack([grey * 1.0, grey * 0.97, grey * 0.9], axis=-1)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def scan(pdf: bytes, *, dpi: int = 170, angle: float = 0.8) -> bytes:
    """The pages of `pdf` as an office scanner gives them: grey, a little askew, dusty, without a text layer."""
    rng = np.random.default_rng(517)
    pages = []
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            image = (
                page.render(scale=dpi / 72, grayscale=True)
                .to_pil()
                .rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
            )
            grey = np.asarray(image, float) * 0.96 + rng.normal(0, 5, (image.height, image.width))
            grey[rng.random(grey.shape) < 0.0002] = 60
            pages.append(Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)))
    buffer = BytesIO()
    pages[0].save(buffer, "PDF", resolution=dpi, save_all=True, append_images=pages[1:], quality=70)
    return buffer.getvalue()
