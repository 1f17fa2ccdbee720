"""The e-invoice reader: the XML that travels in a PDF, or is the document, as findings of a schema's fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from extractors.einvoice import cii, ubl
from extractors.einvoice.concepts import column_concept, header_concept
from extractors.einvoice.document_types import type_names
from extractors.einvoice.lexical import Stated, decimal_of, typed
from extractors.einvoice.paths import Getter, elements, texts
from extractors.einvoice.safe_xml import ParsedXml, XmlRefusedError, parse_xml
from extractors.reading import Finding, Reading, State
from extractors.revisions import EINVOICE as REVISION
from schemas import Field, Kind, Schema
from tiling import DocumentError, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element

READER = "einvoice"
KNOWN_NAMES = ("factur-x", "zugferd", "xrechnung", "cii", "ubl", "order-x", "invoice")
"""Parts of the names under which invoices are attached; used only to say that one was broken."""
LOOK_AHEAD_BYTES = 4096
BROKEN = "broken"
"""The `finish_reason` of a reading without findings: there is an e-invoice, and it could not be read."""


class Attachment(Protocol):
    """A file inside a PDF."""

    @property
    def name(self) -> str: ...
    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """One XML language for invoices: how its concepts are found."""

    name: str
    rank: int
    """Where a PDF holds the same invoice twice, the highest wins."""
    header: Mapping[str, Getter]
    lines: str
    line: Mapping[str, Getter]
    taxes: str
    tax: Mapping[str, Getter]


CII = Syntax(name="CII", rank=3, header=cii.HEADER, lines=cii.LINES, line=cii.LINE, taxes=cii.TAXES, tax=cii.TAX)
UBL = Syntax(name="UBL", rank=2, header=ubl.HEADER, lines=ubl.LINES, line=ubl.LINE, taxes=ubl.TAXES, tax=ubl.TAX)
ZUGFERD_1 = Syntax(
    name="ZUGFeRD 1", rank=1, header=cii.HEADER, lines=cii.LINES, line=cii.LINE, taxes=cii.TAXES, tax=cii.TAX
)
ROOTS: dict[str, Syntax] = {
    "CrossIndustryInvoice": CII,
    "CrossIndustryDocument": ZUGFERD_1,
    "Invoice": UBL,
    "CreditNote": UBL,
}
ENVELOPE_DEPTH = 3
"""How deep an invoice may lie in an envelope (Peppol's StandardBusinessDocument)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    """One e-invoice as it was found."""

    name: str
    syntax: Syntax
    root: _Element
    profile: str
    repaired: str


def read_einvoice(attachments: Sequence[Attachment], xml: bytes | None, schema: Schema) -> Reading | None:
    """What the e-invoice says about the schema's fields; None where there is none, or the schema asks for none of it.

    `xml` is the document itself when it is XML: DocumentError where it is no invoice, or broken. An attachment that
    claims to be an invoice and cannot be read gives a reading without findings that says so in its notes.
    """
    if xml is not None:
        return _reading(_whole_document(xml), schema, ())
    found, notes = _among(attachments)
    if found:
        best = max(found, key=lambda e: (not e.repaired, e.syntax.rank))
        return _reading(best, schema, (*notes, *_others(best, found)))
    return Reading(reader=READER, revision=REVISION, findings=(), finish_reason=BROKEN, notes=notes) if notes else None


def _whole_document(xml: bytes) -> EInvoice:
    try:
        found = _invoice(parse_xml(xml), "")
    except XmlRefusedError as error:
        raise DocumentError(Stage.READ, Reason.BROKEN, f"The XML cannot be read: {error}.") from error
    if found is None:
        message = "The XML is no e-invoice that is known (CII, UBL Invoice or CreditNote, ZUGFeRD 1)."
        raise DocumentError(Stage.READ, Reason.UNSUPPORTED_TYPE, message)
    return found


def _among(attachments: Sequence[Attachment]) -> tuple[list[EInvoice], tuple[str, ...]]:
    """The e-invoices among the attachments, by content; notes on those that only their names say to be one."""
    found: list[EInvoice] = []
    notes: list[str] = []
    for attachment in attachments:
        if not _looks_like_xml(attachment.data):
            if _claims_invoice(attachment.name):
                notes.append(f"{attachment.name} is no XML, or broken: it was not read")
            continue
        try:
            invoice = _invoice(parse_xml(attachment.data), attachment.name)
        except XmlRefusedError as error:
            if _claims_invoice(attachment.name):
                notes.append(f"{attachment.name} was not read: {error}")
            continue
        if invoice is not None:
            found.append(invoice)
    return found, tuple(notes)


def _looks_like_xml(data: bytes) -> bool:
    start = data[:LOOK_AHEAD_BYTES].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"<")


def _claims_invoice(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(".xml") and any(known in lower for known in KNOWN_NAMES)


def _invoice(parsed: ParsedXml, name: str) -> EInvoice | None:
    """The invoice in the tree, by what its elements are; None where there is none."""
    level = [parsed.root]
    for _ in range(ENVELOPE_DEPTH):
        for element in level:
            syntax = ROOTS.get(str(element.tag))
            if syntax is None:
                continue
            root = element if syntax is UBL else cii.renamed(element)
            if syntax.rank == UBL.rank and not elements(root, ubl.SUMS):
                continue
            profile = (ubl if syntax is UBL else cii).profile_of(root)
            return EInvoice(name=name, syntax=syntax, root=root, profile=profile, repaired=parsed.repaired)
        level = [child for element in level for child in element]
    return None


def _others(best: EInvoice, found: Sequence[EInvoice]) -> tuple[str, ...]:
    return tuple(f"{e.name} ({e.syntax.name}) was left aside for {best.name}" for e in found if e is not best)


def _reading(invoice: EInvoice, schema: Schema, notes: tuple[str, ...]) -> Reading | None:
    findings: list[Finding] = []
    signals = {"source_xml": 1.0, "xml_well_formed": 0.0 if invoice.repaired else 1.0}
    for field in schema.fields:
        concept = header_concept(field)
        if concept is None:
            continue
        if field.kind is Kind.TABLE:
            findings += _rows(field, concept, invoice, signals)
        elif concept in invoice.syntax.header:
            finding = _finding(field, field.name, concept, invoice.syntax.header[concept](invoice.root), signals)
            findings += [finding] if finding else []
    if not findings:
        return None
    if invoice.repaired:
        notes = (*notes, f"the XML was repaired: {invoice.repaired}")
    name = f"{invoice.name}: " if invoice.name else ""
    raw = f"{name}{invoice.syntax.name} {invoice.profile}".strip()
    return Reading(reader=READER, revision=REVISION, findings=tuple(findings), raw=raw, notes=notes)


def _finding(
    field: Field, path: str, concept: str, stated: Sequence[Stated], signals: Mapping[str, float]
) -> Finding | None:
    if concept == "document_type":
        stated = [s for t in stated for s in type_names(t.text)]
    options = [(value, s) for s in stated if (value := typed(field, s.text)) is not None]
    if not options:
        return None
    value, chosen = options[0]
    others = tuple(dict.fromkeys(s.text for v, s in options[1:] if v != value))
    doubtful = chosen.doubtful and bool(others)
    return Finding(
        path=path,
        state=State.VALUE,
        value=value,
        text=chosen.verbatim or chosen.text,
        signals=dict(signals),
        reasons=("ambiguous",) if doubtful else (),
        notes=(chosen.note,) if chosen.note else (),
        alternatives=() if concept == "document_type" else others,
    )


def _rows(field: Field, concept: str, invoice: EInvoice, signals: Mapping[str, float]) -> list[Finding]:
    """The findings of a table; a table without rows is said to be empty only where the XML has lines at all."""
    syntax = invoice.syntax
    path, getters = (syntax.taxes, syntax.tax) if concept == "tax_breakdown" else (syntax.lines, syntax.line)
    columns = [(c, known) for c in field.columns if (known := column_concept(c, getters))]
    findings: list[Finding] = []
    index = 0
    for element in elements(invoice.root, path):
        if concept == "line_items" and _is_remark(element, getters):
            continue
        row = [
            _finding(column, f"{field.name}[{index}].{column.name}", known, getters[known](element), signals)
            for column, known in columns
        ]
        kept = [f for f in row if f is not None]
        findings += kept
        index += bool(kept)
    return findings


def _is_remark(line: _Element, getters: Mapping[str, Getter]) -> bool:
    """A heading or a note that the sender put among the lines: nothing was sold, and nothing is to be paid for it."""
    quantity, total = (_amount(line, getters[c]) for c in ("quantity", "line_total"))
    if total is None and quantity is None:
        return not texts(line, "SpecifiedTradeProduct/Name|Item/Name")
    return not quantity and not total


def _amount(line: _Element, getter: Getter) -> object:
    return next((decimal_of(s.text) for s in getter(line)), None)
