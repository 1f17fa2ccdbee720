"""Schemas by name or file, in three notations, as plain data; and what is said when one is wrong."""

from __future__ import annotations

import contextlib
import json
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Kind, Role
from schemas.error import SchemaError
from schemas.json_schema import schema_of
from schemas.registry import builtin_names, digest, load_schema
from schemas.short import expand_short
from schemas.template import template

ORDER = {
    "title": "Order",
    "type": "object",
    "properties": {
        "order_no": {"type": "string"},
        "placed": {"type": "string", "format": "date"},
        "grand_total": {"type": "number", "x-decimals": 3},
        "weight_kg": {"type": "number"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"item": {"type": "string"}, "price": {"type": "number"}}},
        },
    },
    "required": ["order_no"],
}
MODEL = '''
import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated
from pydantic import BaseModel, Field
from schemas.ask import Ask

class Status(Enum):
    OPEN = "open"
    CLOSED = "closed"

class Line(BaseModel):
    item: str
    qty: Decimal
    price: Decimal = Field(title="Price in EUR")

class Seller(BaseModel):
    name: str
    vat_id: str | None = None

class PurchaseOrder(BaseModel):
    """An order."""
    po_number: Annotated[str, Ask("PO", labels=("Order ref",))]
    ordered: dt.date
    seller: Seller
    status: Status | None = None
    total: Decimal | None = None
    pages: int = 1
    tags: list[str] = []
    lines: list[Line]
'''
SHORT = """
name: delivery
fields:
  number: code, required
  received: {kind: date, labels: [Eingang, Received on]}
  state: {choices: {open: [Offen, Open], done: [Erledigt]}}
  parts: [{part: text, amount: number}]
checks: [line_arithmetic]
"""


def saved(folder, name, text):
    path = folder / name
    path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return str(path)


def kinds(schema):
    return {f.name: f.kind for f in schema.fields}


def test_the_built_in_invoice_has_the_fields_that_are_measured():
    names = [f.name for f in load_schema("invoice").fields]
    measured = (
        "invoice_number issue_date due_date seller_name seller_vat_id buyer_name currency subtotal tax_total total "
        "amount_due iban line_items"
    )
    assert set(measured.split()) <= set(names)
    columns = {c.name for c in load_schema("invoice").field("line_items").columns}
    assert {"description", "quantity", "unit_price", "line_total"} <= columns


def test_the_built_in_receipt_has_the_fields_that_are_measured():
    names = {f.name for f in load_schema("receipt").fields}
    assert {
        "merchant_name",
        "merchant_address",
        "date",
        "time",
        "currency",
        "subtotal",
        "tax_total",
        "total",
        "payment_method",
        "line_items",
    } <= names


def test_required_fields_of_the_built_ins():
    required = {name: {f.name for f in load_schema(name).fields if f.required} for name in builtin_names()}
    assert required == {
        "invoice": {"invoice_number", "issue_date", "seller_name", "currency", "total"},
        "receipt": {"merchant_name", "date", "total"},
    }


def test_parties_of_the_invoice_have_their_roles():
    invoice = load_schema("invoice")
    assert invoice.field("seller_vat_id").role is Role.ISSUER
    assert invoice.field("buyer_address").role is Role.RECIPIENT
    assert invoice.field("invoice_number").role is Role.NONE


@pytest.mark.parametrize("name", builtin_names())
def test_built_in_labels_are_trimmed_and_not_repeated(name):
    for field in load_schema(name).fields:
        for each in (field, *field.columns):
            assert len(set(each.labels)) == len(each.labels), each.name
            assert all(label == " ".join(label.split()) and "|" not in label for label in each.labels)
            if each.kind is not Kind.TABLE and each.name != "document_type":
                assert each.labels, each.name


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("invoice_number", "Rechnungs-Nr."),
        ("invoice_number", "N° de facture"),
        ("invoice_number", "Factuurnummer"),
        ("invoice_number", "Nº de factura"),
        ("invoice_number", "Invoice #"),
        ("due_date", "Échéance"),
        ("due_date", "Zahlbar bis"),
        ("amount_due", "Net à payer"),
        ("amount_due", "Zahlbetrag"),
        ("seller_vat_id", "USt-IdNr."),
        ("seller_vat_id", "P.IVA"),
        ("line_items.quantity", "Qté"),
        ("line_items.unit_price", "PU HT"),
        ("line_items.line_total", "Montant HT"),
        ("subtotal", "Total HT"),
    ],
)
def test_labels_are_known_as_they_are_printed(field, label):
    assert label in load_schema("invoice").field(field).labels


def test_a_json_schema_is_read(tmp_path):
    schema = load_schema(saved(tmp_path, "order.schema.json", ORDER))
    assert schema.name == "order"
    assert kinds(schema) == {
        "order_no": Kind.CODE,
        "placed": Kind.DATE,
        "grand_total": Kind.MONEY,
        "weight_kg": Kind.NUMBER,
        "lines": Kind.TABLE,
    }
    assert schema.field("lines[3].price").kind is Kind.MONEY
    assert schema.field("grand_total").decimals == 3
    assert [f.name for f in schema.fields if f.required] == ["order_no"]
    assert schema.version == digest(schema)[:12]


def test_a_pydantic_model_is_read(tmp_path):
    schema = load_schema(saved(tmp_path, "po.py", MODEL))
    assert schema.name == "purchase_order"
    assert kinds(schema) == {
        "po_number": Kind.CODE,
        "ordered": Kind.DATE,
        "seller_name": Kind.NAME,
        "seller_vat_id": Kind.VAT_ID,
        "status": Kind.ENUM,
        "total": Kind.MONEY,
        "pages": Kind.INTEGER,
        "tags": Kind.TABLE,
        "lines": Kind.TABLE,
    }
    assert schema.field("status").choices == ("open", "closed")
    assert schema.field("seller_name").role is Role.ISSUER
    assert schema.field("seller_name").title == "Seller name"
    assert schema.field("po_number").labels[:2] == ("Order ref", "PO")
    assert schema.field("lines.qty").kind is Kind.NUMBER


def test_a_users_field_shares_the_labels_of_a_built_in_field_of_its_name_and_kind(tmp_path):
    text = "fields: {due_date: date, iban: text, amount: money, rows: [{quantity: number, total: money}]}"
    schema = load_schema(saved(tmp_path, "s.yaml", text))
    assert "Zahlbar bis" in schema.field("due_date").labels
    assert "Bankverbindung" not in schema.field("iban").labels
    assert "USt." not in schema.field("amount").labels
    assert "Menge" in schema.field("rows.quantity").labels
    assert "Rechnungsbetrag" not in schema.field("rows.total").labels


def test_a_short_yaml_is_read(tmp_path):
    schema = load_schema(saved(tmp_path, "d.yaml", SHORT))
    assert schema.name == "delivery"
    assert kinds(schema) == {"number": Kind.CODE, "received": Kind.DATE, "state": Kind.ENUM, "parts": Kind.TABLE}
    assert schema.field("received").labels[:2] == ("Eingang", "Received on")
    assert ("Offen", "open") in schema.field("state").choice_labels
    assert schema.checks == ("line_arithmetic",)


def test_the_template_can_be_loaded_as_it_is(tmp_path):
    schema = load_schema(saved(tmp_path, "my_order.yaml", template("my_order")))
    assert {f.kind for f in schema.fields} >= {Kind.CODE, Kind.DATE, Kind.NAME, Kind.MONEY, Kind.ENUM, Kind.TABLE}
    assert schema.field("customer").role is Role.RECIPIENT


def test_a_schema_needs_neither_its_file_nor_pydantic_after_loading(tmp_path):
    schema = load_schema(saved(tmp_path, "po.py", MODEL))
    code = "import pickle, sys; s = pickle.load(sys.stdin.buffer); assert 'pydantic' not in sys.modules; print(s.name)"
    done = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(schema), capture_output=True, check=True)
    assert done.stdout.decode().strip() == "purchase_order"
    assert pickle.loads(pickle.dumps(schema)) == schema  # noqa: S301 - our own bytes


def test_the_digest_changes_with_what_is_asked_and_with_nothing_else(tmp_path):
    schema = load_schema(saved(tmp_path, "order.json", ORDER))
    elsewhere = load_schema(saved(tmp_path, "order.schema.json", ORDER))
    assert digest(schema) == digest(elsewhere) == digest(replace(schema, version="9"))
    wider = ORDER | {"properties": ORDER["properties"] | {"note": {"type": "string"}}}
    assert digest(load_schema(saved(tmp_path, "order.json", wider))) != digest(schema)


def test_the_version_may_be_given(tmp_path):
    assert load_schema(saved(tmp_path, "o.json", ORDER | {"version": "2026-04"})).version == "2026-04"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", "{", "line 1, column 2"),
        ("a.json", "[]", "an object with fields"),
        ("a.json", '{"type": "object"}', "no properties"),
        ("a.json", '{"type": "string"}', "a document is an `object`"),
        ("a.json", '{"properties": {"total": {"type": "numbr"}}}', "total: has the type `numbr`"),
        ("a.json", '{"properties": {"total": {"type": "number", "x-kind": "mony"}}}', "Did you mean money?"),
        ("a.json", '{"properties": {"total": {"type": "number"}}, "required": ["totl"]}', "Did you mean total?"),
        ("a.json", '{"properties": {"a b": {"type": "number"}}}', "letters, digits and _"),
        (
            "a.json",
            '{"properties": {"a": {"$ref": "#/$defs/Lin"}}, "$defs": {"Line": {"type": "string"}}}',
            "Did you mean #/$defs/Line?",
        ),
        ("a.json", '{"properties": {"a": {"$ref": "#/properties/a"}}}', "circle"),
        ("a.json", '{"properties": {"a": {"type": "array"}}}', "items"),
        ("a.json", '{"properties": {"a": {"type": "string"}, "A": {"type": "string"}}}', "two fields"),
        ("a.json", '{"properties": {"schema": {"type": "string"}}}', "is taken"),
        ("a.json", '{"properties": {"a": {"type": "string", "pattern": "("}}}', "no regular expression"),
        (
            "a.json",
            '{"properties": {"a": {"type": "array", "items": {"properties": {"b": {"items": {"type": "string"}}}}}}}',
            "a[].b: a table inside a table",
        ),
        ("a.yaml", "fields: {total: mony}", "Did you mean money?"),
        ("a.yaml", "fields: {total: {kind: money, label: x}}", "Did you mean labels?"),
        ("a.yaml", "field: {total: money}", "Did you mean fields?"),
        ("a.yaml", "fields: [", "no valid YAML"),
        ("a.yaml", "fields: {total: money}\nchecks: [lines_ad_up]", "Did you mean lines_add_up"),
        ("a.py", "x = 1", "no pydantic model"),
        ("a.py", "1/0", "ZeroDivisionError"),
        (
            "a.py",
            "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\nclass B(BaseModel):\n    y: int\n",
            "several models (A, B)",
        ),
        ("a.txt", "x", "ends in .py, .json"),
    ],
)
def test_a_wrong_schema_is_told_what_and_where(tmp_path, name, text, said):
    with pytest.raises(SchemaError) as error:
        load_schema(saved(tmp_path, name, text))
    assert said in str(error.value)
    assert name in str(error.value)


KEYWORDS = [
    "type",
    "title",
    "description",
    "enum",
    "const",
    "pattern",
    "minimum",
    "maxLength",
    "maxItems",
    "format",
    "anyOf",
    "$ref",
    "items",
    "properties",
    "required",
    "x-kind",
    "x-labels",
    "x-role",
    "x-decimals",
    "x-choices",
    "x-max-length",
    "x-compare",
    "x-checks",
    "version",
]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just(["a", None]),
    st.just({"type": "string"}),
    st.just([{"type": "null"}]),
    st.sampled_from(["string", "object", "array", "money", "#/$defs/x"]),
)


@given(
    st.dictionaries(st.sampled_from(KEYWORDS), JUNK, max_size=5),
    st.dictionaries(st.sampled_from(KEYWORDS), JUNK, max_size=4),
)
def test_no_document_makes_reading_a_schema_fail_in_another_way(field, top):
    document = {"type": "object", "properties": {"a": {"type": "string"} | field}} | top
    with contextlib.suppress(SchemaError):  # the one way it may fail
        assert schema_of(document, name="x").fields


@given(
    st.dictionaries(
        st.sampled_from(
            ["kind", "title", "labels", "role", "decimals", "choices", "columns", "required", "max_length", "compare"]
        ),
        JUNK,
        max_size=4,
    ),
    JUNK,
)
def test_no_short_schema_makes_reading_it_fail_in_another_way(field, other):
    with contextlib.suppress(SchemaError):  # the one way it may fail
        assert schema_of(expand_short({"fields": {"a": field, "b": other}}, "x"), name="x").fields


def test_one_of_several_models_can_be_named(tmp_path):
    path = saved(
        tmp_path,
        "two.py",
        "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\nclass B(BaseModel):\n    y: int\n",
    )
    assert load_schema(f"{path}:B").name == "b"
    with pytest.raises(SchemaError, match="has no model `C`"):
        load_schema(f"{path}:C")


def test_an_unknown_name_is_told_the_nearest(tmp_path):
    with pytest.raises(SchemaError, match=r"Did you mean invoice\?"):
        load_schema("invoce")
    saved(tmp_path, "orders.json", ORDER)
    with pytest.raises(SchemaError, match=r"Did you mean orders\.json\?"):
        load_schema(str(tmp_path / "order.json"))
    with pytest.raises(SchemaError, match="is a folder"):
        load_schema(str(tmp_path))


def test_the_packages_door_stays_light():
    heavy = "{'pydantic', 'pyarrow', 'numpy', 'yaml'} & set(sys.modules)"
    code = f"import schemas, schemas.values, sys; heavy = {heavy}; assert not heavy, heavy"
    subprocess.run([sys.executable, "-c", code], check=True)
