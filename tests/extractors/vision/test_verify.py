"""Doubtful values are looked at again, closely, without being told what was read; agreeing and differing both count."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from extractors.catalogue.entry import Strategy
from extractors.engine.interface import UnavailableError
from extractors.merge import merge
from extractors.policy import Policy
from extractors.reading import Evidence, Finding, Match, Reading, State
from extractors.record import ReviewReason
from extractors.vision.verify import doubts_of, look_again, verify_reading
from tests.extractors.vision.answering import NOTE, Scripted, answer, sheet, text_of, voice
from tests.extractors.vision.papers import document_of
from tiling import Box

DOCUMENT = document_of([("Number", "A-1"), ("Total", "12.50"), ("Paid", "2.50")])


def finding(path, value, box=None):
    evidence = Evidence(page=0, box=box, text=str(value), match=Match.EXACT) if box else None
    return Finding(path=path, state=State.VALUE, value=value, text=str(value), evidence=evidence)


def reading(reader, *findings, model=None):
    return Reading(reader=reader, revision="1", findings=findings, model=model)


VISION = reading("vision", finding("number", "A-1"), finding("total", Decimal("12.50")), model="model")
LAYOUT = reading(
    "layout",
    finding("number", "A-1", Box(160, 80, 178, 91)),
    finding("total", Decimal("2.50"), Box(160, 120, 184, 131)),
)

LAYOUT_AGREES = reading("layout", finding("total", Decimal("12.50"), Box(160, 100, 190, 111)))


def total_of(*readings):
    record = merge(DOCUMENT, NOTE, readings, policy=Policy())
    return next(f for f in record.fields if f.path == "total")


def looked(say, strategy=Strategy.DIRECT, path="total", **more):
    engine = Scripted(say)
    look = asyncio.run(look_again(engine, voice(strategy, **more), NOTE, "d.pdf", path, sheet()))
    return engine, look


def test_only_doubtful_values_with_a_place_are_looked_at_again():
    record = merge(DOCUMENT, NOTE, [VISION, LAYOUT], policy=Policy(threshold=0.01))
    (doubt,) = doubts_of(record, NOTE, DOCUMENT, [LAYOUT])
    assert (doubt.path, doubt.page) == ("total", 0)
    assert all(box.contains(160 + 10, 105) for box in doubt.crops)  # what vision read
    assert all(box.contains(160 + 10, 125) for box in doubt.crops)  # what layout read
    assert doubt.crops[0].contains(65, 105)  # and its label
    widths = [box.width for box in doubt.crops]
    assert widths == sorted(widths, reverse=True)
    assert not doubt.crops[-1].contains(65, 105)


def test_the_model_is_not_told_what_was_read_before():
    engine, look = looked(lambda _: '{"total":"12.50"}')
    assert "12.5" not in text_of(engine.requests[0])
    assert list(engine.requests[0].schema["properties"]) == ["total"]
    assert (look.said.content, look.calls[0].field) == ("12.50", "total")


def test_a_model_that_answers_questions_is_asked_one():
    engine, look = looked(lambda _: "12.50", Strategy.ASK, prompts=("answer en {question}",))
    assert text_of(engine.requests[0]) == "answer en what is the total?"
    assert look.said.content == "12.50"


@pytest.mark.parametrize(
    ("said", "why"), [(UnavailableError("away"), "away"), ("nonsense", "is no JSON"), ("ha" * 90, "repeats")]
)
def test_a_second_look_that_fails_takes_nothing_from_the_first_and_says_so(said, why):
    _, look = looked(lambda _: said)
    assert why in look.calls[-1].problem
    reading = verify_reading(NOTE, [look], DOCUMENT.pages, VISION, model="other")
    alone, again = total_of(VISION), total_of(VISION, reading)
    assert (again.value, again.confidence, again.signals) == (alone.value, alone.confidence, alone.signals)
    assert any("the second look by other gave nothing" in note and why in note for note in again.notes)


@pytest.mark.parametrize("said", ['{"total":null}', '{"total":"?"}', '{"total":"no amount"}'])
@pytest.mark.parametrize("seconded", [(), (LAYOUT_AGREES,)])
def test_a_second_look_that_sees_no_such_value_makes_it_less_sure(said, seconded):
    _, look = looked(lambda _: said)
    reading = verify_reading(NOTE, [look], DOCUMENT.pages, VISION, model="other")
    alone, again = total_of(VISION, *seconded), total_of(VISION, *seconded, reading)
    assert (again.value, again.signals["seconded"]) == (alone.value, alone.signals["seconded"])
    assert again.confidence < alone.confidence
    assert len(again.notes) > len(alone.notes)


def test_a_second_look_that_is_cut_off_by_the_server_is_asked_for_again():
    said = iter([answer("", "abort"), '{"total":"12.50"}'])
    engine, look = looked(lambda _: next(said))
    assert (look.said.content, len(engine.requests)) == ("12.50", 2)
    assert [(call.field, call.attempt) for call in look.calls] == [("total", 1), ("total", 2)]


def test_a_cell_is_looked_at_under_its_own_path():
    _, look = looked(lambda _: '{"amount":"3.00"}', path="lines[4].amount")
    (seen,) = verify_reading(NOTE, [look], DOCUMENT.pages, VISION, model="model").findings
    assert (seen.path, seen.value) == ("lines[4].amount", Decimal("3.00"))


def test_readers_that_differ_send_a_value_to_review_and_those_that_agree_make_it_surer():
    agreeing = reading("layout", finding("total", Decimal("12.50"), Box(160, 100, 190, 111)))
    assert ReviewReason.DISAGREEMENT in total_of(VISION, LAYOUT).reasons
    assert ReviewReason.DISAGREEMENT not in total_of(VISION, agreeing).reasons
    assert total_of(VISION, agreeing).confidence > total_of(VISION).confidence > total_of(VISION, LAYOUT).confidence


def test_another_model_settles_a_disagreement_and_the_same_one_does_not():
    again = finding("total", Decimal("12.50"))
    same, other = (reading("verify", again, model=m) for m in ("model", "other"))
    assert ReviewReason.DISAGREEMENT in total_of(VISION, LAYOUT, same).reasons
    assert ReviewReason.DISAGREEMENT not in total_of(VISION, LAYOUT, other).reasons
    assert total_of(VISION, LAYOUT, other).confidence > total_of(VISION, LAYOUT).confidence


def test_a_second_look_that_differs_is_a_disagreement_and_replaces_nothing():
    other = reading("verify", finding("total", Decimal("72.50")), model="other")
    total = total_of(VISION, other)
    assert total.value == Decimal("12.50")
    assert ReviewReason.DISAGREEMENT in total.reasons
    assert "72.50" in total.alternatives


def test_a_value_that_the_model_says_is_not_printed_waits_for_a_person():
    absent = reading("vision", Finding(path="total", state=State.ABSENT), model="model")
    assert ReviewReason.DISAGREEMENT in total_of(absent, LAYOUT).reasons


def test_tokens_alone_do_not_make_a_value_sure_and_a_second_reading_does():
    tokens = {"token_probability": 0.995, "token_least": 0.98, "token_margin": 0.96, "value_over_null": 0.999}
    sure = Reading(
        reader="vision",
        revision="1",
        model="model",
        findings=(
            Finding(path="number", state=State.VALUE, value="A-1", text="A-1", signals=tokens),
            Finding(path="total", state=State.VALUE, value=Decimal("12.50"), text="12.50", signals=tokens),
        ),
    )
    agreeing = reading("layout", finding("total", Decimal("12.50"), Box(160, 100, 190, 111)))
    assert ReviewReason.LOW_CONFIDENCE in total_of(sure).reasons
    assert total_of(sure, agreeing).reasons == ()


def test_a_record_says_which_weights_rest_on_no_labels():
    guess = Finding(path="total", state=State.VALUE, value=Decimal("12.50"), text="12.50", signals={"token_least": 0.2})
    record = merge(DOCUMENT, NOTE, [reading("vision", guess, model="m")], policy=Policy())
    assert record.notes[-1].endswith("provisional weights: token_least, seconded")
    assert "provisional weights" not in merge(DOCUMENT, NOTE, [LAYOUT], policy=Policy()).notes[-1]
