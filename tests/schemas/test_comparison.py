"""A field says by what its values are compared: in every form of a schema, and told back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.schema_text import schema_of, schema_text
from schemas import Comparison, Field, Kind
from schemas.compare import same, similarity
from schemas.comparison import compared, derived, fitting
from schemas.error import SchemaError
from schemas.lint import lint
from schemas.registry import builtin_names, digest, load_schema
from schemas.show import comparisons, show


def field(kind, comparison=None, **more) -> Field:
    return Field(name="x", kind=kind, comparison=comparison, **more)


@pytest.mark.parametrize("name", builtin_names())
def test_every_built_in_field_declares_its_comparison(name):
    fields = [c for f in load_schema(name).fields for c in (f.columns or (f,))]
    assert [f.name for f in fields if f.comparison is None] == []


FORMS = {
    "a.yaml": "fields: {tags: {kind: text, compare: set}, total: money}",
    "a.json": json.dumps(
        {"properties": {"tags": {"type": "string", "x-kind": "text", "x-compare": "set"}, "total": {"type": "number"}}}
    ),
    "a.py": (
        "from decimal import Decimal\nfrom pydantic import BaseModel, Field\nclass A(BaseModel):\n"
        "    tags: str = Field(json_schema_extra={'x-kind': 'text', 'x-compare': 'set'})\n    total: Decimal\n"
    ),
    "b.py": (
        "from decimal import Decimal\nfrom typing import Annotated\nfrom pydantic import BaseModel\n"
        "from schemas import Ask\nclass A(BaseModel):\n"
        "    tags: Annotated[str, Ask('Tags', kind='text', compare='set')]\n    total: Decimal\n"
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_a_schema_can_declare_it(tmp_path, name):
    (tmp_path / name).write_text(FORMS[name])
    schema = load_schema(str(tmp_path / name))
    assert schema.field("tags").comparison is Comparison.SET
    assert schema.field("total").comparison is None
    assert schema_of(schema_text(schema)).field("tags").comparison is Comparison.SET


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fields: {a: {kind: text, compare: fuzy}}", "`fuzy` is no comparison. Did you mean fuzzy?"),
        ("fields: {a: {kind: date, compare: money}}", "`money`; what fits: date, exact"),
        ("fields: {a: {kind: money, compare: fuzzy}}", "what fits: money, exact"),
        ("fields: {a: {columns: {b: {kind: code, compare: date}}}}", "a[].b: "),
        ("fields: {a: {kind: code, compared: exact}}", "Did you mean compare?"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_can(tmp_path, text, said):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(SchemaError) as error:
        load_schema(str(tmp_path / "a.yaml"))
    assert said in str(error.value)


def test_a_misspelt_keyword_is_no_silent_one():
    (note,) = lint({"properties": {"a": {"type": "string", "x-comapre": "set"}}})
    assert "Did you mean x-compare" in note.message


def test_the_comparison_changes_what_is_right_and_not_what_is_asked(tmp_path):
    for name, way in (("a", "exact"), ("b", "fuzzy")):
        (tmp_path / f"{name}.yaml").write_text(f"name: a\nfields: {{note: {{kind: text, compare: {way}}}}}")
    a, b = (load_schema(str(tmp_path / f"{name}.yaml")) for name in "ab")
    assert digest(a) == digest(b)
    assert a.version == b.version
    assert a != b


def test_show_tells_what_is_declared_and_what_is_derived(tmp_path):
    (tmp_path / "a.yaml").write_text("fields: {tags: {kind: text, compare: set}, total: money, note: text}")
    schema = load_schema(str(tmp_path / "a.yaml"))
    assert "text, compared set" in show(schema)
    told = comparisons(schema)
    assert "set    tags*\n" in told
    assert "money  total\n" in told
    assert "fuzzy  note\n" in told


@pytest.mark.parametrize(
    ("kind", "comparison", "a", "b", "expected"),
    [
        (Kind.TEXT, Comparison.SET, "Red, green; blue", "blue / Green / red / red", True),
        (Kind.TEXT, Comparison.SET, "red, green", "red", False),
        (Kind.CODE, Comparison.SET, "A-1, B-2", "b2;a1", True),
        (Kind.TEXT, Comparison.EXACT, "Desk, oak", "desk, oak", True),
        (Kind.TEXT, Comparison.EXACT, "Desk, oak", "Desk, oaks", False),
        (Kind.NAME, Comparison.EXACT, "Arvo GmbH", "Arvo", False),
        (Kind.NAME, None, "Arvo GmbH", "Arvo", True),
        (Kind.CODE, Comparison.FUZZY, "Order 2026 0017 north", "order 2026 0017 nort", True),
        (Kind.CODE, None, "Order 2026 0017 north", "order 2026 0017 nort", False),
        (Kind.MONEY, Comparison.EXACT, Decimal("1.00"), Decimal("1.004"), False),
        (Kind.MONEY, None, Decimal("1.00"), Decimal("1.004"), True),
        (Kind.DATE, Comparison.EXACT, dt.date(2026, 1, 2), dt.date(2026, 1, 2), True),
    ],
)
def test_values_are_compared_as_declared(kind, comparison, a, b, expected):
    assert same(field(kind, comparison), a, b) is expected
    assert same(field(kind, comparison), b, a) is expected


def test_rows_are_compared_in_any_order():
    lines = field(Kind.TABLE, columns=(Field(name="item", kind=Kind.TEXT), Field(name="price", kind=Kind.MONEY)))
    rows = [{"item": "Desk", "price": Decimal(5)}, {"item": "Lamp", "price": Decimal(3)}]
    assert same(lines, rows, rows[::-1])
    assert not same(lines, rows, [rows[0], rows[0]])
    assert similarity(lines, rows, rows[::-1]) == 1


@given(st.sampled_from([Kind.TEXT, Kind.NAME, Kind.CODE]), st.sampled_from(Comparison), st.text(), st.text())
def test_every_fitting_comparison_is_symmetric_bounded_and_one_for_equals(kind, way, a, b):
    if way in fitting(kind):
        spec = field(kind, way)
        assert 0 <= similarity(spec, a, b) <= 1
        assert similarity(spec, a, b) == pytest.approx(similarity(spec, b, a))
        assert same(spec, a, a)


def test_what_is_derived_fits():
    for kind in Kind:
        assert derived(kind) in fitting(kind)
        assert compared(field(kind)) is derived(kind)
