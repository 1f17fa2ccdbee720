"""Breaker, window, pauses: what decides when the next request is sent."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from extractors.engine.backoff import pause_s, retry_after_s
from extractors.engine.breaker import FAILURES, LONGEST_REST_S, Breaker
from extractors.engine.load import Load, counter, load_of
from extractors.engine.window import START, STEP, Window

METRICS = """\
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="m"} 12.0
vllm:num_requests_running{engine="1",model_name="m"} 3.0
vllm:num_requests_waiting{engine="0",model_name="m"} 2.0
vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 40.0
vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="m"} 7.5e-1
vllm:num_preemptions_total{engine="0",model_name="m"} 4.0
vllm:prefix_cache_hits_total{engine="0"} 1664.0
"""
EASY = Load(running=10, waiting=0, kv_share=0.3, preemptions=0)


@given(attempt=st.integers(1, 2000), seed=st.integers())
def test_a_pause_is_within_a_doubling_bound(attempt, seed):
    pause = pause_s(attempt, random.Random(seed), first_s=0.5, longest_s=30)  # noqa: S311 - a test
    assert 0 <= pause <= min(30, 0.5 * 2 ** min(attempt - 1, 50))


def test_what_a_server_asks_for_is_understood_in_both_forms():
    assert retry_after_s("7", now=0) == 7
    assert retry_after_s("Thu, 01 Jan 1970 00:01:00 GMT", now=50) == 10
    assert retry_after_s("999999", now=0) == 120
    assert [retry_after_s(value, now=0) for value in (None, "soon", "nan", "")] == [None] * 4


def test_a_breaker_opens_after_failures_in_a_row_only():
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(0)
    breaker.answered()
    breaker.failed(0)
    assert breaker.closed
    for _ in range(FAILURES):
        breaker.failed(10)
    assert not breaker.closed
    assert not breaker.trial_due(10)
    assert breaker.trial_due(11)


def test_a_breaker_rests_longer_after_each_trial_that_fails():
    breaker = Breaker()
    breaker.failed(0, at_once=True)
    rests = []
    for _ in range(8):
        now = breaker.rests_until
        breaker.tried(now, succeeded=False)
        rests.append(breaker.rests_until - now)
    assert rests[:3] == [2, 4, 8]
    assert rests[-1] == LONGEST_REST_S
    breaker.tried(500, succeeded=True)
    assert breaker.closed


def test_the_load_of_a_server_is_the_sum_of_its_engines():
    assert load_of(METRICS) == Load(running=15, waiting=2, kv_share=0.75, preemptions=4)
    assert load_of("<html>") is None
    assert counter(METRICS, "vllm:prefix_cache_hits_total") == 1664


def grown(most: int, *, metered: bool = True) -> Window:
    """A window as large as it may be."""
    window = Window(most)
    if metered:
        window.meter()
    for _ in range(most):
        window.answered(in_flight=window.limit)
        window.measured(EASY, in_flight=window.limit)
    return window


def test_a_window_begins_with_a_few_and_doubles_until_the_server_is_full():
    window = Window(256)
    window.meter()
    limits = [window.limit]
    for load in (EASY, EASY, Load(running=100, waiting=28, kv_share=0.5, preemptions=0), EASY):
        window.measured(load, in_flight=window.limit)
        limits.append(window.limit)
    assert limits == [START, 2 * START, 4 * START, round(0.9 * 4 * START), round(0.9 * 4 * START) + STEP]


def test_a_window_without_metrics_doubles_by_answers_until_it_is_turned_away():
    window = Window(256)
    for _ in range(START):
        window.answered(in_flight=window.limit)
    assert window.limit == 2 * START
    window.turned_away(now=0)
    for _ in range(START):
        window.answered(in_flight=window.limit)
    assert window.limit == START + 1


def test_a_window_that_is_not_used_does_not_grow():
    window = Window(256)
    for _ in range(100):
        window.answered(in_flight=1)
    assert window.limit == START


def test_a_window_grows_while_the_server_has_room_and_uses_it():
    window = grown(100)
    assert window.limit == 100
    window.turned_away(now=0)
    assert window.limit == 50
    window.measured(EASY, in_flight=3)
    window.answered(in_flight=50)
    assert window.limit == 50
    window.measured(EASY, in_flight=50)
    assert window.limit == 50 + STEP
    for _ in range(20):
        window.measured(EASY, in_flight=window.limit)
    assert window.limit == 100


def test_a_window_shrinks_by_what_the_metrics_show():
    window = grown(100)
    window.measured(EASY, in_flight=0)
    window.measured(Load(running=50, waiting=5, kv_share=0.5, preemptions=0), in_flight=100)
    assert window.limit == 100
    window.measured(Load(running=50, waiting=20, kv_share=0.5, preemptions=0), in_flight=100)
    assert window.limit == 90
    window.measured(Load(running=50, waiting=0, kv_share=0.5, preemptions=3), in_flight=90)
    assert window.limit == 63
    window.measured(Load(running=50, waiting=0, kv_share=0.9, preemptions=3), in_flight=63)
    assert window.limit == 63
    window.measured(Load(running=50, waiting=0, kv_share=0.5, preemptions=3), in_flight=63)
    assert window.limit == 71


def test_a_window_is_cut_again_only_when_the_last_cut_shows():
    window, crowded = grown(100), Load(running=50, waiting=50, kv_share=0.9, preemptions=0)
    for in_flight in (100, 97, 95, 91):
        window.measured(crowded, in_flight=in_flight)
    assert window.limit == 90
    window.measured(crowded, in_flight=90)
    assert window.limit == 81


def test_requests_that_were_turned_away_together_are_one_cut_and_answers_win_it_back():
    window = grown(64, metered=False)
    for _ in range(20):
        window.turned_away(now=10.0)
    assert window.limit == 32
    window.turned_away(now=11.5)
    assert window.limit == 16
    for _ in range(16 * 4):
        window.answered(in_flight=window.limit)
    assert 18 <= window.limit <= 20


@given(st.lists(st.floats(0, 1000), max_size=50))
def test_a_window_is_never_closed(times):
    window = Window(8)
    for now in sorted(times):
        window.turned_away(now)
        assert window.limit >= 1
