from __future__ import annotations

import dataclasses
import random
import shutil
import subprocess
import sys
import time
from decimal import Decimal

import pytest

from flows.derive import Deriver
from flows.output import open_output
from flows.store import StoreError


def test_a_run_writes_one_record_a_document_with_its_fields_and_pages(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    records = made.rows(root, "records")
    assert [r["_source"] for r in records] == ["in/a.pdf", "in/b.pdf"]
    assert records[0]["total"] == Decimal("12.50")
    assert records[0]["lines"] == [{"what": "Ω screws", "amount": Decimal("12.50")}]
    assert records[0]["_run_id"] == "run-1"
    assert records[0]["_pages"] == 1
    fields = [f for f in made.rows(root, "fields") if f["_source"] == "in/a.pdf"]
    assert {f["path"]: f["value"] for f in fields} == {
        "number": "a.pdf",
        "total": "12.50",
        "day": "2026-01-31",
        "lines[0].what": "Ω screws",
        "lines[0].amount": "12.50",
    }
    assert fields[0]["box"]["x0"] == round(90 / 595, 6)
    assert fields[0]["page"] == 1
    assert [p["words"] for p in made.rows(root, "pages")] == [3, 3]
    assert made.rows(root, "failures") == []


def test_a_rerun_skips_what_is_done(made, output, root):
    work = made.work()
    made.run(output, work, [made.candidate("a.pdf")])
    plan = made.run(open_output(str(root)), made.work(run_id="run-2"), [made.candidate("a.pdf")])
    assert (plan.listed, plan.joined, plan.done, len(plan.shards)) == (0, 0, 1, 0)
    assert len(made.rows(root, "records")) == 1


def test_a_document_that_failed_and_was_read_later_is_only_a_record(made, output, root):
    work, asked = made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")]
    made.run(output, work, asked, read=made.failed)
    assert len(made.rows(root, "failures")) == 2
    made.run(output, made.work("e" * 16, "run-2"), asked)
    assert made.rows(root, "failures") == []
    assert [r["_run_id"] for r in made.rows(root, "records")] == ["run-2", "run-2"]
    assert output.status().problems == ()


def test_a_reading_is_not_lost_to_a_later_failure(made, output, root):
    asked = [made.candidate("a.pdf")]
    made.run(output, made.work(), asked)
    made.run(output, made.work("e" * 16, "run-2"), asked, read=made.failed)
    assert [r["_run_id"] for r in made.rows(root, "records")] == ["run-1"]
    assert made.rows(root, "failures") == []


def test_a_source_that_could_not_be_opened_is_a_failure_until_it_can(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf", document_id=None, version=None)], read=made.failed)
    assert [f["_source"] for f in made.rows(root, "failures")] == ["in/a.pdf"]
    made.run(output, made.work(run_id="run-2"), [made.candidate("a.pdf")])
    assert made.rows(root, "failures") == []
    assert len(made.rows(root, "records")) == 1


def test_the_same_bytes_in_two_parts_are_one_record_with_both_sources(made, output, root):
    unknown = [made.candidate("a.pdf", "same", document_id=None), made.candidate("b.pdf", "same", document_id=None)]

    def read(entry):
        return made.read(dataclasses.replace(entry, document_id=made.candidate("x", "same").document_id))

    made.run(output, made.work(), unknown[:1], read=read)
    made.run(output, made.work(), unknown[1:], read=read)
    (record,) = made.rows(root, "records")
    assert record["_sources"] == ["in/b.pdf", "in/a.pdf"]


def test_nobody_who_looks_in_between_sees_a_document_twice(made, output, root, monkeypatch):
    asked = [made.candidate("a.pdf"), made.candidate("b.pdf")]
    made.run(output, made.work(), asked, read=lambda e: made.failed(e) if e.source == "in/b.pdf" else made.read(e))
    seen = []
    replace = output.store.replace

    def watched(name, data, **condition):
        tag = replace(name, data, **condition)
        documents = [r["_document_id"] for r in (*made.rows(root, "records"), *made.rows(root, "failures"))]
        seen.append(len(documents) == len(set(documents)))
        return tag

    monkeypatch.setattr(output.store, "replace", watched)
    made.run(output, made.work("e" * 16, "run-2"), asked)
    assert len(seen) > 4
    assert all(seen)
    assert {r["_run_id"] for r in made.rows(root, "records")} == {"run-2"}


def test_a_document_that_moves_within_its_part_is_never_in_both_tables(made, output, root, monkeypatch):
    asked = [made.candidate("a.pdf")]
    made.run(output, made.work(), asked)
    seen = []
    replace = output.store.replace

    def watched(name, data, **condition):
        tag = replace(name, data, **condition)
        seen.append(len(made.rows(root, "records")) + len(made.rows(root, "failures")))
        return tag

    def broken(*_):
        raise ValueError

    monkeypatch.setattr(output.store, "replace", watched)
    output.derive(made.work(), merge=broken, force=True)
    output.derive(made.work(), merge=made.merge, force=True)
    assert set(seen) == {0, 1}
    assert len(made.rows(root, "records")) == 1


def test_a_merge_that_raises_costs_no_reading(made, output, root):
    work = made.work()

    def merge(document, schema, readings):
        if document.source == "in/b.pdf":
            raise ZeroDivisionError
        return made.merge(document, schema, readings)

    plan = output.plan(work, [made.candidate("a.pdf"), made.candidate("b.pdf")])
    output.commit(work, plan.shards[0], [made.read(e) for e in plan.shards[0].entries])
    output.derive(work, merge=merge)
    (failure,) = made.rows(root, "failures")
    assert (failure["_source"], failure["stage"], failure["reason"]) == ("in/b.pdf", "merge", "internal")
    assert "ZeroDivisionError" in failure["message"]
    assert len(made.rows(root, "records")) == 1
    output.derive(work, merge=made.merge, force=True)
    assert len(made.rows(root, "records")) == 2


def test_a_value_that_its_column_cannot_hold_is_left_to_a_person(made, output, root):
    def read(entry):
        outcome = made.read(entry)
        huge = dataclasses.replace(outcome.readings[0].findings[1], value=Decimal(10) ** 60)
        findings = tuple(huge if f.path == "total" else f for f in outcome.readings[0].findings)
        reading = dataclasses.replace(outcome.readings[0], findings=findings)
        return dataclasses.replace(outcome, readings=(reading,))

    made.run(output, made.work(), [made.candidate("a.pdf")], read=read)
    (record,) = made.rows(root, "records")
    assert (record["total"], record["number"], record["_status"]) == (None, "a.pdf", "incomplete")
    (field,) = [f for f in made.rows(root, "fields") if f["path"] == "total"]
    assert (field["status"], field["reasons"]) == ("review", ["incomplete"])


def test_what_was_killed_before_it_was_derived_is_derived_by_the_next_run(made, output, root):
    work, asked = made.work(), [made.candidate("a.pdf")]
    plan = output.plan(work, asked)
    output.commit(work, plan.shards[0], [made.read(plan.shards[0].entries[0])])
    made.run(open_output(str(root)), work, asked)
    assert len(made.rows(root, "records")) == 1


@pytest.mark.parametrize("table", ["records", "fields", "pages", "failures"])
def test_a_derived_part_that_is_gone_is_built_again(made, output, root, table):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    before = made.tables(root)
    next(root.glob(f"{table}/**/*.parquet")).unlink()
    built = open_output(str(root)).derive(made.work(), merge=made.merge)
    assert built.built == 1
    assert made.tables(root) == before


def test_nothing_is_built_again_without_need(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    assert output.derive(made.work(), merge=made.merge).built == 0
    assert open_output(str(root)).derive(made.work(), merge=made.merge).built == 0
    other = Deriver(output.store, output.index("note"), made.schema, merge=made.merge, policy="another threshold")
    assert other.run().built == 1


def test_a_copied_output_is_still_up_to_date(made, output, root, tmp_path):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    shutil.copytree(root, tmp_path / "copy")
    assert open_output(str(tmp_path / "copy")).derive(made.work(), merge=made.merge).built == 0


def test_a_damaged_part_is_reported_and_all_others_go_on(made, output, root):
    work = made.work()
    made.run(output, work, [made.candidate("a.pdf", seconds=60.0), made.candidate("b.pdf", seconds=60.0)])
    part = min(root.glob("readings/**/*.parquet"))
    part.write_bytes(part.read_bytes()[:-20])
    fresh = open_output(str(root))
    derived = fresh.derive(work, merge=made.merge)
    assert [e.name for e in derived.damaged] == [part.relative_to(root).as_posix()]
    plan = made.run(fresh, work, [made.candidate("a.pdf"), made.candidate("b.pdf"), made.candidate("c.pdf")])
    assert plan.listed == 1
    assert sorted(r["_source"] for r in made.rows(root, "records")) == ["in/a.pdf", "in/b.pdf", "in/c.pdf"]
    assert any("restore" in p for p in fresh.status().problems)


def test_a_damaged_part_that_is_moved_away_is_read_again(made, output, root):
    work, asked = made.work(), [made.candidate("a.pdf")]
    made.run(output, work, asked)
    before = made.tables(root)
    next(root.glob("readings/**/*.parquet")).unlink()
    plan = made.run(open_output(str(root)), work, asked)
    assert plan.joined == 1
    assert made.tables(root) == before


def test_a_renamed_copy_of_a_part_adds_no_document(made, output, root):
    work = made.work()
    made.run(output, work, [made.candidate("a.pdf")])
    part = next(root.glob("readings/**/*.parquet"))
    shutil.copy(part, part.with_name("part-copy.parquet"))
    derived = open_output(str(root)).derive(work, merge=made.merge)
    assert "copy or a renamed file" in derived.damaged[0].message
    assert len(made.rows(root, "records")) == 1


def test_an_output_of_another_schema_version_is_refused(made, output):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    newer = dataclasses.replace(made.schema, version="2")
    with pytest.raises(StoreError, match=r"holds note 1, and this run has note 2; choose another --out") as caught:
        output.check(made.work(schema=newer))
    assert caught.value.exit_code == 2
    assert str(caught.value).endswith("where it asks the same in other words, say `version: 1` in its file")
    with pytest.raises(StoreError, match=r"a name of its own$"):
        output.check(made.work(schema=dataclasses.replace(newer, origin="built-in")))


def test_other_labels_fit_into_the_same_output_and_other_columns_do_not(made, output):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    labels = (dataclasses.replace(made.schema.fields[0], labels=("Number",)), *made.schema.fields[1:])
    output.check(made.work(schema=dataclasses.replace(made.schema, fields=labels)))
    with pytest.raises(StoreError, match="other columns"):
        output.check(made.work(schema=dataclasses.replace(made.schema, fields=made.schema.fields[1:])))


KILLED = """
import sys
sys.path.insert(0, "tests/flows")
from conftest import Made
from flows.output import open_output
made, output = Made(), open_output(sys.argv[1])
work = made.work(run_id=sys.argv[2])
asked = [made.candidate(f"{n:03d}.pdf", f"{n % 37}", seconds=20.0) for n in range(40)]
plan = output.plan(work, asked)
print("listed", flush=True)
for shard in plan.shards:
    read = [made.failed(e) if e.source.endswith("7.pdf") else made.read(e, number=e.source) for e in shard.entries]
    output.commit(work, shard, read)
    print("committed", flush=True)
    output.derive(work, merge=made.merge)
"""


def test_killed_again_and_again_it_ends_as_if_undisturbed(made, tmp_path):
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    subprocess.run([sys.executable, "-c", KILLED, str(calm), "calm"], check=True, stdout=subprocess.DEVNULL)
    rng = random.Random(7)  # noqa: S311 - no secret
    for turn in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(killed), f"run-{turn}"], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            for _ in range(rng.randrange(2, 4)):
                process.stdout.readline()
            time.sleep(rng.uniform(0.0, 0.03))
            process.kill()
    assert len(list(killed.glob("readings/**/*.parquet"))) >= 5
    subprocess.run([sys.executable, "-c", KILLED, str(killed), "last"], check=True, stdout=subprocess.DEVNULL)
    assert made.tables(killed) == made.tables(calm)
    assert len(made.rows(killed, "records")) + len(made.rows(killed, "failures")) == 37
    assert open_output(str(killed)).status().problems == ()


def test_a_table_that_another_process_has_replaced_meanwhile_is_looked_at_again(made, output, root, monkeypatch):
    asked = [made.candidate("a.pdf")]
    made.run(output, made.work(), asked)
    replace, others = output.store.replace, iter([b"another process was here"])

    def raced(name, data, **condition):
        for content in others:
            replace(name, content)
        return replace(name, data, **condition)

    monkeypatch.setattr(output.store, "replace", raced)
    output.derive(made.work(), merge=made.merge, force=True)
    assert len(made.rows(root, "records")) == 1
