"""What a model may write is bounded, nullable and anchored; the lint says what becomes of a user's keywords."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Field, Kind, Schema
from schemas.answer import answer_model
from schemas.decoder import UNREADABLE, anchored, decodable, decoder_schema
from schemas.lint import Effect, lint
from schemas.registry import builtin_names, load_schema
from schemas.show import show

ENFORCED = {
    "type", "properties", "required", "additionalProperties", "items", "maxItems", "maxLength", "pattern", "anyOf",
    "enum", "const",
}  # fmt: skip


def nodes(node):
    yield node
    for child in (
        *node.get("properties", {}).values(),
        *node.get("anyOf", ()),
        *([node["items"]] if "items" in node else ()),
    ):
        yield from nodes(child)


@pytest.mark.parametrize("name", builtin_names())
def test_nothing_is_unbounded_optional_or_chatty(name):
    document = decoder_schema(load_schema(name))
    for node in nodes(document):
        assert set(node) <= ENFORCED  # the keywords that guidance and xgrammar enforce alike
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        if node.get("type") == "string":
            assert "maxLength" in node or node["pattern"][0] + node["pattern"][-1] == "^$"
            assert not {"maxLength", "pattern"} <= set(node)
        if node.get("type") == "array":
            assert node["maxItems"] > 0


def allows(node, value):
    """Whether a decoder lets a model write a value, as JSON Schema says."""
    if "anyOf" in node:
        return any(allows(branch, value) for branch in node["anyOf"])
    if "enum" in node or "const" in node:
        return value in node.get("enum", [node.get("const")])
    types = {"string": str, "null": type(None), "array": list, "object": dict}
    if not isinstance(value, types[node["type"]]):
        return False
    return node["type"] != "string" or (
        len(value) <= node.get("maxLength", 10**6) and bool(re.search(node.get("pattern", ""), value))
    )


@pytest.mark.parametrize("name", builtin_names())
def test_every_value_may_be_null_and_may_be_said_to_be_unreadable(name):
    schema = load_schema(name)
    document = decoder_schema(schema)
    for field in schema.fields:
        node = document["properties"][field.name]
        assert allows(node, None)
        assert allows(node, UNREADABLE) is (field.kind is not Kind.TABLE)
        for column in field.columns:
            cell = node["anyOf"][0]["items"]["properties"][column.name]
            assert allows(cell, None)
            assert allows(cell, UNREADABLE)


def test_a_choice_and_a_boolean_may_be_null_or_unreadable_too():
    fields = (Field(name="a", kind=Kind.ENUM, choices=("x", "y")), Field(name="b", kind=Kind.BOOLEAN))
    properties = decoder_schema(Schema(name="x", version="1", fields=fields))["properties"]
    assert properties == {"a": {"enum": ["x", "y", "?", None]}, "b": {"enum": [True, False, "?", None]}}


@pytest.mark.parametrize(
    ("pattern", "decoded"),
    [
        ("^[A-Z]{2}-[0-9]{1,8}$", True),
        (r"^\+?[0-9]{3}$", True),
        ("^[*+]{3}$", True),
        (r"^INV-\d+$", False),
        ("^.*$", False),
        ("^[0-9]{3,}$", False),
        ("^(?=A).{3}$", False),
    ],
)
def test_a_pattern_without_an_end_is_checked_afterwards_and_the_text_is_bounded(pattern, decoded):
    field = Field(name="a", kind=Kind.CODE, pattern=pattern, max_length=40)
    node = decoder_schema(Schema(name="x", version="1", fields=(field,)))["properties"]["a"]["anyOf"][0]
    assert decodable(pattern) is decoded
    assert node == ({"type": "string", "pattern": pattern} if decoded else {"type": "string", "maxLength": 40})
    (note,) = lint({"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}})
    assert note.effect is (Effect.DECODED if decoded else Effect.CHECKED)


@pytest.mark.parametrize(
    "text",
    [
        "1.234,56 €", "$1,234.56", "(35.70)", "35.70 CR", "-3,50", "CHF 35.-", "19 %", "12 Stk", "RM 5.00", "1 234,56",
        "1 234,56 zł", "₹1,200.00", "12 500 Kč", "₽ 100", "1\u00a0234,56", "1\u202f234,56 €", "1’234.50",
        "\u22123,50", "10.00/kg", "$1,234.56 (net)", "١٢٫٥٠", ".50", "*** 12.00",
    ],
)  # fmt: skip
def test_printed_amounts_can_be_written(text):
    node = decoder_schema(load_schema("invoice"))["properties"]["total"]["anyOf"][0]
    assert re.search(node["pattern"], text)


@pytest.mark.parametrize("text", ["total", "", "n/a", '1"', "1\\", "1\n2", "1" * 49, "x" * 13 + "1"])
def test_what_is_no_print_of_an_amount_cannot_be_written(text):
    node = decoder_schema(load_schema("invoice"))["properties"]["total"]["anyOf"][0]
    assert not re.search(node["pattern"], text)


@given(st.integers(-(10**14), 10**14))
def test_plain_amounts_can_be_written(cents):
    node = decoder_schema(load_schema("invoice"))["properties"]["total"]["anyOf"][0]
    assert re.search(node["pattern"], f"{Decimal(cents).scaleb(-2):.2f}")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-12", "12.03.2026", "12/03/26", "12 mars 2026", "le 1er août 2025", "12. März 2026",
        "den 3 januari 2026", "Wednesday, the 12th of March 2026", "Mar 12, '26",
        "12 de março de 2026", "quarta-feira, 12 de março de 2026",
        "2026年3月12日", "12 марта 2026 г.", "03/04/2026 14:05 Uhr", "1° aprile 2026", "12-MRT-2026",
        "12 kwietnia 2026",
    ],
)  # fmt: skip
def test_printed_dates_can_be_written(text):
    node = decoder_schema(load_schema("invoice"))["properties"]["issue_date"]["anyOf"][0]
    assert re.search(node["pattern"], text)


@pytest.mark.parametrize("text", ["upon receipt", "", "$12.00", "12 %", "No #12", "12\n13", "1" * 61])
def test_what_is_no_print_of_a_date_cannot_be_written(text):
    node = decoder_schema(load_schema("invoice"))["properties"]["issue_date"]["anyOf"][0]
    assert not re.search(node["pattern"], text)


@pytest.mark.parametrize("name", ["total", "issue_date"])
def test_an_amount_or_a_date_of_an_unforeseen_form_does_not_make_an_answer_invalid(name):
    schema = load_schema("invoice")
    said = {f.name: None for f in schema.fields}
    model = answer_model(schema)
    for text in ("1 234,56 zł", "ten pounds", "12. März 2026", UNREADABLE):
        model.model_validate(said | {name: text})
    with pytest.raises(ValidationError, match="at most"):
        model.model_validate(said | {name: "1" * 61})


@pytest.mark.parametrize("pattern", ["[A-Z]{2}", "^[A-Z]{2}", "[A-Z]{2}$", "^[A-Z]{2}$", "A|B"])
def test_an_anchored_pattern_accepts_what_the_users_pattern_finds(pattern):
    for text in ("AB", "xABx", "xAB", "ABx", "A", "x", ""):
        assert bool(re.search(anchored(pattern), text)) is bool(re.search(pattern, text)), text
    assert anchored(pattern)[0] + anchored(pattern)[-1] == "^$"


def test_a_users_pattern_is_decoded_unless_it_looks_around():
    fields = (
        Field(name="a", kind=Kind.CODE, pattern="^[A-Z]{2}$"),
        Field(name="b", kind=Kind.CODE, pattern="^(?!X).*$", max_length=9),
    )
    properties = decoder_schema(Schema(name="x", version="1", fields=fields))["properties"]
    assert properties["a"]["anyOf"][0] == {"type": "string", "pattern": "^[A-Z]{2}$"}
    assert properties["b"]["anyOf"][0] == {"type": "string", "maxLength": 9}


def test_the_lint_says_what_becomes_of_each_keyword():
    document = {
        "type": "object",
        "properties": {
            "code": {"type": "string", "pattern": "[A-Z]", "minLength": 3},
            "total": {"type": "number", "minimum": 0, "multipleOf": 0.01},
            "rows": {
                "type": "array",
                "uniqueItems": True,
                "items": {"type": "string", "maxLength": 5, "pattern": "^(?=a)"},
            },
        },
        "if": {},
        "sparkle": 1,
    }
    found = {(n.path, n.keyword): n for n in lint(document)}
    assert found["code", "pattern"].effect is Effect.DECODED
    assert "anchored" in found["code", "pattern"].message
    assert found["rows[]", "pattern"].effect is Effect.CHECKED
    assert found["total", "minimum"].effect is Effect.CHECKED
    assert {k for (_, k), n in found.items() if n.effect is Effect.IGNORED} == {
        "minLength",
        "multipleOf",
        "uniqueItems",
        "if",
        "sparkle",
    }


def test_the_lint_finds_nothing_to_say_about_plain_types():
    assert (
        lint(
            {
                "type": "object",
                "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "A"}},
                "required": ["a"],
            }
        )
        == ()
    )


@pytest.mark.parametrize("name", builtin_names())
def test_a_schema_is_shown_with_every_field_and_column(name):
    schema = load_schema(name)
    text = show(schema)
    assert all(f.name in text for f in schema.fields)
    assert all(c.name in text for f in schema.fields for c in f.columns)
    assert len(show(schema, labels=True)) > len(text)
    assert max(len(line) for line in text.splitlines()) <= 130
