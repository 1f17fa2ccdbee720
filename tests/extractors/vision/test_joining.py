"""Tiles and pages become one reading: one value a field, rows once each, and what could not be read is said."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from extractors.reading import State
from extractors.vision.answers import Said, checked_json
from extractors.vision.joining import join_tiles
from extractors.vision.sheet import TileReading
from tests.extractors.vision.answering import NOTE, answer, values_of, written
from tiling import Reason


def tile(page=0, order=(0,), **more):
    """What a model said of a tile: values, or an own `said`."""
    kept = {k: more.pop(k) for k in ("said", "transcript", "problem", "failure", "overlaps", "repeated") if k in more}
    kept.setdefault("said", checked_json(answer(written(**more)), NOTE).said)
    return TileReading(page=page, order=order, **kept)


def joined(*tiles):
    return join_tiles(NOTE, tiles, (), model="model")


def found(reading, path):
    return next((f for f in reading.findings if f.path == path), None)


def row(what, amount):
    return {"what": what, "amount": amount}


def test_values_are_understood_by_code_in_the_documents_own_way_of_printing():
    reading = joined(tile(number="A-1", total="1.234,56 €", day="03.04.2026"))
    assert values_of(reading) == {"number": "A-1", "total": Decimal("1234.56"), "day": dt.date(2026, 4, 3)}
    assert found(reading, "total").text == "1.234,56 €"
    assert all(f.evidence is None for f in reading.findings)


def test_a_date_with_two_meanings_waits_for_a_person():
    assert found(joined(tile(day="03/04/2026")), "day").reasons == ("ambiguous",)


def test_absent_unreadable_and_empty_are_told_apart():
    reading = joined(tile(number="?", total=None, lines=[]))
    assert [(f.path, f.state) for f in reading.findings] == [
        ("number", State.UNREADABLE), ("total", State.ABSENT), ("day", State.ABSENT), ("lines", State.EMPTY),
    ]  # fmt: skip
    assert found(joined(tile(lines=None)), "lines").state is State.ABSENT


def test_what_is_no_value_of_its_kind_is_unreadable_and_its_text_is_kept():
    day = found(joined(tile(day="soon")), "day")
    assert (day.state, day.text, day.value) == (State.UNREADABLE, "soon", None)
    assert "`soon`" in day.notes[0]


def test_a_value_on_one_of_several_tiles_is_the_documents():
    assert values_of(joined(tile(number="A-1"), tile(order=(1,), total="5,00"))) == {
        "number": "A-1", "total": Decimal("5.00"),
    }  # fmt: skip


def test_what_most_pages_say_counts_and_the_others_are_alternatives():
    number = found(joined(tile(number="A-1"), tile(1, number="A-1"), tile(2, number="B-2")), "number")
    assert (number.value, number.alternatives, number.reasons) == ("A-1", ("B-2",), ())
    assert number.notes == ("page 3 has `B-2`",)


@pytest.mark.parametrize(("path", "kept"), [("number", "A-1"), ("total", Decimal("9.00"))])
def test_where_pages_differ_the_first_counts_and_of_sums_the_last_and_a_person_looks(path, kept):
    reading = joined(tile(number="A-1", total="5,00"), tile(1, number="B-2", total="9,00"))
    assert found(reading, path).value == kept
    assert found(reading, path).reasons == ("ambiguous",)


def test_rows_are_numbered_through_tiles_and_pages_in_their_order():
    reading = joined(
        tile(1, lines=[row("c", "3,00")]), tile(0, (1,), lines=[row("b", "2,00")]), tile(0, lines=[row("a", "1,00")])
    )
    assert [found(reading, f"lines[{n}].what").value for n in range(3)] == ["a", "b", "c"]


def test_a_row_in_the_overlap_of_two_tiles_is_taken_once():
    upper = tile(lines=[row("Pump", "1,00"), row("Garden hose 20 m", "2,00")])
    lower = {"order": (1,), "lines": [row("Garden hose 20 m", "2,00"), row("Tap", "3,00")]}
    assert values_of(joined(upper, tile(overlaps=True, **lower)))["lines[2].what"] == "Tap"
    assert values_of(joined(upper, tile(overlaps=False, **lower)))["lines[3].what"] == "Tap"


@pytest.mark.parametrize(
    ("upper", "lower", "repeated", "joined_rows"),
    [
        ("abc", "bcd", {"lines": 2}, "abcd"),
        ("abc", "bcd", {}, "abcd"),
        ("aaa", "aab", {"lines": 1}, "aaaab"),
        ("aaa", "aab", {"lines": 2}, "aaab"),
        ("aaa", "aab", {"lines": 0}, "aaaaab"),
        ("aaa", "aaa", {"lines": 3}, "aaa"),
        ("abc", "dbc", {"lines": 2}, "abcdbc"),
        ("a", "abcd", {"lines": 2}, "abcd"),
    ],
)
def test_rows_that_two_tiles_share_are_taken_once_and_equal_ones_as_often_as_the_words_show(
    upper, lower, repeated, joined_rows
):
    names = {"a": "Pump", "b": "Garden hose", "c": "Tap", "d": "Wrench"}
    above, below = ([row(names[letter], "1,00") for letter in letters] for letters in (upper, lower))
    values = values_of(joined(tile(lines=above), tile(order=(1,), overlaps=True, repeated=repeated, lines=below)))
    assert [value for path, value in values.items() if path.endswith(".what")] == [names[n] for n in joined_rows]


def test_rows_of_nulls_are_no_rows():
    reading = joined(tile(lines=[row(None, None), row("a", None)]))
    assert values_of(reading) == {"lines[0].what": "a"}


def test_a_transcript_bears_a_value_out_or_not():
    reading = joined(tile(number="A-1", total="9.999,00", transcript="Note A 1\nTotal 12,50"))
    assert found(reading, "number").signals["transcript_agreement"] == 1.0
    assert found(reading, "total").signals["transcript_agreement"] == 0.0
    assert "transcript_agreement" not in found(joined(tile(number="A-1")), "number").signals


def test_what_stayed_cut_makes_required_fields_and_tables_incomplete():
    reading = joined(tile(number="A-1", problem="page 1: cut"))
    assert reading.finish_reason == "length"
    assert reading.notes == ("page 1: cut",)
    assert found(reading, "lines").reasons == ("incomplete",)
    assert found(reading, "number").reasons == ()
    gone = joined(TileReading(page=0, order=(0,), problem="page 1: nonsense"))
    assert found(gone, "number").reasons == ("incomplete",)
    assert found(gone, "day") is None


def test_a_tile_without_an_engine_says_nothing():
    reading = joined(tile(number="A-1"), tile(1, said=(), failure=Reason.ENGINE_UNAVAILABLE, problem="away"))
    assert reading.finish_reason == "stop"
    assert values_of(reading) == {"number": "A-1"}


def test_the_signals_of_a_value_are_those_of_its_own_tokens():
    said = (Said(path="number", content="A-1", signals={"token_probability": 0.4}),)
    sure = (Said(path="number", content="A-1", signals={"token_probability": 0.9}),)
    assert found(joined(tile(said=said), tile(1, said=sure)), "number").signals["token_probability"] == 0.9


@pytest.mark.parametrize(
    ("value", "transcript", "agrees"),
    [("12", "Total 120", 0.0), ("12", "Total 12 pieces", 1.0), ("12", "Total 12.00", 1.0), ("A-1", "No. a1", 1.0)],
)
def test_short_numbers_must_stand_alone_in_a_transcript(value, transcript, agrees):
    said = (Said(path="number", content=value),)
    assert found(joined(tile(said=said, transcript=transcript)), "number").signals["transcript_agreement"] == agrees
