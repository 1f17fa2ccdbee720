"""The same invoice with other bytes is seen by seller and number."""

from __future__ import annotations

from flows.cli import main
from flows.duplicates import Identity, duplicates, folded_name, folded_number, identity_of
from schemas.registry import load_schema
from tests.flows.made_pdf import invoice, pdf_of

IDENTITY = Identity(number="invoice_number", seller="seller_name")


def row(document, seller, number):
    return {"_document_id": document, "_source": f"{document}.pdf", "seller_name": seller, "invoice_number": number}


def test_the_schema_says_what_names_an_invoice():
    assert identity_of(load_schema("invoice")) == IDENTITY


def test_same_seller_and_number_in_other_spelling_are_one_group():
    (group,) = duplicates(
        [row("b", "Blåbær GmbH", "RE 2026/017"), row("a", "BLABÆR G.m.b.H.", "re-2026-017")], IDENTITY
    ) or [None]
    assert group.sources == ("a.pdf", "b.pdf")


def test_another_seller_or_number_or_none_at_all_is_no_duplicate():
    rows = [
        row("a", "Elm Ltd", "1"),
        row("b", "Oak Ltd", "1"),
        row("c", "Elm Ltd", "2"),
        row("d", None, "1"),
        row("e", "Elm", ""),
    ]
    assert duplicates(rows, IDENTITY) == ()


def test_one_document_in_two_parts_is_no_duplicate_of_itself():
    assert duplicates([row("a", "Elm Ltd", "1"), row("a", "Elm Ltd", "1")], IDENTITY) == ()


def test_the_order_of_rows_does_not_matter():
    rows = [row("a", "Elm Ltd", "1"), row("b", "Elm", "1"), row("c", "Oak", "9"), row("d", "Oak", "9")]
    assert duplicates(rows, IDENTITY) == duplicates(rows[::-1], IDENTITY)


def test_folding_keeps_what_tells_numbers_and_names_apart():
    assert folded_number("A-1") != folded_number("A-11")
    assert folded_name("Elm Trading SA") == folded_name("ELM TRADING S.A.") == "elm trading"


def test_a_run_that_was_stopped_before_its_tables_were_built_has_a_status(tmp_path, capsys):
    (tmp_path / "a.pdf").write_bytes(pdf_of(invoice()))
    out = tmp_path / "out"
    assert main(["run", str(tmp_path / "a.pdf"), "--schema", "invoice", "--out", str(out), "--workers", "1"]) == 0
    (records,) = out.glob("records/**/*.parquet")
    records.unlink()
    capsys.readouterr()
    assert main(["status", str(out)]) == 1
    assert "1 part is not derived yet" in capsys.readouterr().out
