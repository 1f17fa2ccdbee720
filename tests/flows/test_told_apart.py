"""Files that hold several invoices, and invoices that come twice, are named by the run, the status and the tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from extractors.kind import SEVERAL
from flows.cli import main
from tests.flows.made_pdf import pdf_of

if TYPE_CHECKING:
    from pathlib import Path


def sheet(number: str, total: str, *, seller: str = "Copper Finch Ltd", more: str = "") -> list[tuple[int, int, str]]:
    """One page of an invoice."""
    return [
        (60, 790, seller),
        (60, 775, "4 Mill Lane, York YO1 7AB"),
        (60, 740, "Invoice"),
        (60, 700, "Invoice number"),
        (200, 700, number),
        (60, 685, "Invoice date"),
        (200, 685, "12 March 2026"),
        (60, 600, "Total GBP"),
        (200, 600, total),
        (60, 500, more),
    ]


@pytest.fixture
def run(tmp_path: Path, capsys):
    """Runs a folder of made files into one output; gives the summary."""
    out = tmp_path / "out"

    def runs(**files: bytes) -> dict:
        folder = tmp_path / "-".join(files)
        folder.mkdir()
        for name, data in files.items():
            (folder / f"{name}.pdf").write_bytes(data)
        assert main(["run", str(folder), "--schema", "invoice", "--out", str(out), "--workers", "1", "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return runs


def told(command: list[str], capsys) -> str:
    main(command)
    return capsys.readouterr().out


def test_two_invoices_in_one_file_wait_for_a_person_with_their_pages(run, made, tmp_path, capsys):
    summary = run(both=pdf_of(sheet("CF-1", "120.00"), sheet("CF-2", "75.00")), one=pdf_of(sheet("CF-3", "80.00")))
    assert summary["records"] == {"complete": 1, "incomplete": 1, "not_of_this_kind": 0, "several_in_one": 1}
    both, one = sorted(made.rows(tmp_path / "out", "records"), key=lambda r: r["_source"])
    assert (both["_status"], one["_status"]) == ("incomplete", "complete")
    (note,) = [n for n in both["_notes"] if n.startswith(SEVERAL)]
    assert "pages 1-1 (cf1), pages 2-2 (cf2)" in note
    values = [f for f in made.rows(tmp_path / "out", "fields") if f["_source"] == both["_source"]]
    assert {f["status"] for f in values if f["value"] is not None} == {"review"}
    assert "1 file holds several documents\n" in told(["status", str(tmp_path / "out")], capsys)


def test_an_invoice_that_comes_again_in_a_later_run_is_named(run, tmp_path, capsys):
    first = run(march=pdf_of(sheet("CF-1", "120.00")), other=pdf_of(sheet("CF-2", "75.00")))
    assert first["seen_twice"] == []
    second = run(april=pdf_of(sheet("CF-1", "120.00", seller="COPPER FINCH LTD.", more="Second copy")))
    (group,) = second["seen_twice"]
    assert group["number"] == "CF-1"
    assert [s.rpartition("/")[2] for s in group["sources"]] == ["april.pdf", "march.pdf"]
    third = run(may=pdf_of(sheet("CF-9", "10.00")))
    assert third["seen_twice"] == []  # only what this run brought
    status = told(["status", str(tmp_path / "out")], capsys)
    assert "seen twice" in status
    assert "march.pdf" in status


def test_the_same_invoice_of_another_seller_is_another(run):
    summary = run(a=pdf_of(sheet("CF-1", "120.00")), b=pdf_of(sheet("CF-1", "120.00", seller="Heron Glass Ltd")))
    assert summary["seen_twice"] == []
