"""The files inside a PDF, from its list of embedded files and from paper-clip annotations."""

from __future__ import annotations

import ctypes
import re
import zlib
from typing import TYPE_CHECKING

import pypdfium2.raw as c

from tiling.backend import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2 as pdfium

MOST_FILES = 100
PAGES_SEARCHED = 20
"""For paper-clip annotations; e-invoices have theirs on the first page if anywhere."""
_EMBEDDED = re.compile(rb"<<(?P<dictionary>(?:(?!endobj|stream).){0,1000})>>\s*stream\r?\n", re.DOTALL)


def files_of(pdf: pdfium.PdfDocument, data: bytes, max_bytes: int) -> tuple[Attachment, ...]:
    """Every attached file once; `data` is the PDF itself, `max_bytes` what all of them may have together."""
    found: dict[tuple[str, bytes], Attachment] = {}
    left = max_bytes
    for attachment in _all(pdf, data, max_bytes):
        key = (attachment.name, attachment.data)
        if key in found:
            continue
        left -= len(attachment.data)
        if left < 0 or len(found) >= MOST_FILES:
            break
        found[key] = attachment
    return tuple(found.values())


def _all(pdf: pdfium.PdfDocument, data: bytes, most: int) -> Iterator[Attachment]:
    found = 0
    for i in range(min(c.FPDFDoc_GetAttachmentCount(pdf.raw), MOST_FILES)):
        attachment = _read(c.FPDFDoc_GetAttachment(pdf.raw, i), most)
        if attachment is not None:
            found += 1
            yield attachment
    for index in range(min(len(pdf), PAGES_SEARCHED)):
        for attachment in _on_page(pdf, index, most):
            found += 1
            yield attachment
    if not found and b"/EmbeddedFile" in data:
        yield from _unlisted(data, most)


def _unlisted(data: bytes, most: int) -> Iterator[Attachment]:
    """Embedded files that only `/AF` points to, which PDFium does not show; by the type they say they have."""
    for number, found in enumerate(_EMBEDDED.finditer(data), start=1):
        dictionary = found["dictionary"]
        if not re.search(rb"/Type\s*/EmbeddedFile\b", dictionary):
            continue
        stored = data[found.end() : max(found.end(), data.find(b"endstream", found.end()))]
        try:
            plain = zlib.decompressobj().decompress(stored, most) if b"/FlateDecode" in dictionary else stored
        except zlib.error:
            continue
        yield Attachment(name=f"unnamed-{number}", data=plain)


def _on_page(pdf: pdfium.PdfDocument, index: int, most: int) -> Iterator[Attachment]:
    page = c.FPDF_LoadPage(pdf.raw, index)
    if not page:
        return
    try:
        for i in range(c.FPDFPage_GetAnnotCount(page)):
            annotation = c.FPDFPage_GetAnnot(page, i)
            if not annotation:
                continue
            try:
                if c.FPDFAnnot_GetSubtype(annotation) == c.FPDF_ANNOT_FILEATTACHMENT:
                    attachment = _read(c.FPDFAnnot_GetFileAttachment(annotation), most)
                    if attachment is not None:
                        yield attachment
            finally:
                c.FPDFPage_CloseAnnot(annotation)
    finally:
        c.FPDF_ClosePage(page)


def _read(handle: object, most: int) -> Attachment | None:
    """Name and contents; None where there are none, or too many."""
    if not handle:
        return None
    size = c.FPDFAttachment_GetName(handle, None, 0)
    name = ctypes.create_string_buffer(size)
    c.FPDFAttachment_GetName(handle, ctypes.cast(name, ctypes.POINTER(c.FPDF_WCHAR)), size)
    length = ctypes.c_ulong()
    if not c.FPDFAttachment_GetFile(handle, None, 0, length) or not 0 < length.value <= most:
        return None
    data = ctypes.create_string_buffer(length.value)
    if not c.FPDFAttachment_GetFile(handle, data, length.value, length):
        return None
    return Attachment(name=name.raw.decode("utf-16-le", "replace").rstrip("\x00"), data=data.raw)
