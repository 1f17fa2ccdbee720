"""No answer is believed that was cut, loops, or does not follow the schema; whatever a server says of it."""

from __future__ import annotations

import pytest

from extractors.vision.answers import checked_json, checked_text
from extractors.vision.ladder import Problem
from tests.extractors.vision.answering import NOTE, answer, written

GOOD = written(number="A-1", total="12,50 €", lines=[{"what": "Pump", "amount": "12,50"}])


def test_a_good_answer_has_its_values_and_no_problem():
    checked = checked_json(answer(GOOD), NOTE)
    assert checked.problem is None
    said = {s.path: s.content for s in checked.said}
    assert said["total"] == "12,50 €"
    assert said["day"] is None
    assert said["lines[0].amount"] == "12,50"


@pytest.mark.parametrize(
    ("text", "finish_reason", "problem"),
    [
        (GOOD, "length", Problem.LENGTH),
        (GOOD, "repetition", Problem.LOOP),
        (GOOD, "abort", Problem.ABORTED),
        (GOOD[:40], "stop", Problem.INVALID),
        (GOOD[:40], "length", Problem.LENGTH),
        (GOOD[:-1] + " " * 90, "length", Problem.LOOP),
        (GOOD + " " * 90, "stop", Problem.LOOP),
        (written(number="A" * 41), "stop", Problem.INVALID),
        (written(total="9" * 49), "stop", Problem.INVALID),
        (written(lines=[{"what": "Pump"}]), "stop", Problem.INVALID),
        (written(lines=[{"what": "ha" * 60, "amount": None}]), "stop", Problem.LOOP),
        (GOOD[:-1] + ',"approved":true}', "stop", Problem.INVALID),
        ('{"number":null}', "stop", Problem.INVALID),
        ("I cannot read this.", "stop", Problem.INVALID),
        ("", "stop", Problem.INVALID),
    ],
)
def test_an_answer_with_a_problem_says_which(text, finish_reason, problem):
    checked = checked_json(answer(text, finish_reason), NOTE)
    assert checked.problem is problem
    assert checked.message


def test_of_a_cut_answer_the_whole_values_are_there_to_be_kept():
    checked = checked_json(answer(GOOD[:40], "length"), NOTE)
    assert {s.path for s in checked.said} == {"number", "total"}


def test_unreadable_is_a_legal_answer_and_numbers_are_taken_as_written():
    text = '{"number":"?","total":12.50,"day":null,"lines":null}'
    checked = checked_json(answer(text), NOTE)
    assert checked.problem is None
    assert {s.path: s.content for s in checked.said}["total"] == "12.50"


@pytest.mark.parametrize(
    ("text", "finish_reason", "problem"),
    [("Invoice 1", "stop", None), ("Invoice 1", "length", Problem.LENGTH), ("la " * 40, "stop", Problem.LOOP)],
)
def test_plain_text_is_checked_for_its_end_too(text, finish_reason, problem):
    assert checked_text(answer(text, finish_reason))[0] is problem
