"""The tokens of a value by byte offset; forced ones, keys and quotes say nothing."""

from __future__ import annotations

import math

import pytest

from extractors.vision.probabilities import surety_of, surety_of_text, token_bytes
from extractors.vision.spans import scan
from tests.extractors.vision.answering import token

HALF, TENTH, MOST = math.log(0.5), math.log(0.1), math.log(0.9)


def sureties(*tokens):
    text = "".join(t.text for t in tokens)
    placed = token_bytes(tokens, text)
    return {span.path: surety_of(placed, span) for span in scan(text).spans}


def test_forced_tokens_keys_and_quotes_are_left_out():
    found = sureties(
        token('{"a":'), token('"', MOST, n=TENTH), token("12", HALF, **{"13": TENTH}), token("."),
        token("50", MOST, **{"60": TENTH}), token('"'), token("}"),
    )["a"]  # fmt: skip
    assert found.log_probabilities == (HALF, MOST)
    assert found.signals["token_probability"] == pytest.approx(math.sqrt(0.45))
    assert found.signals["token_least"] == pytest.approx(0.5)
    assert found.signals["token_margin"] == pytest.approx(0.4)
    assert found.signals["value_over_null"] == pytest.approx(0.9)


def test_the_same_value_twice_has_the_probabilities_of_its_own_place():
    found = sureties(
        token('{"a":"'), token("5", MOST, **{"6": TENTH}), token('","b":"'), token("5", TENTH, **{"6": MOST}),
        token('"}'),
    )  # fmt: skip
    assert found["a"].signals["token_probability"] == pytest.approx(0.9)
    assert found["b"].signals["token_probability"] == pytest.approx(0.1)
    assert found["b"].signals["token_margin"] == 0.0


def test_a_token_that_straddles_a_quote_counts_only_where_it_holds_a_byte_of_the_value():
    found = sureties(token('{"a":"x', HALF, **{'{"a":"y': TENTH}), token('","b":"', MOST, z=TENTH), token('q"}'))
    assert found["a"].log_probabilities == (HALF,)
    assert found["b"].log_probabilities == ()


def test_null_is_weighed_against_a_value_at_the_branch():
    straddling = token(':"', MOST, **{":null": TENTH})
    found = sureties(token('{"a"'), straddling, token("x", MOST, y=TENTH), token('"}'))["a"]
    assert found.signals["value_over_null"] == pytest.approx(0.9)
    null = sureties(token('{"a":'), token("null", MOST, **{'"': TENTH}), token("}"))["a"]
    assert null.signals["value_over_null"] == pytest.approx(0.1)
    assert null.log_probabilities == ()


def test_masked_alternatives_make_a_token_forced():
    forced = token("EUR", 0.0, USD=-9999.0)
    assert sureties(token('{"a":"'), forced, token('"}'))["a"].signals == {"value_over_null": 1.0}


def test_a_character_in_pieces_is_counted_in_bytes():
    tokens = (token('{"a":"'), token("1 "), token("€", HALF, x=TENTH), token('","b":"'), token("2", MOST, x=TENTH))
    found = sureties(*tokens, token('"}'))
    assert found["a"].log_probabilities == (HALF,)
    assert found["b"].log_probabilities == (MOST,)


def test_tokens_that_do_not_make_up_the_text_say_nothing():
    assert token_bytes((token("{}"),), "{ }") is None
    assert token_bytes((), "{}") is None
    assert surety_of(None, scan('{"a":"x"}').spans[0]).signals == {}


def test_an_answer_that_is_only_the_value_is_judged_as_a_whole():
    found = surety_of_text((token("12", HALF, x=TENTH), token("\n", TENTH, x=HALF)))
    assert found.signals["token_probability"] == pytest.approx(0.5)
