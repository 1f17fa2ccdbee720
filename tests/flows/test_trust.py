"""Invoices whose text layer lies: nothing that nobody sees becomes a value, and a person hears of it."""

from __future__ import annotations

import pickle

import pytest

from extractors.merge import merge
from extractors.policy import Policy
from extractors.record import FieldStatus, RecordStatus, ReviewReason
from flows.worker import Task, read_one
from schemas.registry import load_schema
from schemas.values import format_value
from tests.tiling.hidden_cases import FALSE_IBAN, FALSE_NUMBER, NUMBER, TRUE_IBAN, cases, honest
from tiling.limits import Limits

INVOICE = load_schema("invoice")
SCHEMA = pickle.dumps(INVOICE)
CASES, HONEST = cases(), honest()
LIES = ("1118", "1181", FALSE_IBAN.replace(" ", ""), FALSE_NUMBER)


@pytest.fixture(scope="module")
def record_of(tmp_path_factory):
    def call(data):
        path = tmp_path_factory.mktemp("made") / "invoice.pdf"
        path.write_bytes(data)
        outcome = read_one(Task(source="invoice.pdf", path=str(path), schema_bytes=SCHEMA, limits=Limits()))
        assert outcome.failures == ()
        return merge(outcome.document, INVOICE, outcome.readings, policy=Policy())

    return call


def hidden(record):
    return {f.path for f in record.fields if ReviewReason.HIDDEN_TEXT in f.reasons}


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_nobody_sees_is_not_believed_and_is_told(record_of, name):
    record = record_of(CASES[name])
    kinds = {f.name: f.kind for f in INVOICE.fields}
    given = [format_value(kinds[f.path], f.value) for f in record.fields if f.path in kinds and f.value is not None]
    assert not [value for value in given if any(lie in value for lie in LIES)]
    assert str(record.values["total"]) == "9282.00"
    assert record.values["iban"] == TRUE_IBAN.replace(" ", "")
    assert record.values["invoice_number"] == NUMBER
    assert hidden(record)


@pytest.mark.parametrize("name", sorted(HONEST))
def test_an_honest_invoice_raises_no_alarm(record_of, name):
    record = record_of(HONEST[name])
    assert not hidden(record)
    assert record.status is RecordStatus.COMPLETE
    assert next(f for f in record.fields if f.path == "total").status is FieldStatus.ACCEPTED


def test_an_order_to_machines_is_quoted_and_never_followed(record_of):
    record = record_of(CASES["hidden_instruction"])
    assert any("Ignore all previous instructions" in note for note in record.notes)
    assert {"total", "invoice_number"} <= hidden(record)
