"""Forgetting a document while others write to the same output, and after it was killed."""

from __future__ import annotations

import datetime as dt

import pytest

from flows import corrections
from flows.corrections import Correction, Decision
from flows.forget import forget
from flows.output import open_output
from flows.store import LocalStore, StoreError
from tests.flows.test_forget import NUMBER, fill, traces


class KilledError(Exception):
    pass


@pytest.fixture
def read(made, output):
    """An output of two documents."""
    made.run(output, made.work(), [made.candidate("secret.pdf"), made.candidate("keep.pdf")])
    return output


@pytest.fixture
def secret(made):
    return made.candidate("secret.pdf").document_id


@pytest.fixture
def before_a_write(monkeypatch):
    """Has something done before a file whose name begins so is first replaced in a store."""

    def before(store, start, doing):
        replace, left = store.replace, [doing]

        def replace_then(name, data, **more):
            if name.startswith(start) and left:
                left.pop()()
            return replace(name, data, **more)

        monkeypatch.setattr(store, "replace", replace_then)

    return before


def decision(document_id) -> Correction:
    when = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    return Correction(document_id=document_id, schema="note", path="total", decision=Decision.ACCEPT, decided_at=when)


@pytest.mark.parametrize("before", ["runs/_lists/", "fields/", "readings/"])
def test_tables_that_a_run_derives_meanwhile_do_not_bring_it_back(made, read, secret, root, before, before_a_write):
    before_a_write(read.store, before, lambda: open_output(str(root)).derive(made.work(), merge=made.merge))
    forget(read, secret, merge=made.merge)
    assert traces(root, secret, "secret.pdf") == []
    assert [r["_source"] for r in made.rows(root, "records")] == ["in/keep.pdf"]
    assert open_output(str(root)).status().problems == ()


def test_tables_that_a_run_made_of_readings_before_are_not_put_in_place_after(made, read, secret, root):
    left = [secret]

    def merge(document, schema, readings):
        if left:
            forget(open_output(str(root)), left.pop(), merge=made.merge)
        return made.merge(document, schema, readings)

    read.derive(made.work(), merge=merge, force=True)
    assert not left
    assert traces(root, secret, "secret.pdf") == []
    assert [r["_source"] for r in made.rows(root, "records")] == ["in/keep.pdf"]
    assert read.status().problems == ()


@pytest.mark.parametrize("before", ["runs/_lists/", "records/", "readings/"])
def test_two_documents_of_a_part_are_forgotten_at_the_same_time(made, read, secret, root, before, before_a_write):
    made.run(read, made.work("e" * 16), [made.candidate(n) for n in ("a.pdf", "secret.pdf", "keep.pdf")])
    before_a_write(read.store, before, lambda: forget(open_output(str(root)), "in/a.pdf", merge=made.merge))
    forget(read, secret, merge=made.merge)
    assert traces(root, secret, "secret.pdf", "in/a.pdf") == []
    assert [r["_source"] for r in made.rows(root, "records")] == ["in/keep.pdf"]
    assert read.status().problems == ()


@pytest.mark.parametrize("step", range(14))
def test_one_that_was_killed_is_done_again_and_leaves_nothing(made, output, root, step, monkeypatch):
    document_id, steps = fill(made, output), iter(range(100))
    for name in ("replace", "delete"):
        does = getattr(LocalStore, name)

        def does_until_killed(*arguments, does=does, **more):
            if next(steps) == step:
                raise KilledError
            return does(*arguments, **more)

        monkeypatch.setattr(output.store, name, does_until_killed.__get__(output.store))
    with pytest.raises(KilledError):
        forget(output, document_id, merge=made.merge)
    open_output(str(root)).derive(made.work(), merge=made.merge)
    try:
        forget(open_output(str(root)), document_id, merge=made.merge)
    except StoreError as error:
        assert "knows no document" in error.message  # noqa: PT017 - killed when there was nothing left to do
    assert traces(root, NUMBER, document_id, "secret.pdf") == []


@pytest.mark.parametrize("document_id", ["as listed", None])
def test_a_run_that_is_reading_it_does_not_store_it_afterwards(made, output, root, document_id):
    more = {} if document_id else {"document_id": None}
    asked = [made.candidate(n, **more) for n in ("secret.pdf", "keep.pdf")]
    made.run(output, made.work(), asked)
    work = made.work("e" * 16, "run-2")
    (shard,) = output.plan(work, asked).shards
    outcomes = [made.read(entry) for entry in shard.entries]
    forget(open_output(str(root)), "in/secret.pdf", merge=made.merge)
    assert output.commit(work, shard, outcomes)
    output.derive(work, merge=made.merge)
    assert traces(root, "secret.pdf", made.candidate("secret.pdf").document_id) == []
    assert [r["_source"] for r in made.rows(root, "records")] == ["in/keep.pdf"]
    assert open_output(str(root)).status().problems == ()


def test_what_is_decided_while_its_readings_go_is_forgotten_too(made, read, secret, root, before_a_write):
    before_a_write(read.store, "readings/", lambda: corrections.append(read.store, [decision(secret)]))
    forget(read, secret, merge=made.merge)
    assert traces(root, secret) == []


def test_what_was_left_of_one_whose_readings_are_gone_is_forgotten_by_its_id(made, read, secret, root):
    forget(read, secret, merge=made.merge)
    corrections.append(read.store, [decision(secret)])
    assert forget(read, secret, merge=made.merge).files == 1
    assert traces(root, secret) == []
