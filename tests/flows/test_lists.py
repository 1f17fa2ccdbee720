from __future__ import annotations

import gc
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.lists import SHARD_DOCUMENTS, cut, read_lists
from flows.output import WINDOW, open_output
from flows.work import Candidate, Entry, Origin
from tiling import Reason

RUN = """
import sys
sys.path.insert(0, "tests/flows")
from conftest import Made
from flows.output import open_output
made, output = Made(), open_output(sys.argv[1])
names = sys.argv[3].split(",")
plan = made.run(output, made.work(run_id=sys.argv[2]), [made.candidate(n, seconds=20.0) for n in names])
print(plan.listed)
"""


def names(count: int, start: int = 0) -> list[str]:
    return [f"{n:03d}.pdf" for n in range(start, start + count)]


def listed(output, work) -> list[list[str]]:
    return [
        [o["source"] for origins in shards.table["origins"].to_pylist() for o in origins]
        for shards in read_lists(output.store, work.schema.name, work.fingerprint)
    ]


def test_the_list_is_committed_before_the_first_shard(made, output):
    work = made.work()
    plan = output.plan(work, [made.candidate("a.pdf")])
    assert listed(output, work) == [["in/a.pdf"]]
    assert not output.is_done(work, plan.shards[0])


def test_lists_go_on_in_order_when_their_numbers_get_longer(made, output, root):
    work = made.work()
    for number in range(3):
        output.plan(work, [made.candidate(f"{number}.pdf")])
        (file,) = root.glob(f"runs/_lists/**/0000{number}.parquet")
        file.rename(file.with_name(f"{99_999 + number}.parquet"))
    assert listed(open_output(str(root)), work) == [["in/0.pdf"], ["in/1.pdf"], ["in/2.pdf"]]


def test_shards_hold_about_a_minute_of_work(made, output):
    plan = output.plan(made.work(), [made.candidate(n, seconds=25.0) for n in names(5)])
    assert sorted(len(s.entries) for s in plan.shards) == [1, 2, 2]


def test_a_document_longer_than_a_minute_has_a_shard_of_its_own(made, output):
    work = [made.candidate("long.pdf", seconds=500.0), made.candidate("a.pdf"), made.candidate("b.pdf")]
    assert [len(s.entries) for s in output.plan(made.work(), work).shards] == [1, 2]


def test_shards_of_quick_documents_are_cut_by_their_number(made, output):
    plan = output.plan(made.work(), [made.candidate(f"{n}", seconds=0.001) for n in range(SHARD_DOCUMENTS + 1)])
    assert sorted(len(s.entries) for s in plan.shards) == [SHARD_DOCUMENTS // 2, SHARD_DOCUMENTS // 2 + 1]


def test_a_list_of_many_documents_is_whole_and_none_of_them_stays_in_memory_as_an_object(made, output):
    work = made.work()
    many = 2 * WINDOW + 1
    plan = output.plan(work, (made.candidate(f"{n}", seconds=0.001) for n in range(many)))
    assert [len(each) for each in listed(output, work)] == [WINDOW, WINDOW, 1]
    assert [name for each in listed(output, work) for name in each] == [f"in/{n}" for n in range(many)]
    assert sum(len(shard.entries) for shard in plan.shards) == plan.listed == many
    gc.collect()
    assert sum(isinstance(each, Candidate | Entry | Origin) for each in gc.get_objects()) < WINDOW


@given(st.lists(st.sampled_from([0.3, 1.0, 25.0, 59.0, 200.0]), min_size=1, max_size=300))
def test_shards_keep_their_limits_and_hold_all_in_order(seconds):
    entries = [Entry(origins=(), document_id=f"{n}", seconds=s) for n, s in enumerate(seconds)]
    shards = list(cut(entries, 60.0))
    assert [entry for shard in shards for entry in shard] == entries
    for shard in shards:
        assert len(shard) == 1 or sum(entry.seconds for entry in shard) <= 60.0


def test_the_same_bytes_twice_are_one_document_with_two_sources(made, output, root):
    plan = made.run(output, made.work(), [made.candidate("a.pdf", "same"), made.candidate("b.pdf", "same")])
    assert plan.listed == 1
    (record,) = made.rows(root, "records")
    assert record["_sources"] == ["in/a.pdf", "in/b.pdf"]


def test_bytes_that_turn_up_later_under_another_name_are_not_read_again(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf", "same")])
    plan = made.run(output, made.work(run_id="run-2"), [made.candidate("b.pdf", "same", version="other")])
    assert (plan.listed, plan.done, len(plan.shards)) == (0, 1, 0)
    (record,) = made.rows(root, "records")
    assert record["_sources"] == ["in/a.pdf", "in/b.pdf"]
    third = output.plan(made.work(run_id="run-3"), [made.candidate("b.pdf", "same", version="other")])
    assert third.done == 1
    assert len(listed(output, made.work())) == 2


def test_the_same_bytes_are_one_document_however_many_lists_lie_between(made, output, root, monkeypatch):
    monkeypatch.setattr("flows.output.WINDOW", 2)
    asked = [made.candidate(n, content) for n, content in zip(names(5), "xyzxx", strict=True)]
    plan = made.run(output, made.work(), asked)
    assert [len(each) for each in listed(output, made.work())] == [2, 2, 1]
    assert (plan.listed, plan.duplicates) == (3, 2)
    by_source = {tuple(sorted(r["_sources"])) for r in made.rows(root, "records")}
    assert by_source == {("in/000.pdf", "in/003.pdf", "in/004.pdf"), ("in/001.pdf",), ("in/002.pdf",)}
    forced = output.plan(made.work(run_id="run-2"), asked, force=True)
    assert (forced.listed, forced.duplicates) == (3, 2)


def test_what_is_listed_needs_no_hash(made, output):
    work = made.work()
    made.run(output, work, [made.candidate("a.pdf")])
    known = output.listed(work)
    assert known.has("/data/in/a.pdf", "v-a.pdf")
    assert not known.has("/data/in/a.pdf", "another")
    assert not known.has("/data/in/a.pdf", None)
    assert known.has_document(made.candidate("a.pdf").document_id)
    assert output.plan(work, [made.candidate("a.pdf", document_id=None)]).done == 1


def test_a_changed_file_is_a_new_document(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf", "old")])
    made.run(output, made.work(run_id="run-2"), [made.candidate("a.pdf", "new")])
    assert len({r["_document_id"] for r in made.rows(root, "records")}) == 2


def test_another_fingerprint_has_lists_of_its_own(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    plan = made.run(output, made.work("e" * 16, "run-2"), [made.candidate("a.pdf")])
    assert plan.listed == 1
    (record,) = made.rows(root, "records")
    assert record["_fingerprint"] == "e" * 16


def test_a_killed_run_is_finished_by_the_next(made, output, root):
    work, asked = made.work(), [made.candidate(n, seconds=30.0) for n in names(6)]
    first = output.plan(work, asked)
    output.commit(work, first.shards[1], [made.read(e) for e in first.shards[1].entries])
    second = open_output(str(root)).plan(made.work(run_id="run-2"), asked)
    assert {s.name for s in second.shards} == {first.shards[0].name, first.shards[2].name}
    assert (second.listed, second.joined, second.done) == (0, 4, 2)


def test_a_run_takes_only_what_an_earlier_one_did_not_list(made, output):
    output.plan(made.work(), [made.candidate(n, seconds=30.0) for n in names(2)])
    plan = output.plan(made.work(run_id="run-2"), [made.candidate(n, seconds=30.0) for n in names(4)])
    assert [[e.source for e in s.entries] for s in plan.shards] == [
        ["in/002.pdf", "in/003.pdf"],
        ["in/000.pdf", "in/001.pdf"],
    ]


def test_open_shards_of_documents_that_were_not_asked_for_are_left_alone(made, output):
    output.plan(made.work(), [made.candidate("a.pdf")])
    plan = output.plan(made.work(run_id="run-2"), [made.candidate("b.pdf")])
    assert [[e.source for e in s.entries] for s in plan.shards] == [["in/b.pdf"]]


def test_force_lists_again_what_is_done_and_joins_what_is_open(made, output, root):
    work = made.work()
    made.run(output, work, [made.candidate("a.pdf")])
    forced = output.plan(work, [made.candidate("a.pdf")], force=True)
    assert [e.generation for s in forced.shards for e in s.entries] == [1]
    again = output.plan(made.work(run_id="run-2"), [made.candidate("a.pdf")], force=True)
    assert [s.name for s in again.shards] == [s.name for s in forced.shards]
    assert again.listed == 0
    shard = again.shards[0]
    output.commit(work, shard, [made.read(e, number="forced") for e in shard.entries])
    output.derive(work, merge=made.merge)
    assert [r["number"] for r in made.rows(root, "records")] == ["forced"]


def test_only_failures_are_retried(made, output, root):
    work, asked = made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")]
    made.run(output, work, asked, read=lambda e: made.failed(e) if e.source == "in/b.pdf" else made.read(e))
    plain = output.plan(work, asked)
    assert (plain.done, plain.done_failed, len(plain.shards)) == (2, 1, 0)
    plan = made.run(output, work, asked, retry_failed=True)
    assert [e.source for s in plan.shards for e in s.entries] == ["in/b.pdf"]
    assert made.rows(root, "failures") == []
    assert len(made.rows(root, "records")) == 2
    assert len(output.plan(work, asked, retry_failed=True).shards) == 0


def test_a_failure_without_bytes_can_be_retried(made, output, root):
    work, asked = made.work(), [made.candidate("a.pdf", document_id=None)]
    made.run(output, work, asked, read=made.failed)
    assert made.rows(root, "failures")[0]["_document_id"] is None
    made.run(output, work, asked, retry_failed=True)
    assert made.rows(root, "failures") == []
    assert len(made.rows(root, "records")) == 1


def test_a_version_that_is_never_there_is_tried_four_times_and_when_it_is_asked_for(made, output, root):
    def too_late(entry):
        return replace(made.failed(entry, reason=Reason.STORE_FAILED), replaced=True)

    work, asked = made.work(), [made.candidate("a.pdf", document_id=None)]
    assert [len(made.run(output, work, asked, too_late).shards) for _ in range(6)] == [1, 1, 1, 1, 0, 0]
    plan = output.plan(work, asked)
    assert (plan.done, plan.done_failed) == (1, 1)
    made.run(output, work, asked, retry_failed=True)
    assert (len(made.rows(root, "records")), made.rows(root, "failures")) == (1, [])


@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize(("first", "then"), ["af", "fa"])
def test_of_a_version_that_was_listed_with_other_settings_too_the_youngest_list_counts(
    made, output, root, read, first, then
):
    asked = [made.candidate("a.pdf", document_id=None)]
    outcomes = {True: made.read, False: made.failed}
    made.run(output, made.work(fingerprint=first * 16), asked, outcomes[not read])
    made.run(output, made.work(fingerprint=then * 16), asked, outcomes[read])
    assert open_output(str(root)).index("note").states_by_origin() == {("/data/in/a.pdf", "v-a.pdf"): read}


def test_a_dry_run_writes_nothing(made, output, root):
    plan = output.plan(made.work(), [made.candidate("a.pdf")], dry_run=True)
    assert (plan.listed, len(plan.shards)) == (1, 0)
    assert list(root.rglob("*")) == []


def test_a_run_that_loses_the_race_for_a_list_takes_what_is_left(made, output, root, monkeypatch):
    work, other = made.work(), open_output(str(root))
    create = output.store.create

    def slow(name, data):
        if name.endswith("00000.parquet"):  # another run was quicker by a moment
            other.plan(made.work(run_id="quick"), [made.candidate("a.pdf"), made.candidate("b.pdf")])
        return create(name, data)

    monkeypatch.setattr(output.store, "create", slow)
    plan = output.plan(work, [made.candidate("b.pdf"), made.candidate("c.pdf")])
    assert listed(output, work) == [["in/a.pdf", "in/b.pdf"], ["in/c.pdf"]]
    assert (plan.listed, plan.joined) == (1, 2)


def test_two_forced_runs_at_once_read_a_document_once_more_not_twice(made, output, root, monkeypatch):
    work, other = made.work(), open_output(str(root))
    made.run(output, work, [made.candidate("a.pdf")])
    create = output.store.create

    def slow(name, data):
        if name.endswith("00001.parquet") and not Path(root / name).exists():
            monkeypatch.undo()
            made.run(other, made.work(run_id="quick"), [made.candidate("a.pdf")], force=True)
        return create(name, data)

    monkeypatch.setattr(output.store, "create", slow)
    plan = output.plan(work, [made.candidate("a.pdf")], force=True)
    assert (plan.listed, len(plan.shards)) == (0, 0)
    assert len(listed(output, work)) == 2


def test_two_processes_over_the_same_documents_duplicate_nothing(made, root):
    root.mkdir()
    asked = [names(12), names(12, start=4)]
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, str(root), f"run-{i}", ",".join(a)], stdout=subprocess.PIPE, text=True
        )
        for i, a in enumerate(asked)
    ]
    said = [p.communicate(timeout=120)[0] for p in racing]
    assert sum(map(int, said)) == 16
    output = open_output(str(root))
    output.derive(made.work(), merge=made.merge)
    assert sorted(r["_source"] for r in made.rows(root, "records")) == [f"in/{n}" for n in names(16)]
    assert output.status().problems == ()


@pytest.mark.parametrize("name", ["caf\udce9.pdf", "ü.pdf"])
def test_a_file_name_that_is_no_text_can_be_listed_opened_and_found_again(made, output, root, name):
    work = made.work()
    asked = made.candidate(name, content="x")
    plan = made.run(output, work, [asked])
    assert plan.shards[0].entries[0].location == f"/data/in/{name}"
    assert output.plan(work, [asked]).done == 1
    assert len(made.rows(root, "records")) == 1


def test_runs_that_join_the_same_list_take_its_shards_in_different_orders(made, output):
    asked = [made.candidate(n, seconds=60.0) for n in names(12)]
    output.plan(made.work(), asked)
    orders = [[s.name for s in output.plan(made.work(run_id=f"run-{i}"), asked).shards] for i in range(2, 4)]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]
