"""Readings become one record: who is believed, what is doubted, and that nothing that was read is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import Evidence, FieldStatus, Finding, Match, Reading, RecordStatus, ReviewReason, State
from extractors.agreement import aligned
from extractors.confidence import ScoreModel
from extractors.merge import EInvoiceMode, Policy, merge
from extractors.validate import Validated
from schemas import Field, Kind, Schema, checks
from schemas.checks import CheckResult, Outcome
from tiling import Box, Document, Page, PageState, Word

if TYPE_CHECKING:
    from extractors.reading import Value

COLUMNS = (Field(name="description", kind=Kind.TEXT), Field(name="line_total", kind=Kind.MONEY))
SCHEMA = Schema(
    name="invoice",
    version="1",
    fields=(
        Field(name="invoice_number", kind=Kind.CODE, required=True),
        Field(name="issue_date", kind=Kind.DATE),
        Field(name="total", kind=Kind.MONEY, required=True),
        Field(name="kind", kind=Kind.ENUM, choices=("invoice", "credit_note")),
        Field(name="line_items", kind=Kind.TABLE, columns=COLUMNS),
    ),
)
SURE = ScoreModel(name="sure", version="1", provisional=True, threshold=0.5, intercept=3.0, signals=())
POLICY = Policy(model=SURE)
HERE = Evidence(page=0, box=Box(0, 0, 1, 1), text="", match=Match.EXACT)
XML = {"source_xml": 1.0, "xml_well_formed": 1.0}


def document(*lines: str, state: PageState = PageState.READ) -> Document:
    words = tuple(
        Word(text=w, box=Box(40 + 60 * k, 40 + 14 * n, 90 + 60 * k, 50 + 14 * n), size_pt=10, line=n)
        for n, line in enumerate(lines)
        for k, w in enumerate(line.split())
    )
    page = Page(index=0, width_pt=595, height_pt=842, words=words, state=state)
    return Document(document_id="ab" * 32, source="a.pdf", media_type="application/pdf", size_bytes=1, pages=(page,))


def said(path: str, value: Value, **more: object) -> Finding:
    return Finding(path=path, state=State.VALUE, value=value, text=str(value), **{"evidence": HERE, **more})


NUMBER = said("invoice_number", "K-1")
"""Beside a total, enough for a document to be an invoice."""


def reading(reader: str, *findings: Finding, **more: object) -> Reading:
    return Reading(reader=reader, revision="1", findings=findings, **more)


def merged(*readings: Reading, policy: Policy = POLICY, doc: Document | None = None, schema: Schema = SCHEMA):
    record = merge(doc or document("nothing"), schema, readings, policy=policy)
    return record, {f.path: f for f in record.fields}


def test_a_value_is_accepted_with_its_evidence_and_its_reader() -> None:
    record, fields = merged(reading("layout", said("invoice_number", "K-1"), said("total", Decimal(5))))
    assert record.values["total"] == Decimal("5.00")
    assert fields["total"].status is FieldStatus.ACCEPTED
    assert fields["total"].evidence == HERE
    assert record.reader == "layout"
    assert record.status is RecordStatus.COMPLETE


def test_fields_nobody_saw_are_absent_and_only_the_required_ones_wait() -> None:
    record, fields = merged(reading("layout"))
    assert record.values == dict.fromkeys(("invoice_number", "issue_date", "total", "kind", "line_items"))
    assert {p for p, f in fields.items() if f.state is State.ABSENT} == set(record.values)
    assert fields["issue_date"].status is FieldStatus.ACCEPTED
    assert fields["issue_date"].confidence is None
    assert fields["total"].status is FieldStatus.REVIEW
    assert ReviewReason.INCOMPLETE in fields["total"].reasons


def test_a_low_score_goes_to_review_and_a_field_may_have_a_threshold_of_its_own() -> None:
    low = replace(SURE, intercept=-1.0)
    read = reading("layout", said("invoice_number", "K-1"), said("total", Decimal(5)))
    _, fields = merged(read, policy=Policy(model=low, field_thresholds={"total": 0.1}))
    assert fields["invoice_number"].reasons == (ReviewReason.LOW_CONFIDENCE,)
    assert fields["total"].status is FieldStatus.ACCEPTED


def test_the_einvoice_is_believed_before_the_layout_and_the_layout_fills_what_it_lacks() -> None:
    xml = reading("einvoice", said("total", Decimal(119), signals=XML))
    layout = reading("layout", said("total", Decimal(911)), said("invoice_number", "K-1"))
    record, fields = merged(layout, xml)
    assert record.values["total"] == Decimal(119)
    assert fields["total"].alternatives == ("911",)
    assert fields["total"].signals["agreement"] == 0.0
    assert fields["total"].status is FieldStatus.ACCEPTED
    assert record.values["invoice_number"] == "K-1"
    assert set(record.reader.split("+")) == {"einvoice", "layout"}


def test_an_audit_sends_what_differs_from_the_page_to_a_person() -> None:
    xml = reading("einvoice", said("total", Decimal(119), signals=XML), said("invoice_number", "K-1", signals=XML))
    layout = reading("layout", said("total", Decimal(911)), said("invoice_number", "K-1"))
    record, fields = merged(xml, layout, policy=replace(POLICY, einvoice=EInvoiceMode.AUDIT))
    assert record.values["total"] == Decimal(119)
    assert fields["total"].reasons == (ReviewReason.AUDIT,)
    assert fields["invoice_number"].status is FieldStatus.ACCEPTED
    assert fields["invoice_number"].signals["agreement"] == 1.0


def test_an_audit_also_finds_what_no_page_shows() -> None:
    xml = reading("einvoice", said("total", Decimal(119), signals=XML, evidence=None))
    _, used = merged(xml, doc=document("Total 911,00"))
    _, audited = merged(xml, doc=document("Total 911,00"), policy=replace(POLICY, einvoice=EInvoiceMode.AUDIT))
    assert used["total"].evidence is not None
    assert used["total"].evidence.match is Match.NONE
    assert used["total"].status is FieldStatus.ACCEPTED
    assert audited["total"].reasons == (ReviewReason.AUDIT,)


def test_an_einvoice_may_be_ignored() -> None:
    xml = reading("einvoice", said("total", Decimal(119), signals=XML))
    record, _ = merged(
        xml, reading("layout", said("total", Decimal(911))), policy=replace(POLICY, einvoice=EInvoiceMode.IGNORE)
    )
    assert record.values["total"] == Decimal(911)
    assert record.reader == "layout"


def test_two_readers_of_the_page_that_differ_go_to_a_person() -> None:
    _, fields = merged(
        reading("vision", said("total", Decimal(119)), NUMBER), reading("layout", said("total", Decimal(911)), NUMBER)
    )
    assert fields["total"].value == Decimal(119)
    assert fields["total"].reasons == (ReviewReason.DISAGREEMENT,)
    assert "layout reads `911`" in fields["total"].notes


def test_a_value_without_a_place_is_looked_up_and_one_that_no_page_shows_is_doubted() -> None:
    answers = reading("vision", said("total", Decimal("1234.5"), evidence=None), said("kind", "invoice"), NUMBER)
    _, shown = merged(answers, doc=document("Total 1.234,50"))
    _, invented = merged(answers, doc=document("Total 77,00"))
    assert shown["total"].evidence is not None
    assert shown["total"].evidence.text == "1.234,50"
    assert shown["total"].signals["evidence_match"] > 0.9
    assert invented["total"].reasons == (ReviewReason.NO_EVIDENCE,)


def test_repaired_xml_is_believed_no_more_than_a_page() -> None:
    repaired = reading(
        "einvoice", said("total", Decimal(5), evidence=None, signals={**XML, "xml_well_formed": 0.0}), NUMBER
    )
    _, fields = merged(repaired)
    assert fields["total"].reasons == (ReviewReason.NO_EVIDENCE,)


@pytest.mark.parametrize(
    ("path", "value"),
    [("total", "twelve"), ("total", Decimal("NaN")), ("total", Decimal("1e30")), ("issue_date", "soon"),
     ("kind", "poem"), ("invoice_number", "x" * 501), ("total", True)],
)  # fmt: skip
def test_a_value_that_its_field_does_not_allow_is_unreadable_and_never_a_crash(path: str, value: Value) -> None:
    record, fields = merged(reading("layout", said(path, value)))
    assert record.values[path] is None
    assert fields[path].state is State.UNREADABLE
    assert fields[path].status is FieldStatus.REVIEW
    assert fields[path].text == str(value)


def test_a_reader_whose_value_is_invalid_gives_way_to_one_whose_value_is_not() -> None:
    record, _ = merged(
        reading("vision", said("issue_date", "soon")), reading("layout", said("issue_date", dt.date(2026, 3, 4)))
    )
    assert record.values["issue_date"] == dt.date(2026, 3, 4)


def test_amounts_are_kept_to_the_decimals_of_their_field() -> None:
    record, fields = merged(reading("layout", said("total", Decimal("5.005"))))
    assert record.values["total"] == Decimal("5.01")
    assert "rounded" in fields["total"].notes[0]


def line(number: int, description: str, total: str, **more: object) -> tuple[Finding, Finding]:
    return (
        said(f"line_items[{number}].description", description, **more),
        said(f"line_items[{number}].line_total", Decimal(total), **more),
    )


def test_rows_are_numbered_without_gaps_and_missing_cells_are_none() -> None:
    record, fields = merged(reading("layout", *line(1, "Oil", "5"), said("line_items[7].description", "Wax")))
    assert record.values["line_items"] == [
        {"description": "Oil", "line_total": Decimal("5.00")},
        {"description": "Wax", "line_total": None},
    ]
    assert "line_items[1].description" in fields
    assert "line_items" not in fields


def test_rows_of_two_readers_are_compared_with_the_rows_that_are_the_same() -> None:
    first = reading("vision", *line(0, "Walnut board", "60"), *line(1, "Oil", "40"), *line(2, "Wax", "7"))
    second = reading("layout", *line(0, "Oil", "40"), *line(1, "Wax", "9"))
    _, fields = merged(first, second)
    assert "agreement" not in fields["line_items[0].line_total"].signals
    assert fields["line_items[1].line_total"].signals["agreement"] == 1.0
    assert "agreement" not in fields["line_items[2].description"].signals


def test_a_cell_that_differs_in_a_row_that_is_the_same_is_doubted() -> None:
    columns = (*COLUMNS, Field(name="quantity", kind=Kind.NUMBER))
    schema = replace(SCHEMA, fields=(*SCHEMA.fields[:-1], replace(SCHEMA.fields[-1], columns=columns)))
    head = said("invoice_number", "K-1"), said("total", Decimal(40))
    first = reading("vision", *head, *line(0, "Oil", "40"), said("line_items[0].quantity", Decimal(2)))
    second = reading("layout", *head, *line(0, "Oil", "40"), said("line_items[0].quantity", Decimal(3)))
    _, fields = merged(first, second, schema=schema)
    assert ReviewReason.DISAGREEMENT in fields["line_items[0].quantity"].reasons
    assert fields["line_items[0].line_total"].status is FieldStatus.ACCEPTED


def test_a_longer_table_on_the_page_makes_the_record_incomplete() -> None:
    short = reading("vision", *line(0, "Oil", "40"))
    long = reading("layout", *line(0, "Oil", "40"), *line(1, "Wax", "7"))
    record, fields = merged(short, long)
    assert record.status is RecordStatus.INCOMPLETE
    assert fields["line_items"].reasons == (ReviewReason.INCOMPLETE,)
    assert len(record.values["line_items"]) == 1


@pytest.mark.parametrize("state", [State.EMPTY, State.ABSENT])
def test_a_table_that_the_first_reader_denies_waits_for_a_person(state: State) -> None:
    seen = reading("layout", NUMBER, said("total", Decimal(47)), *line(0, "Oil", "40"), *line(1, "Wax", "7"))
    record, fields = merged(seen, reading("vision", NUMBER, Finding(path="line_items", state=state)))
    assert fields["line_items"].status is FieldStatus.REVIEW
    assert fields["line_items"].reasons == (ReviewReason.DISAGREEMENT,)
    assert fields["line_items"].notes == ("vision sees no rows, layout has 2",)
    assert len(record.values["line_items"]) == 2
    assert {f.signals["agreement"] for f in record.fields if "[" in f.path} == {0.0}


def test_a_table_that_a_later_reader_denies_is_not_doubted() -> None:
    seen = reading("vision", NUMBER, *line(0, "Oil", "40"))
    denied = reading("layout", NUMBER, Finding(path="line_items", state=State.EMPTY))
    _, fields = merged(seen, denied)
    assert "line_items" not in fields


def test_an_empty_table_is_not_an_absent_one() -> None:
    record, fields = merged(reading("layout", Finding(path="line_items", state=State.EMPTY)))
    assert record.values["line_items"] == []
    assert fields["line_items"].state is State.EMPTY


def test_rows_of_single_pages_follow_each_other() -> None:
    record, _ = merged(
        reading("vision", *line(0, "Wax", "7"), page=1), reading("vision", *line(0, "Oil", "40"), page=0)
    )
    assert [row["description"] for row in record.values["line_items"]] == ["Oil", "Wax"]


@pytest.mark.parametrize("state", [PageState.FAILED, PageState.SKIPPED])
def test_a_page_that_was_not_read_makes_the_record_incomplete(state: PageState) -> None:
    record, fields = merged(reading("layout", said("total", Decimal(5))), doc=document("x", state=state))
    assert record.status is RecordStatus.INCOMPLETE
    assert ReviewReason.INCOMPLETE in fields["invoice_number"].reasons


def test_an_answer_that_was_cut_makes_the_record_incomplete() -> None:
    record, _ = merged(reading("vision", said("total", Decimal(5)), finish_reason="length"))
    assert record.status is RecordStatus.INCOMPLETE


def failing(*paths: str):
    result = CheckResult(name="sums", outcome=Outcome.FAIL, paths=paths, message="40.00 + 7.00 is not 50.00")
    return lambda *_, **__: (result,)


def test_a_failing_check_marks_the_values_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "run_checks", failing("total", "line_items"))
    record, fields = merged(reading("layout", NUMBER, said("total", Decimal(50)), *line(0, "Oil", "40")))
    assert fields["total"].reasons == (ReviewReason.CHECK_FAILED,)
    assert fields["total"].signals["check_passed"] == 0.0
    assert "40.00 + 7.00" in fields["total"].notes[0]
    assert fields["line_items"].reasons == (ReviewReason.CHECK_FAILED,)
    assert record.checks[0].name == "sums"


@pytest.mark.parametrize("broken", ["schemas.checks.run_checks", "extractors.merge.locate", "extractors.merge._score"])
def test_a_step_after_reading_that_fails_leaves_the_values_unscored_for_a_person(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object, **__: object) -> None:
        message = "out of luck"
        raise RuntimeError(message)

    monkeypatch.setattr(broken, explode)
    record, fields = merged(reading("layout", said("total", Decimal(5), evidence=None), said("invoice_number", "K")))
    assert record.values["total"] == Decimal(5)
    assert fields["total"].confidence is None
    assert ReviewReason.UNSCORED in fields["total"].reasons
    assert record.confidence is None
    assert any("out of luck" in note for note in record.notes)


def test_the_records_confidence_is_that_of_its_required_fields_together() -> None:
    record, fields = merged(reading("layout", said("invoice_number", "K-1"), said("total", Decimal(5))))
    product = (fields["invoice_number"].confidence or 0) * (fields["total"].confidence or 0)
    assert record.confidence == pytest.approx(product, abs=1e-4)
    unscored, _ = merged(reading("layout", said("total", Decimal(5))))
    assert unscored.confidence is None


def test_a_record_of_which_nothing_is_required_is_not_scored() -> None:
    free = replace(SCHEMA, fields=tuple(replace(field, required=False) for field in SCHEMA.fields))
    assert merged(reading("layout", NUMBER), schema=free)[0].confidence is None


def test_the_reasons_of_a_reader_stay_and_unknown_ones_become_notes() -> None:
    _, fields = merged(reading("layout", NUMBER, said("total", Decimal(5), reasons=("hidden_text", "smudged"))))
    assert fields["total"].reasons == (ReviewReason.HIDDEN_TEXT,)
    assert "smudged" in fields["total"].notes


def test_a_sample_of_the_accepted_is_audited_and_always_the_same() -> None:
    read = reading("layout", said("total", Decimal(5)), said("invoice_number", "K-1"))
    _, all_of_them = merged(read, policy=replace(POLICY, audit_rate=1.0))
    assert all_of_them["total"].reasons == (ReviewReason.AUDIT,)
    half = replace(POLICY, audit_rate=0.5)
    assert merged(read, policy=half) == merged(read, policy=half)


def test_the_order_in_which_readings_arrive_does_not_matter() -> None:
    readings = [
        reading("layout", said("total", Decimal(1)), *line(0, "Oil", "40")),
        reading("einvoice", said("total", Decimal(2), signals=XML)),
        reading("vision", said("total", Decimal(3)), *line(0, "Oil", "41")),
    ]
    assert merged(*readings) == merged(*reversed(readings))


texts = st.sampled_from(["Oil", "Wax", "Walnut board", "Brush"])
table_rows = st.lists(
    st.fixed_dictionaries({"description": texts, "line_total": st.decimals(0, 3, places=0)}), max_size=6
)


@given(table_rows)
def test_a_table_is_aligned_with_itself_row_by_row(rows: list[dict[str, Value]]) -> None:
    assert aligned(COLUMNS, rows, rows) == list(range(len(rows)))


@given(table_rows, table_rows)
def test_an_alignment_keeps_the_order_and_uses_each_row_once(
    rows: list[dict[str, Value]], others: list[dict[str, Value]]
) -> None:
    partners = [p for p in aligned(COLUMNS, rows, others) if p is not None]
    assert partners == sorted(set(partners))


@pytest.mark.parametrize(
    "field",
    [
        Field(name="total", kind=Kind.MONEY, minimum=Decimal(6)),
        Field(name="total", kind=Kind.MONEY, maximum=Decimal(4)),
        Field(name="total", kind=Kind.INTEGER, minimum=Decimal(6)),
    ],
)
def test_a_number_out_of_its_fields_bounds_is_unreadable(field: Field) -> None:
    _, fields = merged(reading("layout", said("total", Decimal(5))), schema=replace(SCHEMA, fields=(field,)))
    assert fields["total"].state is State.UNREADABLE
    assert "`5" in fields["total"].notes[0]


def test_a_text_that_has_not_the_form_of_its_field_is_unreadable() -> None:
    schema = replace(SCHEMA, fields=(Field(name="invoice_number", kind=Kind.CODE, pattern=r"^R-\d+$"),))
    assert merged(reading("layout", said("invoice_number", "R-7")), schema=schema)[0].values["invoice_number"] == "R-7"
    assert merged(reading("layout", said("invoice_number", "Q-7")), schema=schema)[0].values["invoice_number"] is None


def test_the_schemas_own_model_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(_: Field, value: Value) -> Validated:
        return Validated(value)

    monkeypatch.setattr("extractors.merge_fields.validated", lenient)
    record, fields = merged(reading("layout", said("issue_date", "soon"), said("total", Decimal("5.00"))))
    assert fields["issue_date"].state is State.UNREADABLE
    assert record.values["issue_date"] is None
    assert record.values["total"] == Decimal(5)


def test_a_table_longer_than_its_field_allows_keeps_its_rows_and_is_incomplete() -> None:
    short = replace(SCHEMA, fields=(replace(SCHEMA.fields[-1], max_items=1),))
    record, fields = merged(reading("layout", *line(0, "Oil", "5"), *line(1, "Wax", "7")), schema=short)
    assert len(record.values["line_items"]) == 2
    assert record.status is RecordStatus.INCOMPLETE
    assert fields["line_items"].reasons == (ReviewReason.INCOMPLETE,)
