"""The patterns of print as the two known decoders hold a model to them; a matcher needs no model, only bytes."""

from __future__ import annotations

import json

import pytest

from schemas import Field, Kind, Schema
from schemas.decoder import decoder_schema

pytestmark = pytest.mark.vllm
NOTE = Schema(
    name="note",
    version="1",
    fields=(Field(name="total", kind=Kind.MONEY), Field(name="day", kind=Kind.DATE)),
)
AMOUNTS = (
    "1 234,56 zł", "₹1,200.00", "12 500 Kč", "₽ 100", "1\u00a0234,56", "1\u202f234,56 €", "1’234.50", "\u22123,50",
    "10.00/kg", "$1,234.56 (net)", "RM 5.00", "(35.70)", "١٢٫٥٠", "?", None,
)  # fmt: skip
DATES = (
    "2026-03-12",
    "le 1er août 2025",
    "12. März 2026",
    "Mar 12, '26",
    "2026年3月12日",
    "12 марта 2026 г.",
    "?",
    None,
)
NO_AMOUNTS, NO_DATES = ("total", "", "1\t2", "1" * 49), ("upon receipt", "", "$12.00", "1" * 61)


def guidance(schema, value):
    """Whether llguidance lets a model write it."""
    llguidance = pytest.importorskip("llguidance", reason="llguidance is not installed here")
    matcher = llguidance.LLMatcher
    made = matcher(
        llguidance.LLTokenizer("byte"),
        matcher.grammar_from_json_schema(json.dumps(schema, ensure_ascii=False), {"whitespace_flexible": False}),
    )
    assert not made.get_error()
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return all(made.consume_tokens([byte]) for byte in text.encode()) and made.is_accepting()


def xgrammar(schema, value):
    """Whether xgrammar lets a model write it."""
    library = pytest.importorskip("xgrammar", reason="xgrammar is not installed here")
    bytes_alone = library.TokenizerInfo([bytes([n]) for n in range(256)], library.VocabType.RAW)
    written = json.dumps(schema, ensure_ascii=False)
    grammar = library.GrammarCompiler(bytes_alone).compile_json_schema(written, any_whitespace=False)
    made = library.GrammarMatcher(grammar, terminate_without_stop_token=True)
    return made.accept_string(json.dumps(value, ensure_ascii=False).encode()) and made.is_terminated()


@pytest.mark.parametrize("lets", [guidance, xgrammar])
def test_print_with_a_digit_can_be_written_and_nothing_else(lets):
    schema = decoder_schema(NOTE)
    for total in AMOUNTS:
        assert lets(schema, {"total": total, "day": None}), total
    for day in DATES:
        assert lets(schema, {"total": None, "day": day}), day
    for total in NO_AMOUNTS:
        assert not lets(schema, {"total": total, "day": None}), total
    for day in NO_DATES:
        assert not lets(schema, {"total": None, "day": day}), day
