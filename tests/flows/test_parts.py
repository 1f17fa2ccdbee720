from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import fields, replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import Evidence, Finding, Match, State
from flows.part_file import PartError, open_part
from flows.parts import pack
from flows.payload import findings_of, findings_text, words_of, words_text
from flows.readings import read_documents, readings_bytes
from flows.schema_text import schema_of, schema_text
from flows.tables import READINGS
from flows.work import Entry, Origin, Shard
from schemas.registry import builtin_names, load_schema
from tiling import Box, Failure, Reason, Stage, Word

PART = "readings/schema=note/part-ffffffff-00000-00000.parquet"
points = st.integers(-100_000, 2_000_000).map(lambda n: n / 100)
words = st.builds(
    Word,
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
    box=st.builds(Box, points, points, points, points),
    size_pt=points,
    line=st.integers(0, 500),
    bold=st.booleans(),
    score=st.none() | st.integers(0, 10_000).map(lambda n: n / 10_000),
)
values = (
    st.text(max_size=20)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.dates()
    | st.times()
    | st.booleans()
    | st.integers()
)


@given(st.lists(words, max_size=12).map(tuple))
def test_words_come_back_as_they_were(many):
    assert words_of(words_text(many)) == many


@given(values.filter(lambda v: not isinstance(v, str) or v.isascii()))
def test_a_value_comes_back_with_its_type(value):
    finding = Finding(path="total", state=State.VALUE, value=value)
    (back,) = findings_of(findings_text([finding]))
    assert back == finding
    assert type(back.value) is type(value)


def test_a_finding_comes_back_with_all_it_says():
    finding = Finding(
        path="line_items[2].quantity",
        state=State.VALUE,
        value=Decimal("1.50"),
        text="1,50",
        evidence=Evidence(page=3, box=Box(1.5, 2.25, 3.125, 4.0), text="1,50", match=Match.FUZZY),
        signals={"label": 0.5},
        reasons=("ambiguous",),
        notes=("decimal comma",),
        alternatives=("7,50", "150"),
    )
    assert findings_of(findings_text([finding])) == (finding,)


def test_half_a_surrogate_pair_does_not_stop_a_part():
    word = Word(text="a\udc80b", box=Box(0, 0, 1, 1), size_pt=9.0, line=0)
    assert words_of(words_text([word]))[0].text == "a?b"


@pytest.fixture
def shard():
    def make(*names: str) -> Shard:
        entries = tuple(
            Entry(origins=(Origin(source=f"in/{n}", location=f"/in/{n}", version="1"),), document_id=None)
            for n in names
        )
        return Shard(
            name="part-ffffffff-00000-00000",
            list_number=0,
            listed_at=dt.datetime(2026, 1, 31, tzinfo=dt.UTC),
            entries=entries,
        )

    return make


def test_a_document_comes_back_from_its_part_as_it_was(made, output, shard):
    one = shard("a.pdf", "b.pdf")
    outcomes = [made.read(one.entries[0]), made.failed(one.entries[1])]
    output.store.create(PART, readings_bytes(made.work(), one, [pack(o) for o in outcomes]))
    a, b = read_documents(output.store, PART)
    assert a.read
    assert a.readings == outcomes[0].readings
    (before,), (page,) = outcomes[0].document.pages, a.document.pages
    names = [f.name for f in fields(before)]
    assert [getattr(page, n) for n in names] == [getattr(before, n) for n in names]
    assert replace(a.document, pages=()) == replace(outcomes[0].document, pages=())
    assert (a.source, a.source_version, a.seconds) == ("in/a.pdf", "1", {"open": 0.001, "read": 0.01})
    assert not b.read
    assert b.failures == outcomes[1].failures
    assert b.document is None


def test_a_packed_outcome_travels_between_processes(made, shard):
    packed = pack(made.read(shard("a.pdf").entries[0]))
    assert pickle.loads(pickle.dumps(packed)) == packed  # noqa: S301 - our own
    assert packed.page_states == {"read": 1}


def test_an_outcome_with_neither_reading_nor_failure_is_an_internal_failure(made, shard):
    packed = pack(replace(made.read(shard("a.pdf").entries[0]), readings=()))
    assert packed.failure is not None
    assert packed.failure.reason is Reason.INTERNAL


def test_an_entry_without_an_outcome_is_an_internal_failure(made, output, shard):
    one = shard("a.pdf", "b.pdf")
    output.store.create(PART, readings_bytes(made.work(), one, [made.read(one.entries[0])]))
    a, b = read_documents(output.store, PART)
    assert a.read
    assert b.failures[0].reason is Reason.INTERNAL
    assert b.source == "in/b.pdf"


def test_an_outcome_that_nobody_asked_for_is_a_bug(made, shard):
    stranger = shard("c.pdf").entries[0]
    with pytest.raises(ValueError, match=r"c\.pdf"):
        readings_bytes(made.work(), shard("a.pdf"), [made.read(shard("a.pdf").entries[0]), made.read(stranger)])


def test_bytes_that_changed_after_listing_leave_no_source_unaccounted(made, output, shard, again):
    one = shard("a.pdf")
    twin = Origin(source="in/twin.pdf", location="/in/twin.pdf", version="1")
    entry = again(one.entries[0], document_id="0" * 64, origins=(*one.entries[0].origins, twin))
    changed = made.read(again(entry, document_id="1" * 64))
    output.store.create(PART, readings_bytes(made.work(), again(one, entries=(entry,)), [changed]))
    a, b = read_documents(output.store, PART)
    assert (a.document_id, [o.source for o in a.origins]) == ("1" * 64, ["in/a.pdf"])
    assert (b.source, b.document_id, b.read) == ("in/twin.pdf", "0" * 64, False)


def test_a_page_that_only_failed_is_counted_as_failed(made, shard, again):
    one = shard("a.pdf")
    page = Failure(
        source="in/a.pdf", document_id=None, stage=Stage.RENDER, reason=Reason.TIME_LIMIT, message="slow", page=4
    )
    packed = pack(again(made.read(one.entries[0]), failures=(page,)))
    assert packed.failure is None
    assert packed.page_states == {"read": 1, "failed": 1}


def test_a_part_has_the_columns_and_metadata_that_are_promised(made, output, shard, root):
    one = shard("a.pdf")
    output.store.create(PART, readings_bytes(made.work(), one, [made.read(one.entries[0])]))
    file = pq.ParquetFile(root / PART)
    assert file.schema_arrow.names == READINGS.names
    promised = {"reader", "model", "revision", "prompt_version", "raw", "finish_reason", "visual_tokens"}
    assert promised | {"token_logprobs", "words_source", "seconds", "attempt"} <= set(file.schema_arrow.names)
    with open_part(output.store, PART, kind="readings") as part:
        assert part.metadata["settings"] == {"reader": "layout"}
        assert part.metadata["schema_version"] == "1"
        assert schema_of(part.metadata["schema_text"]) == made.schema
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("name", ["note", *builtin_names()])
def test_a_schema_comes_back_from_its_text(made, name):
    schema = made.schema if name == "note" else load_schema(name)
    assert schema_of(schema_text(schema)) == replace(schema, origin="")


def test_a_flipped_byte_is_found_and_said_in_one_sentence(made, output, shard):
    one = shard("a.pdf")
    data = bytearray(readings_bytes(made.work(), one, [made.read(one.entries[0])]))
    group = pq.ParquetFile(pa.BufferReader(bytes(data))).metadata.row_group(1)
    words = next(c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == "words")
    data[words.dictionary_page_offset + words.total_compressed_size - 3] ^= 0xFF
    output.store.create(PART, bytes(data))
    with pytest.raises(PartError, match=r"part-ffffffff.*; restore .* from a backup"):
        read_documents(output.store, PART)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all" * 10])
def test_a_file_that_is_no_parquet_is_said_in_one_sentence(output, content):
    output.store.create(PART, content)
    with pytest.raises(PartError, match=r"it is damaged or no Parquet file") as caught:
        read_documents(output.store, PART)
    assert "\n" not in caught.value.message


def test_a_footer_with_bytes_that_are_no_text_is_said_in_one_sentence(made, output, shard):
    one = shard("a.pdf")
    data = bytearray(readings_bytes(made.work(), one, [made.read(one.entries[0])]))
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    data[data.index(b"_document_id", footer)] = 0x9C
    output.store.create(PART, bytes(data))
    with pytest.raises(PartError, match=r"it is damaged or no Parquet file"):
        read_documents(output.store, PART)


def test_a_foreign_part_is_named_as_such(output, root):
    (root / PART).parent.mkdir(parents=True)
    pq.write_table(pa.table({"a": [1]}), root / PART)
    with pytest.raises(PartError, match="it was not written by extract"):
        read_documents(output.store, PART)
