"""A file of an output that is foreign or broken, in each of its folders: one sentence, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.exit_codes import ExitCode
from flows.output import open_output
from tests.flows.made_pdf import invoice, pdf_of

DERIVED = ("records", "fields", "pages", "failures")


@pytest.fixture(scope="module")
def output_made(tmp_path_factory):
    """A folder with `in/` and the output of a run over it."""
    top = tmp_path_factory.mktemp("made")
    (top / "in").mkdir()
    (top / "in" / "a.pdf").write_bytes(pdf_of(invoice("F-1")))
    (top / "in" / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        assert main(["run", "in", "--schema", "invoice", "--workers", "1"]) == ExitCode.DOCUMENTS_FAILED
    return top


@pytest.fixture
def out(output_made, tmp_path, monkeypatch):
    """A copy of that output, in the working directory; the same documents are there, with the same dates."""
    monkeypatch.chdir(output_made)
    shutil.copytree("out", tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def extract(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = main([str(a) for a in arguments])
        return code, capsys.readouterr()

    return call


def run(extract, out):
    return extract("run", "in", "--schema", "invoice", "--out", out, "--workers", "1")


def one(out, folder):
    return next((out / folder).rglob("*.parquet"))


def sources(out, table):
    return sorted(s for p in (out / table).rglob("part-*.parquet") for s in pq.read_table(p)["_source"].to_pylist())


def foreign(path):
    pq.write_table(pa.table({"a": [1]}), path)


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def flipped(path):
    content = bytearray(path.read_bytes())
    content[40] ^= 0xFF
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("table", DERIVED)
@pytest.mark.parametrize("harm", [foreign, cut, Path.unlink])
def test_a_derived_part_that_is_damaged_or_gone_is_built_again_by_the_next_run(extract, out, table, harm):
    before = pq.read_table(one(out, table)).to_pylist()
    harm(one(out, table))
    code, said = run(extract, out)
    assert code in {ExitCode.OK, ExitCode.DOCUMENTS_FAILED}, said.err
    assert pq.read_table(one(out, table)).to_pylist() == before


@pytest.mark.parametrize("harm", [foreign, cut, flipped])
def test_a_damaged_readings_part_is_named_and_its_tables_stay(extract, out, harm):
    part = one(out, "readings")
    harm(part)
    content = part.read_bytes()
    code, said = run(extract, out)
    assert code == ExitCode.UNAVAILABLE
    assert part.name in said.out
    assert "restore" in said.out
    assert part.read_bytes() == content
    assert sources(out, "records") == ["in/a.pdf"]
    for command in ("status", "rescore"):
        code, said = extract(command, out)
        assert code != ExitCode.OK
        assert part.name in said.out
        assert "Traceback" not in said.err


def test_documents_of_a_damaged_part_are_read_again_once_it_is_moved_away(extract, out):
    cut(one(out, "readings"))
    one(out, "readings").unlink()
    assert run(extract, out)[0] == ExitCode.DOCUMENTS_FAILED
    assert sources(out, "records") == ["in/a.pdf"]
    assert sources(out, "failures") == ["in/broken.pdf"]
    assert open_output(str(out)).status().problems == ()


@pytest.mark.parametrize("harm", [foreign, cut])
def test_a_damaged_list_ends_the_run_with_one_sentence(extract, out, harm):
    harm(one(out, "runs/_lists"))
    code, said = run(extract, out)
    assert code == ExitCode.UNAVAILABLE
    assert said.err.count("\n") == 1
    assert "restore it from a backup, or move it out of the output" in said.err
    assert sources(out, "records") == ["in/a.pdf"]


@pytest.mark.parametrize("gone", ["runs", "runs/_lists"])
def test_new_documents_are_read_where_the_lists_of_earlier_runs_are_gone(extract, out, tmp_path, gone):
    shutil.rmtree(out / gone)
    more = tmp_path / "more"
    more.mkdir()
    (more / "b.pdf").write_bytes(pdf_of(invoice("F-2")))
    assert extract("run", more, "--schema", "invoice", "--out", out, "--workers", "1")[0] == ExitCode.OK
    assert sources(out, "records") == sorted(["in/a.pdf", str(more / "b.pdf")])
    assert run(extract, out)[0] == ExitCode.DOCUMENTS_FAILED
    assert sources(out, "records") == sorted(["in/a.pdf", str(more / "b.pdf")])
    assert sources(out, "failures") == ["in/broken.pdf"]
    assert open_output(str(out)).status().problems == ()


@pytest.mark.parametrize("folder", ["readings/schema=invoice", "corrections"])
def test_a_foreign_file_among_the_truth_is_named_by_all_and_in_nobodys_way(extract, out, folder):
    (out / folder).mkdir(exist_ok=True)
    foreign(out / folder / "part-stranger.parquet")
    code, said = run(extract, out)
    assert code == ExitCode.UNAVAILABLE
    assert "part-stranger.parquet: it was not written by extract" in said.out
    assert sources(out, "records") == ["in/a.pdf"]


@pytest.mark.parametrize("table", DERIVED)
def test_a_foreign_file_among_the_tables_is_left_alone_and_named_by_status(extract, out, table):
    foreign(out / table / "schema=invoice" / "stranger.parquet")
    assert run(extract, out)[0] == ExitCode.DOCUMENTS_FAILED
    code, said = extract("status", out)
    assert code == ExitCode.DOCUMENTS_FAILED
    assert "stranger.parquet" in said.out
    assert (out / table / "schema=invoice" / "stranger.parquet").exists()


@pytest.mark.parametrize(
    "name",
    ["notes.txt", "readings/notes.txt", "readings/schema=invoice/.DS_Store", "runs/_lists/x.txt", "runs/x/y.json"],
)
def test_files_that_have_nothing_to_do_with_it_are_no_problem(extract, out, name):
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("{")
    assert run(extract, out)[0] == ExitCode.DOCUMENTS_FAILED
    assert extract("status", out)[0] == ExitCode.DOCUMENTS_FAILED
    assert extract("rescore", out)[0] == ExitCode.OK
    assert open_output(str(out)).status().problems == ()


def test_a_broken_settings_file_of_a_run_keeps_nobody_from_rescoring(extract, out):
    next(out.glob("runs/*/settings.json")).write_text("{")
    assert extract("rescore", out)[0] == ExitCode.OK
    assert sources(out, "records") == ["in/a.pdf"]


def test_an_output_of_another_schema_version_is_refused_and_untouched(extract, out, tmp_path):
    path = tmp_path / "invoice.yaml"
    path.write_text("name: invoice\nversion: 7\nfields:\n  total: {kind: money}\n")
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    code, said = extract("run", "in", "--schema", path, "--out", out)
    assert code == ExitCode.USAGE
    assert "holds invoice 1, and this run has invoice 7" in said.err
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
