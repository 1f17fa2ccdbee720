"""Questions to a model that answers one at a time: their form, what counts as no answer, and asking again."""

from __future__ import annotations

import asyncio

import pytest

from extractors.catalogue.entry import Strategy
from extractors.engine.interface import UnavailableError
from extractors.vision import prompts
from extractors.vision.asking import Asker
from extractors.vision.values import understood
from extractors.vision.voice import LONGER_ANSWER, SHORT_ANSWER
from schemas import Field, Kind, Schema
from schemas.values import Locale
from tests.extractors.vision.answering import Scripted, answer, sheet, voice

PAID = Field(name="is_paid", kind=Kind.BOOLEAN, title="Paid?")
COUNTRY = Field(name="country", kind=Kind.COUNTRY)
KIND = Field(
    name="kind", kind=Kind.ENUM, choices=("invoice", "credit_note", "none"), choice_labels=(("nota", "credit_note"),)
)
NAME = Field(name="buyer_name", kind=Kind.NAME)


def asked(field, say):
    """(the engine, what came of all attempts) of one field."""
    engine = Scripted(say)
    asker = Asker(engine=engine, voice=voice(Strategy.ASK), document="d.pdf")
    schema = Schema(name="note", version="1", fields=(field,))
    return engine, asyncio.run(asker.answer(schema, sheet()))


def value_of(field, said):
    _, climbed = asked(field, lambda _: said)
    return understood(field, climbed.last.said[0], Locale(), 0).value


@pytest.mark.parametrize(
    ("field", "question"),
    [
        (PAID, "paid, yes or no?"),
        (KIND, "what is the kind: invoice, credit note or none?"),
        (NAME, "what is the buyer name?"),
        (Field(name="code", kind=Kind.ENUM, choices=tuple(map(str, range(99)))), "what is the code?"),
    ],
)
def test_the_question_says_what_can_be_answered(field, question):
    assert prompts.question(field) == question


@pytest.mark.parametrize(
    ("field", "said", "value"),
    [
        (PAID, "no", False),
        (PAID, "Yes.", True),
        (PAID, "unanswerable", None),
        (COUNTRY, "NO", "NO"),
        (COUNTRY, "no", None),
        (KIND, "credit note", "credit_note"),
        (KIND, "Nota", "credit_note"),
        (KIND, "none", "none"),
        (KIND, "no", None),
        (NAME, "no", None),
        (NAME, "none.", None),
        (NAME, "Copper Finch Ltd", "Copper Finch Ltd"),
    ],
)
def test_no_is_an_answer_only_where_it_can_be_one(field, said, value):
    assert value_of(field, said) == value


@pytest.mark.parametrize(
    ("first", "temperature", "room"),
    [
        (answer("", "abort"), 0.0, SHORT_ANSWER),
        (answer("ha" * 90, "stop"), 0.3, SHORT_ANSWER),
        (answer("Copper", "repetition"), 0.3, SHORT_ANSWER),
        (answer("Copper", "length"), 0.0, LONGER_ANSWER),
    ],
)
def test_an_answer_that_is_no_use_is_asked_for_again(first, temperature, room):
    said = iter([first, "Copper Finch Ltd"])
    engine, climbed = asked(NAME, lambda _: next(said))
    assert climbed.last.said[0].content == "Copper Finch Ltd"
    assert (engine.requests[1].temperature, engine.requests[1].max_output_tokens) == (temperature, room)
    assert [(call.attempt, bool(call.problem)) for call in climbed.calls] == [(1, True), (2, False)]


def test_a_model_that_only_loops_is_given_up_and_the_value_is_unreadable():
    engine, climbed = asked(NAME, lambda _: "ha" * 90)
    assert [request.temperature for request in engine.requests] == [0.0, 0.3, 0.7]
    assert climbed.last.said[0].content == "?"


def test_an_engine_that_is_away_is_no_answer():
    with pytest.raises(UnavailableError):
        asked(NAME, lambda _: UnavailableError("away"))
