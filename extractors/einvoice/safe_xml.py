"""Bytes from a sender nobody trusts to an element tree without namespaces: no DTD, no entities, no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

MAX_XML_BYTES = 64 * 1024 * 1024
"""E-invoices have kilobytes; with scans of their annexes embedded in the XML, some megabytes."""
WHITE_SPACE_AND_PADDING = b" \t\r\n\x00"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
WINDOWS_ENCODING = "cp1252"
"""What wrongly declared XML is written in; it has a meaning for every byte that matters."""


class XmlRefusedError(ValueError):
    """The bytes are no XML that may or can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class ParsedXml:
    """A document's root, its local names only, and what had to be mended to get it."""

    root: _Element
    namespace: str
    repaired: str = ""
    """Empty for well-formed XML; otherwise what was wrong, for people."""


def parse_xml(data: bytes) -> ParsedXml:
    """The tree of `data`; XmlRefusedError for a DTD, for too many bytes, and for what cannot be mended."""
    from lxml import etree

    if len(data) > MAX_XML_BYTES:
        msg = f"XML of {len(data):,} bytes; at most {MAX_XML_BYTES:,} are read"
        raise XmlRefusedError(msg)
    text = data.removeprefix(BYTE_ORDER_MARK).strip(WHITE_SPACE_AND_PADDING)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data
    try:
        root, repaired = etree.fromstring(text, _parser()), ""
    except etree.XMLSyntaxError as error:
        root, repaired = _mended(text, str(error))
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.externalDTD is not None:
        msg = "the XML carries a DTD, which e-invoices never need and attacks do; it was not read"
        raise XmlRefusedError(msg)
    namespace = etree.QName(root).namespace or ""
    _drop_namespaces(root)
    return ParsedXml(root, namespace, repaired)


def _parser(*, recover: bool = False) -> XMLParser:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _mended(text: bytes, reason: str) -> tuple[_Element, str]:
    """A second try at XML that is nearly right: a wrong encoding, a stray `&`; never a document that was cut off."""
    from lxml import etree

    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        msg = f"the XML is broken and carries a DTD; it was not read ({reason})"
        raise XmlRefusedError(msg)
    if "encod" in reason.lower() or "UTF-8" in reason:
        try:
            body = text.split(b"?>", 1)[1] if text.startswith(b"<?xml") else text
            return etree.fromstring(body.decode(WINDOWS_ENCODING).encode(), _parser()), f"wrong encoding ({reason})"
        except (etree.XMLSyntaxError, UnicodeDecodeError, IndexError):
            pass
    try:
        root = etree.fromstring(text, _parser(recover=True))
    except etree.XMLSyntaxError as error:
        raise XmlRefusedError(str(error)) from error
    if root is None or not re.search(rb"%s\s*>$" % re.escape(_local(root).encode()), text):
        msg = f"the XML ends before its root does, or is none: {reason}"
        raise XmlRefusedError(msg)
    return root, f"not well-formed ({reason})"


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _drop_namespaces(root: _Element) -> None:
    """Local names only: the paths of `cii` and `ubl` then hold for every version and every careless namespace."""
    for element in root.iter():
        if isinstance(element.tag, str) and "}" in element.tag:
            element.tag = _local(element)
