"""The totals block: the arithmetic chooses among candidates, and what does not close is left alone."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from extractors.layout.columns import with_sums, without_columns
from extractors.layout.concepts import DUE, PREPAID, SUBTOTAL, TAX, TOTAL
from extractors.layout.scored import Candidate
from extractors.layout.totals import solve
from schemas.values import Parsed
from tiling import Box


def _amount(value: str, score: float = 0.8, *, y: float | None = None, relation: str = "right") -> Candidate:
    top = float(abs(hash(value)) % 700) if y is None else y
    return Candidate(
        page=0,
        box=Box(400, top, 440, top + 10),
        text=value,
        parsed=Parsed(value=Decimal(value), text=value),
        score=score,
        relation=relation,
        label_text="label",
        label_box=Box(300, 0, 350, 10),
    )


def _chosen(candidates, pool=(), rates=()):
    return {role: choice.candidate.parsed.value for role, choice in solve(candidates, pool, rates).items()}


def test_the_candidates_that_close_the_sum_beat_better_labelled_ones():
    chosen = _chosen(
        {
            SUBTOTAL: [_amount("50.00", 0.95), _amount("100.00", 0.7)],
            TAX: [_amount("19.00")],
            TOTAL: [_amount("119.00")],
        }
    )

    assert chosen == {
        SUBTOTAL: Decimal("100.00"), TAX: Decimal("19.00"), TOTAL: Decimal("119.00"), DUE: Decimal("119.00"),
    }  # fmt: skip


def test_a_printed_amount_without_a_label_is_taken_where_it_alone_closes_the_sum():
    chosen = _chosen({SUBTOTAL: [_amount("100.00")], TOTAL: [_amount("119.00")]}, pool=[_amount("19.00", 0.1)])

    assert chosen[TAX] == Decimal("19.00")


def test_nothing_is_added_up_that_is_not_printed():
    chosen = _chosen({SUBTOTAL: [_amount("100.00")], TOTAL: [_amount("119.00")]})

    assert TAX not in chosen


def test_the_taxes_of_several_rates_close_the_sum_but_are_no_tax_total():
    choices = solve(
        {
            SUBTOTAL: [_amount("100.00", 0.6), _amount("60.00", 0.7)],
            TAX: [_amount("11.40"), _amount("2.80")],
            TOTAL: [_amount("114.20")],
        },
        (),
        (),
    )

    assert TAX not in choices
    assert choices[SUBTOTAL].candidate.parsed.value == Decimal("100.00")
    assert choices[TOTAL].arithmetic == 1.0


def test_a_weak_candidate_that_closes_nothing_is_left_out():
    chosen = _chosen({SUBTOTAL: [_amount("3.00", 0.2)], TOTAL: [_amount("119.00", 0.9)]})

    assert chosen == {TOTAL: Decimal("119.00"), DUE: Decimal("119.00")}


def test_what_was_paid_is_taken_off_the_total():
    candidates = {
        SUBTOTAL: [_amount("100.00")],
        TAX: [_amount("19.00")],
        TOTAL: [_amount("119.00")],
        PREPAID: [_amount("40.00")],
    }

    assert _chosen(candidates, pool=[_amount("79.00", 0.1)])[DUE] == Decimal("79.00")
    assert DUE not in _chosen(candidates)


def test_the_amount_due_is_often_the_only_total():
    chosen = _chosen({SUBTOTAL: [_amount("100.00")], TAX: [_amount("19.00")], DUE: [_amount("119.00", 0.9)]})

    assert chosen[TOTAL] == chosen[DUE] == Decimal("119.00")


def test_a_tax_that_a_credit_note_prints_without_its_sign_gets_it():
    choices = solve(
        {SUBTOTAL: [_amount("-100.00")], TAX: [_amount("19.00")], TOTAL: [_amount("-119.00")]},
        (),
        (),
    )

    assert choices[TAX].candidate.parsed.value == Decimal("-19.00")
    assert any("without its sign" in note for note in choices[TAX].candidate.parsed.notes)


def test_the_sum_of_a_column_is_the_one_that_counts():
    column = [_amount(v, s, y=y, relation="below") for v, s, y in (("60", 0.9, 20), ("40", 0.7, 32), ("100", 0.5, 44))]

    best = max(with_sums(column), key=lambda c: c.score)

    assert best.text == "100"


def test_a_header_over_many_values_says_nothing_of_the_document():
    column = [_amount(str(v), 0.8, y=20 + 12 * v, relation="below") for v in range(4)]

    assert {c.score for c in without_columns(column)} == {0.4}
    assert {c.score for c in without_columns(column[:2])} == {0.8}


@given(
    st.integers(1, 10**7).map(lambda n: Decimal(n) / 100),
    st.integers(1, 10**6).map(lambda n: Decimal(n) / 100),
    st.lists(st.integers(1, 10**7).map(lambda n: Decimal(n) / 100), max_size=3),
)
def test_all_that_is_chosen_is_printed_and_a_closing_sum_closes(net, tax, noise):
    values = [net, tax, net + tax, *noise]
    pool = [_amount(str(v), 0.1, y=20.0 * i) for i, v in enumerate(values)]
    candidates = {SUBTOTAL: [_amount(str(net), y=20.0)], TOTAL: [_amount(str(net + tax), y=60.0)]}

    choices = solve(candidates, pool, ())

    assert {c.candidate.parsed.value for c in choices.values()} <= set(values)
    if choices[TOTAL].arithmetic == 1.0 and TAX in choices:
        got = {role: choices[role].candidate.parsed.value for role in (SUBTOTAL, TAX, TOTAL)}
        assert abs(got[SUBTOTAL] + got[TAX] - got[TOTAL]) <= Decimal("0.02")
