"""The same seller and number in two documents: both wait for a person, and neither does once one of them is gone."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from flows import corrections
from flows.corrections import Correction, Decision
from flows.forget import forget
from flows.output import open_output
from flows.review_queue import queue
from schemas import Field, Kind, Role, Schema

PAPER = Schema(
    name="paper",
    version="1",
    fields=(
        Field(name="number", kind=Kind.CODE, required=True),
        Field(name="seller", kind=Kind.NAME, role=Role.ISSUER),
        Field(name="total", kind=Kind.MONEY),
    ),
)
SAID = {"a": ("RE 2026/017", "Blåbær GmbH"), "b": ("re-2026-017", "BLABÆR"), "c": ("RE-2026-018", "Blåbær")}


@pytest.fixture
def fill(made):
    """Reads documents by name, each in a part of its own."""

    def read(entry):
        outcome = made.read(entry)
        number, seller = SAID[entry.source.removeprefix("in/")[0]]
        found = (made.finding("number", number, number), made.finding("seller", seller, seller))
        (reading,) = outcome.readings
        return dataclasses.replace(outcome, readings=(dataclasses.replace(reading, findings=found),))

    def call(output, names, *, settle=True):
        for name in names:
            work = made.work(name * 16, f"run-{name}", PAPER)
            plan = output.plan(work, [made.candidate(f"{name}.pdf")])
            for shard in plan.shards:
                output.commit(work, shard, [read(e) for e in shard.entries])
            output.derive(work, merge=made.merge, settle=settle)
        return made.work("x" * 16, "later", PAPER)

    return call


def waiting(made, root):
    """Source -> what is said of its number, of the numbers that wait for a person."""
    return {
        row["_source"].removeprefix("in/"): [n for n in row["notes"] if n.startswith("seen_once")]
        for row in made.rows(root, "fields")
        if row["path"] == "number" and row["status"] == "review"
    }


def test_both_wait_and_say_where_the_other_is(made, fill, output, root):
    fill(output, "abc")
    told = waiting(made, root)
    assert {name: "in/" in note[0] for name, note in told.items()} == {"a.pdf": True, "b.pdf": True}
    assert "the same seller and number as in/b.pdf" in told["a.pdf"][0]
    rows = [r for r in made.rows(root, "fields") if r["path"] == "number"]
    assert {tuple(r["reasons"]) for r in rows} == {("check_failed",), ()}
    checks = {r["_source"]: [c["outcome"] for c in r["_checks"]] for r in made.rows(root, "records")}
    assert checks == {"in/a.pdf": ["fail"], "in/b.pdf": ["fail"], "in/c.pdf": []}
    queued = [(item.source, item.path) for _, _, items in queue(output, ["paper"]) for item in items]
    assert sorted(queued) == [("in/a.pdf", "number"), ("in/b.pdf", "number")]


def test_the_order_in_which_they_came_does_not_matter(made, fill, tmp_path):
    tables = []
    for order in ("abc", "bca"):
        root = tmp_path / order
        fill(open_output(str(root)), order)
        tables.append(made.tables(root))
    assert tables[0] == tables[1]


def test_it_is_undone_when_one_of_the_two_is_forgotten(made, fill, output, root):
    fill(output, "abc")
    forget(open_output(str(root)), "in/b.pdf")
    assert "b.pdf" not in str(made.rows(root, "fields"))
    assert not any(waiting(made, root).values())


def test_a_rejected_one_sets_the_other_free(made, fill, output, root):
    work = fill(output, "ab")
    decide(output, made.candidate("b.pdf").document_id, None, Decision.REJECT)
    output.derive(work, merge=made.merge)
    assert waiting(made, root) == {}


def test_what_a_person_has_decided_does_not_wait_again(made, fill, output, root):
    work = fill(output, "ab")
    decide(output, made.candidate("a.pdf").document_id, "number", Decision.ACCEPT)
    output.derive(work, merge=made.merge)
    assert list(waiting(made, root)) == ["b.pdf"]


def test_another_number_given_by_a_person_ends_it(made, fill, output, root):
    work = fill(output, "ab")
    decide(output, made.candidate("a.pdf").document_id, "number", Decision.CORRECT, "RE-1")
    output.derive(work, merge=made.merge)
    assert waiting(made, root) == {}


def test_while_a_run_goes_on_older_parts_are_left_alone(made, fill, output, root):
    work = fill(output, "a")
    before = {p: p.read_bytes() for p in root.glob("*/schema=paper/*.parquet")}
    fill(output, "b", settle=False)
    assert {p: p.read_bytes() for p in before} == before
    assert waiting(made, root) == {}
    output.derive(work, merge=made.merge)
    assert sorted(waiting(made, root)) == ["a.pdf", "b.pdf"]


def decide(output, document_id, path, decision, value=None):
    correction = Correction(
        document_id=document_id,
        schema="paper",
        path=path,
        decision=decision,
        value=value,
        decided_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC),
    )
    corrections.append(output.store, [correction])
