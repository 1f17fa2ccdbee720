from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import UnavailableError
from flows.exit_codes import ExitCode
from flows.output import open_output
from flows.pool import OutOfTimeError, Pool, WorkerDiedError
from flows.rescore import rescore
from flows.run import run
from flows.run_options import RunOptions
from flows.store import StoreError
from flows.summary import to_json, to_text
from tests.flows.made_pdf import invoice, pdf_of

ROOT = Path(__file__).parents[2]


class Silent:
    """A progress that shows nothing and keeps what was said."""

    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)

    def begin(self, total):
        pass

    def document(self, *, failed, source):
        pass

    def end(self):
        pass


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory, with three documents in `in/`: two invoices and a broken one; and a note beside them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, content in (
        ("a.pdf", pdf_of(invoice("F-1"))),
        ("b.pdf", pdf_of(invoice("F-2"), [])),
        ("broken.pdf", pdf_of(invoice())[:100]),
        ("a.json", b"{}"),
    ):
        (tmp_path / "in" / name).write_bytes(content)
    return tmp_path


def ran(*paths, **options):
    return run(RunOptions(paths=paths or ("in",), schema="invoice", workers=1, **options), Silent())


def rows(table, column="_source"):
    return sorted(v for p in Path("out", table).rglob("*.parquet") for v in pq.read_table(p)[column].to_pylist())


@pytest.mark.usefixtures("folder")
def test_every_document_is_in_one_table_and_every_page_has_a_state():
    summary = ran().content
    assert rows("records") == ["in/a.pdf", "in/b.pdf"]
    assert rows("failures") == ["in/broken.pdf"]
    assert rows("pages", "state") == ["blank", "read", "read"]
    assert summary["documents"] == {"in": 3, "records": 2, "failures": 1}
    assert summary["pages"] == {"in": 3, "read": 2, "blank": 1, "failed": 0, "skipped": 0}
    assert summary["readers"] == {"layout": 2}
    assert summary["left_out"] == {".json": 1}
    assert summary["exit_code"] == ExitCode.DOCUMENTS_FAILED


@pytest.mark.usefixtures("folder")
def test_the_summary_counts_checks_by_outcome_and_values_that_no_document_shows():
    summary = ran().content
    checks = [check for of_record in pq.read_table("out/records")["_checks"].to_pylist() for check in of_record]
    assert {c["outcome"] for c in checks} == {"pass", "fail", "not_evaluated"}
    assert Counter((name, o) for name, of in summary["checks"].items() for o in of for _ in range(of[o])) == Counter(
        (c["name"], c["outcome"]) for c in checks
    )
    fields = pq.read_table("out/fields").to_pylist()
    absent = sum(f["status"] == "accepted" and f["state"] == "absent" for f in fields)
    assert summary["values"]["absent"] == absent > 0


@pytest.mark.usefixtures("folder")
def test_the_summary_is_told_stored_and_the_same_as_json():
    summary = ran()
    stored = json.loads(next(Path("out/runs").glob("*/summary.json")).read_text())
    assert json.loads(to_json(summary)) == stored
    text = to_text(summary)
    for told in ("2 read (layout 2), 1 failed", "in/broken.pdf", ".json 1", "--retry-failed", "out"):
        assert told in text


@pytest.mark.usefixtures("folder")
def test_a_second_run_reads_nothing_and_still_says_what_failed():
    ran()
    again = ran().content
    assert again["documents"]["in"] == 0
    assert (again["done_before"], again["done_before_failed"]) == (3, 1)
    assert again["exit_code"] == ExitCode.DOCUMENTS_FAILED
    assert len(rows("records")) == 2


def test_only_what_is_new_is_read(folder):
    ran()
    (folder / "in" / "c.pdf").write_bytes(pdf_of(invoice("F-3")))
    assert ran().content["documents"] == {"in": 1, "records": 1, "failures": 0}
    assert rows("records") == ["in/a.pdf", "in/b.pdf", "in/c.pdf"]


def test_a_failed_document_is_read_again_when_it_is_asked_for(folder):
    ran()
    (folder / "in" / "broken.pdf").write_bytes(pdf_of(invoice("F-3")))
    summary = ran(retry_failed=True).content
    assert summary["exit_code"] == ExitCode.OK
    assert rows("records") == ["in/a.pdf", "in/b.pdf", "in/broken.pdf"]
    assert ran().content["documents"]["in"] == 0


@pytest.mark.usefixtures("folder")
def test_force_reads_again_and_duplicates_nothing():
    ran()
    assert ran(force=True).content["documents"]["in"] == 3
    assert rows("records") == ["in/a.pdf", "in/b.pdf"]


@pytest.mark.usefixtures("folder")
def test_a_limit_takes_the_next_documents_each_time():
    assert [ran(limit=2).content["documents"]["in"] for _ in range(3)] == [2, 1, 0]
    assert rows("records") == ["in/a.pdf", "in/b.pdf"]


def test_the_same_bytes_are_one_document_with_two_sources(folder):
    (folder / "in" / "copy.pdf").write_bytes((folder / "in" / "a.pdf").read_bytes())
    summary = ran().content
    assert summary["duplicates"] == 1
    assert summary["documents"]["records"] == 2
    assert ["in/a.pdf", "in/copy.pdf"] in [list(s) for s in rows("records", "_sources")]


def test_a_dry_run_says_what_would_be_read_and_makes_nothing(folder):
    plan = ran(dry_run=True)
    assert plan.content["to_read"] == 3
    assert plan.exit_code == ExitCode.OK
    assert not (folder / "out").exists()
    assert "3 (pdf 3)" in to_text(plan)


@pytest.mark.usefixtures("folder")
def test_a_dry_run_knows_what_is_done():
    ran(limit=2)
    plan = ran(dry_run=True).content
    assert (plan["to_read"], plan["done_before"]) == (1, 2)


@pytest.mark.usefixtures("folder")
def test_names_that_are_no_text_are_read_and_found_again():
    Path("in", os.fsdecode(b"caf\xe9\n.pdf")).write_bytes(pdf_of(invoice("F-4")))
    summary = ran()
    assert summary.content["documents"]["records"] == 3
    to_json(summary).encode("ascii")
    to_text(summary).encode("utf-8")
    assert ran().content["documents"]["in"] == 0


@pytest.mark.usefixtures("folder")
def test_a_document_that_takes_too_long_fails_and_the_others_do_not(monkeypatch):
    monkeypatch.setattr("flows.pool.Pool.call", _late_for("in/b.pdf"))
    summary = ran().content
    assert summary["failures"]["documents"] == {"broken": 1, "time_limit": 1}
    (example,) = summary["failures"]["examples"]["documents"]["time_limit"]
    assert example["source"] == "in/b.pdf"
    assert "--max-seconds" in example["message"]


def _late_for(source):
    real = Pool.call

    async def call(self, function, task, **limit):
        if getattr(task, "source", None) == source:
            raise OutOfTimeError
        return await real(self, function, task, **limit)

    return call


@pytest.mark.usefixtures("folder")
def test_an_output_that_cannot_be_written_ends_the_run_and_keeps_what_was_committed(monkeypatch):
    def full(_self, _work, _shard, _packed):
        message = "the disk is full"
        raise StoreError(message)

    with monkeypatch.context() as patch:
        patch.setattr("flows.output.Output.commit", full)
        with pytest.raises(StoreError, match="the disk is full"):
            ran()
    assert rows("records") == []
    assert ran().content["documents"] == {"in": 3, "records": 2, "failures": 1}


@pytest.mark.usefixtures("folder")
def test_workers_that_cannot_start_end_the_run_with_one_sentence(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("flows.fork_server.PRELOAD", ("flows.worker", "a_package_that_is_gone"))
        with pytest.raises(UnavailableError, match=r"No module named 'a_package_that_is_gone'.*Nothing was read"):
            ran()
    assert rows("failures") == []
    assert ran().content["documents"] == {"in": 3, "records": 2, "failures": 1}


@pytest.mark.usefixtures("folder")
def test_workers_that_die_one_after_the_other_are_looked_at_before_the_documents_are_blamed(monkeypatch):
    looks = []

    async def dead(*_arguments, **_limit):
        raise WorkerDiedError(9)

    async def check(_self):
        looks.append(1)
        if len(looks) > 1:
            raise UnavailableError

    monkeypatch.setattr("flows.pool.Pool.call", dead)
    monkeypatch.setattr("flows.pool.Pool.check", check)
    with pytest.raises(UnavailableError):
        ran()
    assert rows("failures") == []


@pytest.mark.usefixtures("folder")
def test_a_damaged_part_is_told_by_the_next_run_and_nothing_of_it_is_touched():
    ran()
    part = next(Path("out/readings").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    damaged = part.read_bytes()
    Path("in", "new.pdf").write_bytes(pdf_of(invoice("F-9")))
    summary = ran()
    assert summary.content["documents"] == {"in": 1, "records": 1, "failures": 0}
    assert summary.exit_code == ExitCode.UNAVAILABLE
    (told,) = summary.content["damaged"]
    assert part.name in told
    assert "restore" in told
    assert told in to_text(summary)
    assert part.read_bytes() == damaged
    assert rows("records") == ["in/a.pdf", "in/b.pdf", "in/new.pdf"]


@pytest.mark.usefixtures("folder")
def test_what_a_run_ran_with_is_stored_before_it_reads_and_holds_no_secret():
    summary = ran(password=("hunter2",), threshold=0.5)
    (path,) = Path("out/runs").glob("*/settings.json")
    stored = json.loads(path.read_text())
    assert "hunter2" not in path.read_text()
    assert (stored["run_id"], stored["kind"], stored["schema"]) == (summary.content["run_id"], "run", "invoice")
    assert (stored["settings"]["threshold"], stored["settings"]["passwords"]) == (0.5, 1)
    assert stored["versions"]["pyarrow"] == pa.__version__
    assert [Path("out", name).is_file() for name in stored["lists"]] == [True]
    assert set(summary.content["tokens"].values()) == {0}


@pytest.mark.usefixtures("folder")
def test_rescoring_judges_as_the_last_run_did_unless_it_is_told_otherwise():
    ran(threshold=0.0)
    lax = rows("fields", "status")
    rescore(open_output("out"))
    assert rows("fields", "status") == lax
    rescore(open_output("out"), settings={"threshold": 1.0})
    strict = rows("fields", "status")
    assert strict.count("review") > lax.count("review")
    rescore(open_output("out"))
    assert rows("fields", "status") == strict


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("interrupts", [signal.default_int_handler, signal.SIG_IGN], ids=["foreground", "background"])
def test_a_run_that_is_told_to_stop_leaves_no_process_and_can_go_on(interrupts):
    before = signal.signal(signal.SIGINT, interrupts)  # a shell has the jobs of its scripts ignore them
    for number in range(30):
        Path("in", f"{number:03}.pdf").write_bytes(pdf_of(invoice(f"G-{number}")))
    command = [sys.executable, "-m", "flows", "run", "in", "--schema", "invoice", "--workers", "1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert "33 documents to read" in process.stderr.readline()
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    signal.signal(signal.SIGINT, before)
    assert process.returncode == ExitCode.INTERRUPTED, err
    assert out == ""
    assert "interrupted" in err
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert ran().content["documents"]["records"] == 32
