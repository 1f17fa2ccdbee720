"""Parts of a bucket that are replaced while somebody reads them: larger ones are fetched in pieces."""

from __future__ import annotations

import os

import pyarrow as pa
import pytest

from flows.evaluation.output import read_given
from flows.forget import forget
from flows.output import open_output
from flows.part_file import Metadata, PartFile, open_part, parquet_bytes
from flows.rescore import rescore
from flows.s3 import ranges
from flows.store import ReplacedError

NAME = "fields/schema=note/part-0.parquet"


def part_of(letter: str) -> bytes:
    """Two row groups; only the end of the second comes with the first request."""
    rows = pa.table({"letter": [letter] * 4000, "noise": [os.urandom(150).hex() for _ in range(4000)]})
    return parquet_bytes([rows.slice(0, 2000), rows.slice(2000)], rows.schema, Metadata(kind="fields", values={}))


@pytest.fixture
def store(s3, access):  # noqa: ARG001 - the bucket must be there
    store = open_output("s3://lake/out", access=access).store
    store.create(NAME, part_of("a"))
    return store


def test_one_that_is_replaced_before_its_rows_are_read_gives_those_of_the_new_one(store):
    with open_part(store, NAME, kind="fields") as part:
        store.replace(NAME, part_of("b"))
        rows = part.read()
    assert set(rows["letter"].to_pylist()) == {"b"}
    assert rows.num_rows == 4000


def test_one_that_is_replaced_between_its_rows_is_never_a_mixture(store):
    with open_part(store, NAME, kind="fields") as part:
        part.read([1])
        store.replace(NAME, part_of("b"))
        with pytest.raises(ReplacedError, match=r"part-0\.parquet was replaced while it was read; run the same"):
            part.read([0])


@pytest.fixture
def read(made, s3, access, monkeypatch):  # noqa: ARG001 - the bucket must be there
    """An output whose files come in small pieces."""
    monkeypatch.setattr(ranges, "TAIL_BYTES", 2**9)
    monkeypatch.setattr(ranges, "AHEAD_BYTES", 1)
    output = open_output("s3://lake/out", access=access)
    made.run(output, made.work(), [made.candidate(f"{n}.pdf") for n in range(20)])
    return output


@pytest.fixture
def replaced_before(access, monkeypatch):
    """Has all tables built again, with other values, before rows of fields are read for the `nth` time."""

    def replaced_before(nth):
        rows, left = PartFile._read, list(range(nth))

        def rows_then(part, groups, columns):
            if part.name.startswith("fields/") and left and left.pop() == 0:
                rescore(open_output("s3://lake/out", access=access), settings={"threshold": 0.999})
            return rows(part, groups, columns)

        monkeypatch.setattr(PartFile, "_read", rows_then)
        return left

    return replaced_before


def test_tables_that_are_built_again_meanwhile_end_no_look_at_them(read, replaced_before):
    left = replaced_before(1)
    assert read.status().problems == ()
    assert left == []


def test_tables_that_are_built_again_meanwhile_lose_a_forgotten_document_all_the_same(made, read, replaced_before):
    left = replaced_before(1)
    assert forget(read, "in/7.pdf").damaged == ()
    assert left == []
    assert {g.sources for g in read_given(read, made.schema)} == {(f"in/{n}.pdf",) for n in range(20) if n != 7}


@pytest.mark.parametrize("table", ["fields/", "readings/"])
def test_a_part_that_is_replaced_between_its_rows_does_not_end_a_run(made, output, root, monkeypatch, table):
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    work, rows, left = made.work("e" * 16, "run-2"), PartFile._read, ["rows", "those before"]
    (shard,) = output.plan(work, [made.candidate("a.pdf")]).shards
    output.commit(work, shard, [made.read(entry) for entry in shard.entries])
    output.index("note")

    def rows_then(part, groups, columns):
        if part.name.startswith(table) and left and left.pop() == "rows":
            raise ReplacedError(part.name)
        return rows(part, groups, columns)

    monkeypatch.setattr(PartFile, "_read", rows_then)
    output.derive(work, merge=made.merge)
    assert left == []
    assert sorted(r["_source"] for r in made.rows(root, "records")) == ["in/a.pdf", "in/b.pdf"]
    assert output.status().problems == ()
