"""XML from a sender nobody trusts: attacks are refused, small mistakes are mended, lost data is never read over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.einvoice import read_einvoice
from extractors.einvoice.safe_xml import XmlRefusedError, parse_xml
from schemas import Field, Kind, Schema
from tiling import DocumentError, Reason

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = Schema(
    name="s",
    version="1",
    fields=(Field(name="invoice_number", kind=Kind.CODE), Field(name="seller_name", kind=Kind.NAME)),
)
INVOICE = (
    "<Invoice><ID>A-1</ID><AccountingSupplierParty><Party><PartyName><Name>{}</Name></PartyName></Party>"
    "</AccountingSupplierParty><LegalMonetaryTotal/></Invoice>"
)


@dataclass(frozen=True)
class Attached:
    name: str
    data: bytes


def attached(data: bytes, name: str = "factur-x.xml"):
    return read_einvoice((Attached(name, data),), None, SCHEMA)


def seller(data: bytes) -> object:
    reading = attached(data)
    assert reading is not None
    return next(f.value for f in reading.findings if f.path == "seller_name")


def test_exponential_entities_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE Invoice [<!ENTITY e0 "ha">{entities}]>' + INVOICE.format("&e11;")
    reading = attached(bomb.encode())
    assert reading is not None
    assert reading.findings == ()
    assert reading.finish_reason == "broken"


def test_exponential_entities_in_an_attribute_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE Invoice [<!ENTITY e0 "ha">{entities}]>' + INVOICE.replace("<ID>", '<ID x="&e11;">')
    with pytest.raises(XmlRefusedError):
        parse_xml(bomb.encode())


def test_a_local_file_is_never_read_into_a_value(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    attack = f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + INVOICE.format("&x;")
    reading = attached(attack.encode())
    assert reading is not None
    assert reading.findings == ()
    assert "DTD" in reading.notes[0]
    assert "the secret" not in repr(reading)


def test_an_external_dtd_is_refused() -> None:
    attack = '<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/never.dtd">' + INVOICE.format("x")
    with pytest.raises(XmlRefusedError, match="DTD"):
        parse_xml(attack.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf\n  <?xml version='1.0'?>" + INVOICE.format("Müller").encode() + b"\x00\x00\r\n",
        b"<?xml version='1.0' encoding='UTF-8'?>" + INVOICE.format("Müller").encode("cp1252"),
        b"<?xml version='1.0' encoding='ISO-8859-1'?>" + INVOICE.format("Müller").encode("latin-1"),
        INVOICE.format("Müller").encode("utf-16"),
    ],
    ids=["padding", "wrong encoding", "declared encoding", "utf-16"],
)
def test_careless_bytes_are_read_all_the_same(data: bytes) -> None:
    assert seller(data) == "Müller"


def test_a_stray_ampersand_is_mended_and_told() -> None:
    reading = attached(INVOICE.format("Kessel & Sohn").encode())
    assert reading is not None
    assert any("repaired" in note for note in reading.notes)
    assert all(f.signals["xml_well_formed"] == 0.0 for f in reading.findings)


@pytest.mark.parametrize("end", [10, 60, -1, -9])
def test_an_invoice_that_was_cut_off_gives_a_note_and_no_findings(end: int) -> None:
    reading = attached(INVOICE.format("Kessel").encode()[:end])
    assert reading is not None
    assert reading.findings == ()
    assert "factur-x.xml" in reading.notes[0]


def test_a_broken_file_that_nobody_calls_an_invoice_is_passed_over() -> None:
    assert attached(b"<a><b>", "drawing.xml") is None


def test_a_broken_xml_document_is_a_failure_with_a_reason() -> None:
    with pytest.raises(DocumentError) as error:
        read_einvoice((), b"<Invoice><ID>", SCHEMA)
    assert error.value.reason is Reason.BROKEN


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    assert attached(b"<Invoice>" + data, "data.xml") is None
