"""Looking into an output while runs move documents between its parts."""

from __future__ import annotations

from functools import partial

import pytest

from flows.cli import main
from flows.evaluation.output import read_given
from flows.forget import forget
from flows.looking import look_up
from flows.output import open_output
from flows.rescore import rescore
from flows.review_queue import queue

OLD, NEW = "f" * 16, "e" * 16
"""Fingerprints; parts of the new one sort before those of the old one."""


@pytest.fixture
def read(made, output):
    """An output of two documents of which all values wait."""
    made.run(output, made.work(OLD), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    rescore(output, settings={"threshold": 0.999})
    return output


@pytest.fixture
def before_a_look(monkeypatch):
    """Has something done once a store is asked, for the `nth` time, for a file whose name begins so."""

    def before(store, start, doing, nth=1):
        exists, asked = store.exists, []

        def exists_then(name):
            if name.startswith(start):
                asked.append(name)
                if len(asked) == nth:
                    doing()
            return exists(name)

        monkeypatch.setattr(store, "exists", exists_then)

    return before


@pytest.fixture
def read_again(made, root):
    """What another run does that reads a.pdf once more with other settings."""

    def read_again(fingerprint=NEW, *, derived=True):
        other, work = open_output(str(root)), made.work(fingerprint, "run-2")
        (shard,) = other.plan(work, [made.candidate("a.pdf")]).shards
        other.commit(work, shard, [made.read(e) for e in shard.entries])
        if derived:
            rescore(other)

    return read_again


def test_a_document_that_moves_while_it_is_explained_is_found(read, before_a_look, read_again):
    read_again(derived=False)
    looker = open_output(read.store.uri)
    before_a_look(looker.store, "records/", lambda: rescore(open_output(read.store.uri)), nth=2)
    seen = look_up(looker, "in/a.pdf")
    assert seen.record is not None
    assert len(seen.fields) == 5


def test_a_document_whose_tables_are_not_built_yet_says_so(made, output, root, capsys):
    work = made.work()
    (shard,) = output.plan(work, [made.candidate("a.pdf")]).shards
    output.commit(work, shard, [made.read(shard.entries[0])])
    assert main(["explain", str(root), "a.pdf"]) == 4
    assert "is in no table of" in capsys.readouterr().err
    rescore(output)
    assert main(["explain", str(root), "a.pdf", "--no-picture"]) == 0


@pytest.mark.parametrize("fingerprint", [NEW, "f" * 15 + "0", "ff" * 7 + "00"])
def test_a_document_that_moves_while_it_is_exported_is_in_the_queue_once(read, before_a_look, read_again, fingerprint):
    read_again(fingerprint, derived=False)
    before_a_look(read.store, "fields/", lambda: rescore(open_output(read.store.uri)), nth=2)
    queued = [item.item_id for _, _, items in queue(read, ["note"]) for item in items]
    assert len(queued) == len(set(queued))


def test_a_document_that_is_forgotten_while_it_is_exported_is_not_in_the_queue(read, monkeypatch):
    opened = read.store.open

    def open_once_it_is_forgotten(name):
        if name.startswith("readings/"):
            monkeypatch.undo()
            fields = {s.name: read.store.read(s.name) for s in read.store.names("fields/")}
            forget(open_output(read.store.uri), "in/a.pdf")
            for field, data in fields.items():  # as a run that derives puts it back for a moment
                read.store.replace(field, data)
        return opened(name)

    monkeypatch.setattr(read.store, "open", open_once_it_is_forgotten)
    assert {items[0].source for _, _, items in queue(read, ["note"])} == {"in/b.pdf"}


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("table", ["fields/", "records/"])
@pytest.mark.parametrize("derived_before", [True, False])
def test_a_document_that_moves_while_it_is_evaluated_counts_once(
    made, read, before_a_look, read_again, nth, table, derived_before
):
    if derived_before:
        moves = read_again
    else:
        read_again(derived=False)
        moves = partial(rescore, open_output(read.store.uri))
    before_a_look(read.store, table, moves, nth=nth)
    given = read_given(read, made.schema)
    assert sorted(g.sources for g in given) == [("in/a.pdf",), ("in/b.pdf",)]
    assert all(len(g.told) == 5 for g in given)
