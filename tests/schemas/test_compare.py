"""Two values of a field say the same, or how alike they are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Field, Kind
from schemas.compare import same, similarity, without_legal_form


@pytest.mark.parametrize(
    ("kind", "a", "b", "expected"),
    [
        (Kind.CODE, "RE-2026/017", "re 2026.017", True),
        (Kind.CODE, "RE-2026-017", "RE-2026-018", False),
        (Kind.IBAN, "DE89 3704", "DE893704", True),
        (Kind.NAME, "Nordlicht Möbel GmbH & Co. KG", "NORDLICHT MÖBEL", True),
        (Kind.NAME, "Nordlicht Möbel", "Südlicht Möbel", False),
        (Kind.MONEY, Decimal("10.00"), Decimal("10.004"), True),
        (Kind.MONEY, Decimal("10.00"), Decimal("10.01"), False),
        (Kind.NUMBER, Decimal("1.5"), Decimal("1.50"), True),
        (Kind.DATE, dt.date(2026, 4, 3), dt.date(2026, 3, 4), False),
        (Kind.TIME, dt.time(14, 5), dt.time(14, 5, 33), True),
        (Kind.TEXT, "Desk, oak (120 cm)", "desk oak 120cm", True),
        (Kind.ADDRESS, "Weg 1\n12345 Ort", "12345 Ort, Weg 1", True),
        (Kind.TEXT, "Desk", "Lamp", False),
        (Kind.MONEY, Decimal(1), None, False),
        (Kind.MONEY, None, None, True),
        (Kind.MONEY, Decimal(1), "1", False),
    ],
)
def test_sameness_is_that_of_the_kind(kind, a, b, expected):
    field = Field(name="x", kind=kind)
    assert same(field, a, b) is expected
    assert same(field, b, a) is expected


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Acme Tools Ltd.", "acme tools"),
        ("Ferro S.p.A.", "ferro"),
        ("Kedai Baru Sdn Bhd", "kedai baru"),
        ("GmbH", "gmbh"),
    ],
)
def test_legal_forms_do_not_count(name, bare):
    assert without_legal_form(name) == bare


LINES = Field(
    name="lines", kind=Kind.TABLE, columns=(Field(name="item", kind=Kind.TEXT), Field(name="price", kind=Kind.MONEY))
)


def test_tables_are_the_same_when_their_rows_are():
    rows = [{"item": "Desk", "price": Decimal(5)}, {"item": "Lamp", "price": Decimal(3)}]
    assert same(LINES, rows, rows)
    assert not same(LINES, rows, rows[:1])
    assert similarity(LINES, rows, rows[:1]) == 0.5
    assert similarity(LINES, rows, [rows[0], {"item": "Lamp", "price": Decimal(4)}]) == 0.75


@given(st.sampled_from([Kind.TEXT, Kind.NAME, Kind.CODE, Kind.ADDRESS]), st.text(max_size=40), st.text(max_size=40))
def test_similarity_is_symmetric_bounded_and_one_for_equals(kind, a, b):
    field = Field(name="x", kind=kind)
    assert 0 <= similarity(field, a, b) <= 1
    assert similarity(field, a, b) == pytest.approx(similarity(field, b, a))
    assert similarity(field, a, a) == 1
