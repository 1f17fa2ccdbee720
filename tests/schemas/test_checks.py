"""Checks pass, fail, or say why they were not evaluated; the message shows the arithmetic."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Field, Kind, Schema
from schemas.checks import CHECKS, Outcome, run_checks
from schemas.registry import load_schema

INVOICE, RECEIPT = load_schema("invoice"), load_schema("receipt")
PASS, FAIL, OPEN = Outcome.PASS, Outcome.FAIL, Outcome.NOT_EVALUATED


def values(**given_values):
    return {
        k: Decimal(v) if isinstance(v, str) and v.replace("-", "").replace(".", "").isdigit() else v
        for k, v in given_values.items()
    }


def line(quantity=None, unit_price=None, line_total=None, **more):
    cells = {"quantity": quantity, "unit_price": unit_price, "line_total": line_total, **more}
    return {k: Decimal(v) if v is not None else None for k, v in cells.items()}


def outcomes(schema, found, name):
    return [r for r in run_checks(schema, found) if r.name == name]


def one(schema, found, name):
    results = outcomes(schema, found, name)
    assert len(results) == 1, results
    return results[0]


def test_net_plus_tax_is_the_total():
    result = one(INVOICE, values(subtotal="252.10", tax_total="47.90", total="300.00"), "total_is_sum")
    assert result.outcome is PASS
    assert result.message == "252.10 + 47.90 = 300.00"
    assert set(result.paths) == {"subtotal", "tax_total", "total"}


def test_a_wrong_total_fails_and_shows_the_sum():
    result = one(INVOICE, values(subtotal="252.10", tax_total="47.90", total="330.00"), "total_is_sum")
    assert result.outcome is FAIL
    assert "300.00" in result.message
    assert "330.00" in result.message


def test_a_net_sum_may_stand_before_discounts_and_charges():
    found = values(subtotal="100.00", allowance_total="10.00", charge_total="5.00", tax_total="18.05", total="113.05")
    result = one(INVOICE, found, "total_is_sum")
    assert result.outcome is PASS
    assert result.message == "100.00 - 10.00 + 5.00 + 18.05 = 113.05"


def test_what_is_missing_is_named():
    result = one(INVOICE, values(subtotal="252.10", total="300.00"), "total_is_sum")
    assert result.outcome is OPEN
    assert "tax_total" in result.message


def test_a_credit_note_with_negative_amounts_is_right():
    found = values(subtotal="-7.67", tax_total="-1.12", total="-8.79", allowance_total="-0.23")
    found["line_items"] = [line("-1", "7.90", "-7.90")]
    assert one(INVOICE, found, "total_is_sum").outcome is PASS
    assert one(INVOICE, found, "lines_add_up").outcome is PASS


@pytest.mark.parametrize(
    ("paid", "due", "outcome"),
    [(None, "300.00", PASS), ("100.00", "200.00", PASS), (None, "200.00", FAIL), ("50.00", "200.00", FAIL)],
)
def test_what_is_due_is_the_total_less_what_is_paid(paid, due, outcome):
    found = values(total="300.00", amount_due=due) | ({"prepaid_amount": Decimal(paid)} if paid else {})
    assert one(INVOICE, found, "due_is_total_less_paid").outcome is outcome


def test_the_lines_add_up_to_the_net_sum_or_the_total():
    lines = [line("2", "10.00", "20.00"), line("1", "5.50", "5.50")]
    assert one(INVOICE, values(subtotal="25.50") | {"line_items": lines}, "lines_add_up").outcome is PASS
    gross = values(subtotal="21.43", tax_total="4.07", total="25.50") | {"line_items": lines}
    assert one(INVOICE, gross, "lines_add_up").outcome is PASS
    result = one(INVOICE, values(subtotal="35.50") | {"line_items": lines}, "lines_add_up")
    assert result.outcome is FAIL
    assert "10.00 less" in result.message


def test_a_line_without_its_total_leaves_the_sum_open():
    found = values(subtotal="25.50") | {"line_items": [line("2", "10.00"), line("1", "5.50", "5.50")]}
    assert one(INVOICE, found, "lines_add_up").outcome is OPEN


def test_right_and_wrong_lines_are_told_apart():
    lines = [line("2", "10.00", "20.00"), line("3", "1.00", "30.00"), line("3", None, "30.00")]
    results = {r.outcome: r for r in outcomes(INVOICE, {"line_items": lines}, "line_arithmetic")}
    assert "line_items[0].line_total" in results[PASS].paths
    assert "line_items[1].line_total" in results[FAIL].paths
    assert "3 x 1.00 = 3.00, not 30.00" in results[FAIL].message
    assert results[OPEN].message.startswith("1 lines")


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"quantity": "10", "unit_price": "9.99", "line_total": "89.91", "discount": "10"}, PASS),
        ({"quantity": "10", "unit_price": "9.99", "line_total": "94.90", "discount": "5.00"}, PASS),
        ({"quantity": "2", "unit_price": "10.00", "line_total": "23.80", "tax_rate": "19"}, PASS),
        ({"quantity": "1000", "unit_price": "0.12", "line_total": "123.00"}, PASS),
        ({"quantity": "1000", "unit_price": "0.12", "line_total": "130.00"}, FAIL),
        ({"quantity": "-2", "unit_price": "10.00", "line_total": "20.00"}, PASS),
        ({"quantity": "2", "unit_price": "10.00", "line_total": "20.03"}, FAIL),
    ],
)
def test_discounts_taxes_and_rounded_prices_explain_a_line(cells, outcome):
    assert one(INVOICE, {"line_items": [line(**cells)]}, "line_arithmetic").outcome is outcome


def test_the_tax_breakdown_is_checked_line_by_line_and_as_a_whole():
    parts = [
        {"rate": Decimal(19), "base": Decimal("100.00"), "amount": Decimal("19.00")},
        {"rate": Decimal(7), "base": Decimal("50.00"), "amount": Decimal("3.50")},
    ]
    found = values(subtotal="150.00", tax_total="22.50") | {"tax_breakdown": parts}
    assert [r.outcome for r in outcomes(INVOICE, found, "tax_breakdown_adds_up")] == [PASS] * 4
    wrong = values(subtotal="150.00", tax_total="32.50") | {"tax_breakdown": parts}
    failing = [r for r in outcomes(INVOICE, wrong, "tax_breakdown_adds_up") if r.outcome is FAIL]
    assert [r.message for r in failing] == ["19.00 + 3.50 = 22.50, but tax_total is 32.50"]


def test_a_tax_rate_belongs_to_the_sellers_country():
    part = {"rate": Decimal(18), "base": None, "amount": None}
    french = {"seller_vat_id": "FR40303265045", "tax_breakdown": [part]}
    assert one(INVOICE, french, "tax_rate_plausible").outcome is FAIL
    assert one(INVOICE, {"tax_breakdown": [part]}, "tax_rate_plausible").outcome is PASS
    assert one(INVOICE, {"tax_breakdown": [part | {"rate": Decimal(55)}]}, "tax_rate_plausible").outcome is FAIL


def test_a_tax_higher_than_the_net_sum_cannot_be():
    assert one(INVOICE, values(subtotal="47.90", tax_total="252.10"), "tax_rate_plausible").outcome is FAIL


@pytest.mark.parametrize(
    ("due", "outcome"), [("2026-04-03", PASS), ("2026-05-03", PASS), ("2026-04-02", FAIL), ("2036-04-03", FAIL)]
)
def test_an_invoice_is_not_due_before_it_is_issued(due, outcome):
    found = {"issue_date": dt.date(2026, 4, 3), "due_date": dt.date.fromisoformat(due)}
    assert one(INVOICE, found, "dates_in_order").outcome is outcome


def test_dates_of_another_century_and_of_the_future_are_told():
    found = {"issue_date": dt.date(1970, 1, 1)}
    assert one(INVOICE, found, "dates_plausible").outcome is FAIL
    ahead = {"issue_date": dt.date(2062, 1, 1)}
    assert one(INVOICE, ahead, "dates_plausible").outcome is PASS
    (result,) = (r for r in run_checks(INVOICE, ahead, today=dt.date(2026, 4, 3)) if r.name == "dates_plausible")
    assert result.outcome is FAIL


def test_ids_are_checked():
    found = {
        "iban": "DE89370400440532013001",
        "seller_vat_id": "DE123456789",
        "buyer_vat_id": "DE136695976",
        "currency": "EUR",
    }
    assert one(INVOICE, found, "iban_valid").outcome is FAIL
    assert {r.paths[0]: r.outcome for r in outcomes(INVOICE, found, "vat_id_valid")} == {
        "seller_vat_id": FAIL,
        "buyer_vat_id": PASS,
    }
    assert one(INVOICE, found, "currency_known").outcome is PASS
    assert one(INVOICE, {"currency": "EUX"}, "currency_known").outcome is FAIL


def test_buyer_and_seller_are_not_the_same():
    assert one(INVOICE, {"seller_name": "Nordlicht AG", "buyer_name": "NORDLICHT AG"}, "parties_differ").outcome is FAIL


def test_missing_required_values_are_named():
    result = one(RECEIPT, {"merchant_name": "Laden", "total": Decimal(1)}, "required_present")
    assert (result.outcome, result.paths) == (FAIL, ("date",))


def test_a_receipts_total_may_contain_the_tax_and_be_rounded():
    assert one(RECEIPT, values(subtotal="10.00", tax_total="0.57", total="10.00"), "total_is_sum").outcome is PASS
    assert (
        one(RECEIPT, values(subtotal="9.98", tax_total="0.57", rounding="0.02", total="10.00"), "total_is_sum").outcome
        is PASS
    )
    assert one(INVOICE, values(subtotal="10.00", tax_total="0.57", total="10.00"), "total_is_sum").outcome is FAIL


def test_change_is_what_was_given_less_the_total():
    assert one(RECEIPT, values(total="8.40", amount_paid="10.00", change="1.60"), "change_is_right").outcome is PASS
    assert one(RECEIPT, values(total="8.40", amount_paid="10.00", change="2.60"), "change_is_right").outcome is FAIL


def test_a_users_schema_gets_the_checks_that_fit_it():
    schema = Schema(
        name="lease",
        version="1",
        fields=(
            Field(name="lease_start", kind=Kind.DATE),
            Field(name="lease_end", kind=Kind.DATE),
            Field(
                name="items",
                kind=Kind.TABLE,
                columns=(
                    Field(name="qty", kind=Kind.NUMBER),
                    Field(name="price", kind=Kind.MONEY),
                    Field(name="amount", kind=Kind.MONEY),
                ),
            ),
            Field(name="order_total", kind=Kind.MONEY),
        ),
    )
    found = {
        "lease_start": dt.date(2026, 5, 1),
        "lease_end": dt.date(2026, 4, 1),
        "order_total": Decimal(12),
        "items": [{"qty": Decimal(2), "price": Decimal(6), "amount": Decimal(12)}],
    }
    told = {r.name: r.outcome for r in run_checks(schema, found)}
    assert told["dates_in_order"] is FAIL
    assert told["line_arithmetic"] is PASS
    assert told["lines_add_up"] is PASS
    assert "iban_valid" not in told


def test_a_schema_may_name_its_checks():
    schema = Schema(name="x", version="1", fields=INVOICE.fields, checks=("currency_known",))
    assert {
        r.name for r in run_checks(schema, values(subtotal="1", tax_total="1", total="5") | {"currency": "EUR"})
    } == {"currency_known"}


def test_an_empty_record_fails_only_what_is_required():
    for schema in (INVOICE, RECEIPT):
        assert {r.name for r in run_checks(schema, {}) if r.outcome is FAIL} == {"required_present"}


CENTS = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-2))


@given(CENTS, st.sampled_from([Decimal(r) for r in ("19", "7", "20", "5.5", "0")]))
def test_no_rightly_rounded_invoice_fails(net, rate):
    tax = round(net * rate / 100, 2)
    found = {
        "subtotal": net,
        "tax_total": tax,
        "total": net + tax,
        "amount_due": net + tax,
        "tax_breakdown": [{"rate": rate, "base": net, "amount": tax}],
    }
    found |= {"line_items": [{"quantity": Decimal(1), "unit_price": net, "line_total": net, "tax_rate": rate}]}
    names = {r.name for r in run_checks(INVOICE, found) if r.outcome is FAIL}
    assert names <= {"required_present"}


@given(CENTS, CENTS, st.integers(2, 10**6))
def test_a_total_that_is_off_by_two_cents_or_more_fails(net, tax, off):
    found = {"subtotal": net, "tax_total": tax, "total": net + tax + Decimal(off).scaleb(-2)}
    assert one(INVOICE, found, "total_is_sum").outcome is FAIL


def test_every_check_says_what_it_checks():
    assert all(check.__doc__ for check in CHECKS.values())
