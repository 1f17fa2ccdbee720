from __future__ import annotations

import dataclasses

from flows.cli import main
from flows.exit_codes import ExitCode
from flows.output import open_output
from flows.part_file import Metadata, open_part, parquet_bytes
from tiling import Failure, Reason, Stage


def test_status_counts_what_there_is(made, output):
    work = made.work()
    asked = [made.candidate(n) for n in ("a.pdf", "b.pdf", "c.pdf")]
    made.run(output, work, asked, read=lambda e: made.failed(e) if e.source == "in/c.pdf" else made.read(e))
    output.plan(made.work(run_id="run-2"), [made.candidate("d.pdf")])
    status = output.status()
    (note,) = status.schemas
    assert (note.documents, note.records, note.complete, note.failures) == (3, 2, 2, 1)
    assert (note.pages, note.pages_by_state) == (2, {"read": 2})
    assert (note.readers, note.reasons) == ({"layout": 2}, {Reason.BROKEN.value: 1})
    assert (note.shards_done, note.shards_open) == (1, 1)
    assert (note.fields, note.fields_by_status) == (10, {"accepted": 10})
    assert (note.review_share, note.documents_in_review) == (0.0, 0)
    assert note.runs == ("run-1",)
    assert status.problems == ()


def test_what_is_committed_while_status_looks_is_no_problem(made, output, monkeypatch):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    monkeypatch.setattr(output.store, "names", made.names_while_somebody_commits(output, "b.pdf", before="records/"))
    assert output.status().problems == ()


def test_a_document_that_another_run_reads_again_while_status_looks_is_no_problem(made, output, root, monkeypatch):
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    exists, left = output.store.exists, ["a.pdf"]

    def exists_once_somebody_has_committed(name):
        if name.startswith("records/") and left:
            again = made.candidate(left.pop())
            made.run(open_output(str(root)), made.work(fingerprint="e" * 16, run_id="run-2"), [again])
        return exists(name)

    monkeypatch.setattr(output.store, "exists", exists_once_somebody_has_committed)
    status = output.status()
    assert not left
    assert status.problems == ()
    assert (status.schemas[0].documents, status.schemas[0].records) == (2, 2)


def test_an_empty_output_has_an_empty_status(output):
    assert output.status().schemas == ()


def test_a_run_that_was_ended_before_its_first_commit_has_no_version_yet(made, output, root, capsys):
    output.plan(made.work(), [made.candidate("a.pdf")])
    assert main(["status", str(root)]) == ExitCode.OK
    told = capsys.readouterr().out
    assert "schema      note\n" in told
    assert "0 done, 1 not done: run the same command again" in told


def test_a_lost_record_is_reported_loudly(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    part = next(root.glob("records/**/*.parquet"))
    rows = made.rows(root, "records")
    name = part.relative_to(root).as_posix()
    with open_part(output.store, name, kind="records") as file:
        short = parquet_bytes([file.read().slice(0, 1)], file.schema, Metadata(kind="records", values={}))
    output.store.replace(name, short)
    assert len(rows) == 2
    (problem,) = output.status().problems
    assert problem.startswith("2 documents were read, but the tables hold 1 record and 0 failures")


def test_parts_that_are_not_derived_yet_are_reported(made, output):
    work = made.work()
    plan = output.plan(work, [made.candidate("a.pdf")])
    output.commit(work, plan.shards[0], [made.read(plan.shards[0].entries[0])])
    (problem,) = output.status().problems
    assert problem.startswith("1 part is not derived yet")


def test_derived_files_without_readings_are_named_and_left_alone(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    next(root.glob("readings/**/*.parquet")).unlink()
    problems = open_output(str(root)).status().problems
    assert len([p for p in problems if "its readings are missing" in p]) == 4
    assert len(made.rows(root, "records")) == 1


def test_failures_of_documents_and_of_single_pages_are_told_apart(made, output, root, capsys):
    def read(entry):
        if entry.source == "in/broken.pdf":
            return made.failed(entry)
        outcome = made.read(entry)
        page = Failure(
            source=entry.source,
            document_id=outcome.document.document_id,
            stage=Stage.RENDER,
            reason=Reason.RENDER_FAILED,
            message="page 1 of 1 is damaged",
            page=0,
        )
        return dataclasses.replace(outcome, failures=(page,))

    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("broken.pdf")], read)
    assert main(["status", str(root)]) == ExitCode.DOCUMENTS_FAILED
    told = capsys.readouterr().out
    assert "documents   2: 1 record (0 incomplete), 1 failure\n" in told
    assert "(1 of documents, 1 of single pages)\n" in told
