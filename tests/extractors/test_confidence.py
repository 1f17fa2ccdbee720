"""The score is a small model in a file that anybody can read, monotone in each signal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.confidence import PACKAGED, load_model, packaged_model, score

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [s.name for s in packaged_model().signals]
signals = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1))


def test_the_packaged_model_says_what_it_was_fitted_on_and_explains_each_signal() -> None:
    model = packaged_model()
    assert not model.provisional
    assert "copies" in model.source
    assert model.tally.pooled[-1].n > 1000
    assert all(s.explanation for s in model.signals)


@given(signals)
def test_a_score_is_a_probability_and_never_certain(given_signals: dict[str, float]) -> None:
    assert 0 < score(given_signals) < 1


@given(signals, st.sampled_from(NAMES), st.floats(0, 1), st.floats(0, 1))
def test_a_better_signal_never_lowers_the_score(rest: dict[str, float], name: str, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert score({**rest, name: low}) <= score({**rest, name: high})


def test_a_missing_signal_counts_as_neutral_and_an_unknown_one_not_at_all() -> None:
    neutral = {s.name: s.neutral for s in packaged_model().signals}
    assert score({}) == score(neutral) == score({"colour_of_the_ink": 1.0})


def test_signals_out_of_range_and_no_numbers_do_no_harm() -> None:
    assert score({"margin": 7.0}) == score({"margin": 1.0})
    assert score({"margin": float("nan")}) == score({"margin": 0.0})


def test_a_value_from_well_formed_xml_is_accepted_and_a_lonely_guess_is_not() -> None:
    threshold = packaged_model().threshold
    assert score({"source_xml": 1.0, "xml_well_formed": 1.0}) >= threshold
    assert score({"label_match": 0.0, "margin": 0.0, "score": 0.2}) < threshold


def test_an_explanation_names_the_strongest_signal_first() -> None:
    explained = packaged_model().explain({"agreement": 0.0, "geometry": 0.69})
    assert "second" in explained[0][0]
    assert explained[0][1] < 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"threshold": 1.2}, "threshold"),
        ({"signals": {"x": {"weight": -1, "neutral": 0.5, "explanation": ""}}}, "must not be negative.*: x"),
        ({"intercept": None}, "no score model"),
    ],
)
def test_a_wrong_model_file_says_what_is_wrong(tmp_path: Path, change: dict[str, object], message: str) -> None:
    data = json.loads(PACKAGED.read_text(encoding="utf-8"))
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**data, **change}), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_model(path)


def test_a_calibrated_model_takes_its_place(tmp_path: Path) -> None:
    data = json.loads(PACKAGED.read_text(encoding="utf-8"))
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**data, "name": "own", "provisional": False, "intercept": -30}), encoding="utf-8")
    model = load_model(path)
    assert score({}, model) < score({})
    assert model.label == f"own {data['version']}"
