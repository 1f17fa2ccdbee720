"""Records as pydantic models and Arrow rows: exact, or told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Field, Kind, Schema
from schemas.arrow import arrow_row, arrow_schema
from schemas.model import record_model
from schemas.registry import builtin_names, digest, load_schema

INVOICE = load_schema("invoice")
FULL = {
    "invoice_number": "A-1",
    "issue_date": dt.date(2026, 4, 3),
    "total": Decimal("300.00"),
    "line_items": [
        {"description": "Desk", "quantity": Decimal("1.5"), "unit_price": Decimal(200), "line_total": Decimal("300.00")}
    ],
}


@pytest.mark.parametrize("name", builtin_names())
def test_columns_have_the_types_of_their_kinds(name):
    schema = load_schema(name)
    columns = arrow_schema(schema)
    assert columns.names == [f.name for f in schema.fields]
    assert columns.field("total").type == pa.decimal128(18, 2)
    assert pa.types.is_list(columns.field("line_items").type)
    assert columns.field("total").metadata[b"kind"] == b"money"
    assert columns.metadata[b"schema_digest"].decode() == digest(schema)


def test_a_record_goes_into_a_table_and_comes_back():
    row, misfits = arrow_row(INVOICE, FULL)
    assert misfits == ()
    table = pa.Table.from_pylist([row], schema=arrow_schema(INVOICE))
    back = table.to_pylist()[0]
    assert back["total"] == Decimal("300.00")
    assert back["issue_date"] == dt.date(2026, 4, 3)
    assert back["line_items"][0]["quantity"] == Decimal("1.5")
    assert back["due_date"] is None


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"total": Decimal("12.345")}, "total"),
        ({"total": Decimal("1e17")}, "total"),
        ({"total": Decimal("NaN")}, "total"),
        ({"total": 12.5}, "total"),
        ({"issue_date": "2026-04-03"}, "issue_date"),
        ({"issue_date": dt.datetime(2026, 4, 3)}, "issue_date"),  # noqa: DTZ001 - a value of the wrong type
        ({"line_items": [{"unit_price": Decimal("0.00001")}]}, "line_items[0].unit_price"),
    ],
)
def test_what_does_not_fit_is_told_and_never_rounded(values, path):
    row, misfits = arrow_row(INVOICE, values)
    assert [m.path for m in misfits] == [path]
    pa.Table.from_pylist([row], schema=arrow_schema(INVOICE))


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**14), max_value=10**14),
    st.integers(0, 6),
)
def test_a_decimal_is_stored_exactly_or_reported(value, decimals):
    schema = Schema(name="x", version="1", fields=(Field(name="v", kind=Kind.NUMBER, decimals=decimals),))
    row, misfits = arrow_row(schema, {"v": value})
    if misfits:
        assert row["v"] is None
    else:
        stored = pa.Table.from_pylist([row], schema=arrow_schema(schema)).to_pylist()[0]["v"]
        assert stored == value


def test_every_kind_has_a_column():
    fields = tuple(
        Field(name=f"f_{k}", kind=k, columns=(Field(name="x", kind=Kind.TEXT),) if k is Kind.TABLE else ())
        for k in Kind
    )
    assert len(arrow_schema(Schema(name="x", version="1", fields=fields))) == len(Kind)


def test_the_model_takes_a_typed_record_and_an_empty_one():
    model = record_model(INVOICE)
    assert model(**FULL).total == Decimal("300.00")
    assert model().total is None


@pytest.mark.parametrize(
    "values",
    [
        {"total": "300.00"},
        {"total": Decimal("1.001")},
        {"issue_date": "2026-04-03"},
        {"nonsense": 1},
        {"document_type": "letter"},
        {"invoice_number": "x" * 61},
        {"line_items": [{"quantity": "2"}]},
    ],
)
def test_the_model_refuses_what_has_another_type_or_does_not_fit(values):
    with pytest.raises(ValidationError):
        record_model(INVOICE)(**values)


@pytest.mark.parametrize("name", ["json", "copy", "dict", "model_dump", "model_config", "class", "validate"])
def test_a_field_may_be_called_what_pydantic_and_python_call_theirs(name):
    model = record_model(Schema(name="x", version="1", fields=(Field(name=name, kind=Kind.TEXT),)))
    assert model(**{name: "a"}).model_dump() == {name: "a"}


def test_bounds_and_patterns_of_a_users_schema_hold():
    fields = (
        Field(name="code", kind=Kind.CODE, pattern="^(?!X)[A-Z]{2}$"),
        Field(name="rate", kind=Kind.NUMBER, minimum=Decimal(0), maximum=Decimal(1)),
    )
    model = record_model(Schema(name="x", version="1", fields=fields))
    assert model(code="AB", rate=Decimal("0.5")).code == "AB"
    for wrong in ({"code": "XB"}, {"rate": Decimal(2)}):
        with pytest.raises(ValidationError):
            model(**wrong)
