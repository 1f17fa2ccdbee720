from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.binomial import at_least, at_most, needed, sign_test, upper_bound, wilson
from extractors.calibration_measures import auroc, brier, coverage_at, ece, reliability, review_for, risk_curve

SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.72, 0.9, 0.99, 1.0]), st.booleans()), max_size=60)


def test_auroc_counts_the_pairs_in_which_the_right_value_is_surer():
    # Right .9 and .6 against wrong .6 and .2: won, won, tied, won = 3.5 of 4.
    measured = auroc([(0.9, True), (0.6, True), (0.6, False), (0.2, False)])
    assert (measured.value, measured.n) == (3.5 / 4, 4)


def test_auroc_needs_both_right_and_wrong():
    assert auroc([(0.9, True)]).value is None
    assert auroc([]).n == 0


def test_calibration_error_is_the_mean_gap_over_bins():
    # .95: claimed .95, right 1/2, gap .45 twice; .15: claimed .15, right 0, gap .15 once.
    measured = ece([(0.95, True), (0.95, False), (0.15, False)])
    assert measured.value == pytest.approx((2 * 0.45 + 0.15) / 3)
    assert measured.n == 3


def test_brier_is_the_mean_squared_gap():
    assert brier([(0.8, True), (0.5, False)]).value == pytest.approx((0.04 + 0.25) / 2)


def test_a_confidence_of_one_belongs_to_the_last_bin():
    (last,) = reliability([(1.0, True), (0.93, False)])
    assert (last.low, last.high, last.n, last.right) == (0.9, 1.0, 2, 0.5)


def test_values_of_one_confidence_are_accepted_together():
    scored = [(0.9, True)] * 99 + [(0.9, False)] + [(0.5, False)]
    assert coverage_at(scored, 0.01).value == pytest.approx(100 / 101)
    assert coverage_at(scored, 0.005).value == 0.0


def test_looking_at_the_least_sure_mends_them():
    scored = [(0.9, True)] * 90 + [(0.2, False)] * 10
    assert review_for(scored, 0.9).value == 0.0
    assert review_for(scored, 0.99).value == pytest.approx(0.1)


@given(SCORED)
def test_measures_are_shares(scored):
    for measured in (auroc(scored), ece(scored), brier(scored), coverage_at(scored, 0.01), review_for(scored, 0.99)):
        assert measured.n == len(scored)
        assert measured.value is None or -1e-12 <= measured.value <= 1 + 1e-12


@given(SCORED)
def test_the_risk_curve_ends_with_everything_accepted(scored):
    curve = risk_curve(scored)
    if scored:
        assert (curve[-1].accepted, curve[-1].wrong) == (len(scored), sum(not right for _, right in scored))
    assert [p.accepted for p in curve] == sorted({p.accepted for p in curve})


@given(SCORED)
def test_only_the_order_of_confidences_matters_for_auroc(scored):
    assert auroc([(c**3, right) for c, right in scored]) == auroc(scored)


def test_wilson_is_the_published_interval():
    # Newcombe 1998, table I: 81 of 263 gives .2553 to .3662.
    interval = wilson(81, 263)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)


@given(st.integers(0, 200), st.integers(0, 200))
def test_wilson_holds_the_share(hits, more):
    interval = wilson(hits, hits + more)
    assert 0 <= interval.low <= interval.high <= 1
    if hits + more:
        assert interval.low - 1e-12 <= hits / (hits + more) <= interval.high + 1e-12


def test_tails_by_hand():
    # Three coins: no or one head in 4 of 8 cases, two or three in 4.
    assert at_most(1, 3, 0.5) == pytest.approx(0.5)
    assert at_least(2, 3, 0.5) == pytest.approx(0.5)
    assert at_most(0, 2, 0.1) == pytest.approx(0.81)
    assert (at_most(3, 3, 0.5), at_most(-1, 3, 0.5)) == (1.0, 0.0)


def test_299_values_without_a_mistake_show_one_percent():
    assert needed(0, max_error=0.01, certainty=0.95) == 299
    assert needed(1, max_error=0.01, certainty=0.95) == 473


@given(st.integers(0, 5), st.sampled_from([0.005, 0.01, 0.05]), st.sampled_from([0.9, 0.95]))
def test_one_value_fewer_would_not_do(mistakes, max_error, certainty):
    n = needed(mistakes, max_error=max_error, certainty=certainty)
    assert upper_bound(mistakes, n, certainty=certainty) <= max_error
    assert upper_bound(mistakes, n - 1, certainty=certainty) > max_error


def test_mcnemar_is_a_sign_test():
    # One against nine: 2 * (1 + 10) / 1024.
    assert sign_test(1, 9) == pytest.approx(22 / 1024)
    assert sign_test(0, 0) == 1.0
    assert sign_test(4, 4) == 1.0
