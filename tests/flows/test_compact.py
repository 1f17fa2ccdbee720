from __future__ import annotations

import hashlib
import json

import duckdb
import pytest

from flows.cli import main
from flows.compact import compact
from flows.errors import UsageError
from flows.store import StoreError, open_store


@pytest.fixture
def read(made, output):
    """An output of forty documents in forty parts, one of them failed."""
    asked = [made.candidate(f"{n:02d}.pdf") for n in range(40)]
    work = made.work(shard_seconds=1.0)
    made.run(output, work, asked, read=lambda e: made.failed(e) if e.source == "in/07.pdf" else made.read(e))
    return output


@pytest.fixture
def target(tmp_path):
    return open_store(str(tmp_path / "compacted"))


def test_forty_parts_become_one_of_each_table_with_the_same_rows(made, read, root, target):
    done = compact(read, target, target_bytes=2**27)
    assert (done.parts_before, done.parts) == (160, 4)
    assert made.tables(target.root) == made.tables(root)


def test_a_small_target_size_makes_several_files(made, read, root, target):
    done = compact(read, target, target_bytes=50_000)
    assert 4 < done.parts < 40
    assert made.tables(target.root) == made.tables(root)


def test_the_manifest_names_every_file_and_comes_last(read, target, monkeypatch):
    created = []
    create = target.create
    monkeypatch.setattr(target, "create", lambda name, data: created.append(name) or create(name, data))
    compact(read, target, target_bytes=2**27)
    manifest = json.loads(target.read("_manifest.json"))
    assert created == [*(f["name"] for f in manifest["files"]), "_manifest.json"]
    assert all(hashlib.sha256(target.read(f["name"])).hexdigest() == f["sha256"] for f in manifest["files"])
    assert manifest["rows"]["records"] == 39


def test_a_plain_glob_over_the_target_is_all_a_query_needs(read, target):
    compact(read, target, target_bytes=2**27)
    query = f"select count(*), count(distinct _document_id) from '{target.root}/records/**/*.parquet'"
    assert duckdb.sql(query).fetchall() == [(39, 39)]


def test_the_output_stays_as_it_is(read, root, target):
    def content() -> dict:
        return {p: p.read_bytes() for p in root.rglob("*.parquet")}

    before = content()
    compact(read, target, target_bytes=2**27)
    assert content() == before


def test_one_that_was_killed_goes_on_and_one_that_is_done_is_refused(read, target):
    compact(read, target, target_bytes=2**27)
    target.delete("_manifest.json")
    compact(read, target, target_bytes=2**27)
    with pytest.raises(StoreError, match="compacted output already"):
        compact(read, target, target_bytes=2**27)


def test_an_output_that_does_not_add_up_is_not_compacted(read, root, target):
    next(root.glob("records/**/*.parquet")).unlink()
    with pytest.raises(StoreError, match="is not compacted"):
        compact(read, target, target_bytes=2**27)
    assert not target.exists("_manifest.json")


def test_what_is_committed_while_it_is_listed_is_in_all_of_the_tables(made, read, root, target, monkeypatch):
    before = made.tables(root)
    monkeypatch.setattr(read.store, "names", made.names_while_somebody_commits(read, "l.pdf", before="fields/"))
    compact(read, target, target_bytes=2**27)
    assert made.tables(target.root) == made.tables(root)
    assert len(made.tables(root)["records"]) == len(before["records"]) + 1


def test_what_is_committed_while_it_is_written_is_in_none_of_the_tables(made, read, root, target, monkeypatch):
    before, create = made.tables(root), target.create

    def create_while_somebody_commits(name, data):
        if name.startswith("failures/"):
            made.run(read, made.work(run_id="run-2"), [made.candidate("l.pdf")])
        return create(name, data)

    monkeypatch.setattr(target, "create", create_while_somebody_commits)
    compact(read, target, target_bytes=2**27)
    assert made.tables(target.root) == before
    assert len(made.tables(root)["records"]) == len(before["records"]) + 1


def test_a_document_that_moves_between_two_looks_ends_it_without_a_manifest(made, read, target, monkeypatch):
    status = read.status

    def status_after_somebody_retried():
        made.run(read, made.work(run_id="run-2"), [made.candidate("07.pdf")], retry_failed=True)
        return status()

    monkeypatch.setattr(read, "status", status_after_somebody_retried)
    with pytest.raises(StoreError, match=r"have changed tables of .* meanwhile"):
        compact(read, target, target_bytes=2**27)
    assert not target.exists("_manifest.json")


def test_an_output_to_which_runs_commit_all_the_time_is_not_compacted(made, read, target, monkeypatch):
    names, count = read.store.names, iter(range(1000))

    def names_while_somebody_commits(prefix):
        if prefix.startswith("records/") and len(asked) == 0:
            asked.append(prefix)
            made.run(read, made.work(run_id="run-2"), [made.candidate(f"new {next(count)}.pdf")])
            asked.clear()
        return names(prefix)

    asked: list[str] = []
    monkeypatch.setattr(read.store, "names", names_while_somebody_commits)
    with pytest.raises(StoreError, match="commit faster than it can be listed"):
        compact(read, target, target_bytes=2**27)


def test_a_document_that_a_retry_moves_meanwhile_ends_it_without_a_manifest(made, read, target, monkeypatch):
    create = target.create

    def create_while_somebody_retries(name, data):
        if name.startswith("failures/"):
            made.run(read, made.work(run_id="run-2"), [made.candidate("07.pdf")], retry_failed=True)
        return create(name, data)

    monkeypatch.setattr(target, "create", create_while_somebody_retries)
    with pytest.raises(StoreError, match=r"have changed tables of .* meanwhile"):
        compact(read, target, target_bytes=2**27)
    assert not target.exists("_manifest.json")


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize("there", ["readings/schema=note/part-1.parquet", "records/schema=note/part-9.parquet"])
def test_a_target_that_holds_rows_of_something_else_is_refused_and_gets_none(there, tmp_path, capsys):
    file = tmp_path / "other" / there
    file.parent.mkdir(parents=True)
    file.write_bytes(b"rows")
    assert main(["compact", str(tmp_path / "out"), "--to", str(tmp_path / "other")]) == 2
    assert f"holds {there}, which is of something else" in capsys.readouterr().err
    assert [path for path in (tmp_path / "other").rglob("*") if path.is_file()] == [file]


def test_what_an_earlier_compaction_left_and_this_one_does_not_write_is_named_before_the_manifest(read, target):
    target.create("records/schema=gone/part-00000.parquet", b"rows")
    with pytest.raises(StoreError, match=r"holds records/schema=gone/part-00000\.parquet"):
        compact(read, target, target_bytes=2**27)
    assert not target.exists("_manifest.json")


@pytest.mark.parametrize("to", ["out", "out/", "out/records", "out/new/one", ".", "link", "link/new", "file://{}/out"])
def test_a_target_that_is_not_apart_from_the_output_is_refused_and_nothing_is_written(
    read, root, to, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(root)
    before = sorted(root.rglob("*"))
    assert main(["compact", "out", "--to", to.format(tmp_path)]) == 2
    assert "is not apart from out" in capsys.readouterr().err
    assert sorted(root.rglob("*")) == before
    with pytest.raises(UsageError, match="not apart"):
        compact(read, open_store(str(root)), target_bytes=2**27)


@pytest.mark.usefixtures("read")
def test_a_target_beside_the_output_whose_name_begins_alike_is_none_of_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["compact", "out", "--to", "out2"]) == 0
