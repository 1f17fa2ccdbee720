"""PDFs made on the spot: from raw content, where the bytes matter, or with reportlab, where they do not."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tiling import Limits, OpenDocument, Page, Word, open_document

MakePdf = Callable[..., bytes]
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def pdf_of(
    content: bytes | str = b"",
    *,
    page: str = "",
    size: tuple[float, float] = (400, 300),
    objects: tuple[bytes, ...] = (),
    catalog: str = "",
) -> bytes:
    """A one-page PDF with Helvetica as /F; `objects` are numbered from 6 on."""
    stream = content.encode("latin-1") if isinstance(content, str) else content
    resources = "/Resources << /Font << /F 5 0 R >> >>" if "/Resources" not in page else ""
    media = f"/MediaBox [0 0 {size[0]} {size[1]}]"
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {media} /Contents 4 0 R {resources} {page} >>".encode(),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        FONT,
        *objects,
    ]
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)


def opened(data: bytes, **options: object) -> OpenDocument:
    return open_document(None, data, source="made by a test", **options)


def first_page(data: bytes) -> Page:
    with opened(data) as document:
        return document.page(0)


def lines(words: tuple[Word, ...]) -> list[str]:
    """The words of each printed line, joined by single spaces."""
    found: dict[int, list[str]] = {}
    for word in words:
        found.setdefault(word.line, []).append(word.text)
    return [" ".join(texts) for texts in found.values()]


def picture_bytes(image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def make() -> type:
    """The makers of this file, for tests that cannot import it."""

    class Make:
        pdf = staticmethod(pdf_of)
        opened = staticmethod(opened)
        page = staticmethod(first_page)
        lines = staticmethod(lines)
        picture = staticmethod(picture_bytes)
        limits = Limits

        @staticmethod
        def read(content: bytes | str, **options: object) -> list[str]:
            """The printed lines of a page with this content."""
            return lines(first_page(pdf_of(content, **options)).words)

    return Make
