"""A file is what its bytes say, not what its name says."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tiling.media import SUPPORTED, name_of, sniff

CII = '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">'
ZUGFERD_1 = "<rsm:CrossIndustryDocument xmlns:rsm='urn:ferd:CrossIndustryDocument:invoice:1p0'>"
UBL = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
UBL_CREDIT = '<u:CreditNote xmlns:u="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2">'


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, kind)
    return buffer.getvalue()


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as folder:
        for name in names:
            folder.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("TIFF", "image/tiff"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
        ("GIF", "image/gif"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_pictures_are_told_apart(kind, media_type):
    assert sniff(picture(kind)) == media_type


@pytest.mark.parametrize("root", [CII, ZUGFERD_1, UBL, UBL_CREDIT])
@pytest.mark.parametrize("before", ["", '<?xml version="1.0"?>\n<!-- by a\n program -->\n', "\ufeff  "])
def test_electronic_invoices_are_told_by_their_root(root, before):
    assert sniff((before + root).encode()) == "application/xml"


def test_electronic_invoices_may_be_in_utf_16():
    assert sniff(("<?xml version='1.0' encoding='UTF-16'?>" + CII).encode("utf-16")) == "application/xml"


@pytest.mark.parametrize("root", ["<Invoice>", '<Invoice xmlns="urn:somebody:else">', "<catalogue>"])
def test_other_xml_is_no_invoice(root):
    assert sniff(root.encode()) == "text/xml"


@pytest.mark.parametrize("junk", [b"", b"\r\n\r\n", b"X" * 900, b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_pdf_may_begin_with_junk(junk):
    assert sniff(junk + b"%PDF-1.5\n%\xe2\xe3\xcf\xd3") == "application/pdf"


def test_a_text_that_speaks_of_pdfs_late_is_none():
    assert sniff(b"word " * 300 + b"%PDF-1.5") == "text/plain"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"", "application/x-empty"),
        (archive("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive("a.txt"), "application/zip"),
        (b"<!DOCTYPE html><html><body>", "text/html"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "image/svg+xml"),
        (b'{"total": 12}', "application/json"),
        (b"number;total\n1;12,00\n", "text/plain"),
        (b"From: a@b.c\nTo: d@e.f\nSubject: x\n\nhello", "message/rfc822"),
        (b"{\\rtf1 hello}", "application/rtf"),
        (b"%!PS-Adobe-3.0\n", "application/postscript"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "application/x-ole-storage"),
        (b"BM is how this text begins", "text/plain"),
        (bytes(range(256)), "application/octet-stream"),
    ],
)
def test_what_is_not_read_is_named(data, media_type):
    assert sniff(data) == media_type
    assert media_type not in SUPPORTED
    assert name_of(media_type) != media_type


@given(st.binary(max_size=300))
def test_every_file_is_something(data):
    assert "/" in sniff(data)


@given(st.text(alphabet="<>!?-[]DOCTYPE \"'x:=", max_size=200))
def test_odd_markup_is_sniffed_too(text):
    assert "/" in sniff(("<" + text).encode())
