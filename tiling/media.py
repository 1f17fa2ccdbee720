"""What a file is, by its first bytes; its name is not asked."""

from __future__ import annotations

import re

HEAD_BYTES = 64 * 1024
"""How much of a file `sniff` wants to see."""

PDF = "application/pdf"
XML = "application/xml"
"""XML whose root is one of an electronic invoice; any other is `text/xml`."""
PICTURES = frozenset(
    {"image/png", "image/jpeg", "image/tiff", "image/webp", "image/bmp", "image/gif", "image/jp2"},
)
SUPPORTED = PICTURES | {PDF, XML}
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"

PDF_HEADER_WITHIN = 1024
"""Readers accept that much junk before a PDF's header (ISO 32000-1, annex H, note 13)."""

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"BM", "image/bmp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"%FDF-", "application/vnd.fdf"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!", "application/vnd.rar"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"MZ", "application/x-executable"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
)

_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"application/vnd.oasis.opendocument", "application/vnd.oasis.opendocument"),
    (b"application/epub+zip", "application/epub+zip"),
)

_NAMES = {
    PDF: "a PDF",
    XML: "an electronic invoice in XML",
    EMPTY: "an empty file",
    UNKNOWN: "data of an unknown kind",
    "text/xml": "XML, but no electronic invoice that is known (CII, UBL)",
    "text/html": "a web page (HTML)",
    "text/plain": "plain text",
    "application/json": "JSON",
    "message/rfc822": "an e-mail message",
    "image/svg+xml": "a drawing (SVG)",
    "image/heic": "a HEIC photo",
    "image/avif": "an AVIF picture",
    "image/vnd.adobe.photoshop": "a Photoshop file",
    "video/mp4": "a film",
    "application/zip": "a ZIP archive",
    "application/gzip": "a gzip archive",
    "application/x-7z-compressed": "a 7-Zip archive",
    "application/vnd.rar": "a RAR archive",
    "application/x-ole-storage": "an old Office file (Word, Excel, Outlook before 2007)",
    "application/rtf": "a rich text file (RTF)",
    "application/postscript": "PostScript",
    "application/vnd.fdf": "form data (FDF) without its PDF",
    "application/vnd.apache.parquet": "a Parquet file",
    "application/vnd.sqlite3": "an SQLite database",
    "application/x-executable": "a program",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "a Word document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel workbook",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "a PowerPoint presentation",
    "application/vnd.oasis.opendocument": "an OpenDocument file",
    "application/epub+zip": "an e-book",
}

_INVOICE_ROOTS = {
    "CrossIndustryInvoice": ("uncefact", "ferd"),
    "CrossIndustryDocument": ("uncefact", "ferd"),
    "Invoice": ("ubl",),
    "CreditNote": ("ubl",),
}
_SKIPPED_XML = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>]|\[[^\]]*\])*>", re.DOTALL)
_ROOT = re.compile(r"<(?:(?P<prefix>[\w.-]+):)?(?P<name>[\w.-]+)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>?")
_MAIL = re.compile(
    rb"(?:Return-Path|Received|From|To|Subject|Date|MIME-Version|Message-ID|Delivered-To): ", re.IGNORECASE
)


def sniff(head: bytes) -> str:
    """The media type of a file that begins with `head` (`HEAD_BYTES` of it, or all)."""
    if not head:
        return EMPTY
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((media for mark, media in _OFFICE if mark in head), "application/zip")
    for offset, magic, media in _MAGIC:
        if head.startswith(magic, offset) and media != "application/postscript" and _plausible(media, head):
            return media
    if b"%PDF-" in head[:PDF_HEADER_WITHIN]:
        return PDF
    if head.startswith(b"%!PS"):
        return "application/postscript"
    text = _text(head)
    return UNKNOWN if text is None else _text_media(text, head)


def name_of(media_type: str) -> str:
    """The media type in words, with an article."""
    if media_type in PICTURES:
        return f"a {media_type.removeprefix('image/').upper()} picture"
    return _NAMES.get(media_type, media_type)


def _plausible(media: str, head: bytes) -> bool:
    """Two letters are no magic number by themselves."""
    if media == "image/bmp":
        return len(head) >= 18 and head[14:18] in {(n).to_bytes(4, "little") for n in (12, 40, 52, 56, 64, 108, 124)}
    return media != "application/x-executable" or not head.startswith(b"MZ") or b"\x00" in head[:64]


def _text(head: bytes) -> str | None:
    """The bytes as text; None where they are none."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[: len(head) // 2 * 2].decode(encoding, "replace").lstrip("\ufeff")
    if b"\x00" in head:
        return None
    text = head.decode("utf-8-sig", "replace")
    controls = sum(ch < " " and ch not in "\t\r\n\f" for ch in text)
    return None if controls > len(text) / 50 or text.count("\ufffd") > len(text) / 4 else text


def _text_media(text: str, head: bytes) -> str:
    start = text.lstrip()
    lower = start[:1024].lower()
    if start.startswith("<"):
        if lower.startswith(("<!doctype html", "<html", "<head", "<body")):
            return "text/html"
        root = _root(start)
        if root is None:
            return "text/plain"
        name, namespace = root
        if name.lower() == "html":
            return "text/html"
        if name == "svg":
            return "image/svg+xml"
        marks = _INVOICE_ROOTS.get(name, ())
        return XML if any(mark in namespace.lower() for mark in marks) else "text/xml"
    if lower.startswith(("{", "[")):
        return "application/json"
    return "message/rfc822" if len(_MAIL.findall(head[:4096])) >= 3 else "text/plain"


def _root(text: str) -> tuple[str, str] | None:
    """Local name and namespace of the first element."""
    at = 0
    while skipped := _SKIPPED_XML.match(text, at):
        at = skipped.end()
    found = _ROOT.match(text, at)
    if found is None:
        return None
    prefix = found["prefix"]
    declaration = rf"(?<![\w:])xmlns{':' + re.escape(prefix) if prefix else ''}\s*=\s*[\"']([^\"']*)"
    namespace = re.search(declaration, found["attributes"])
    return found["name"], namespace[1] if namespace else ""
