from __future__ import annotations

import copy

import pytest

from flows.summary import DryRun, Summary, to_text

EXAMPLE = {"source": "in/a.pdf", "stage": "open", "message": "the PDF is locked", "page": None}
CONTENT = {
    "schema": "invoice", "schema_version": "1", "out": "out", "exit_code": 1, "sources": 4,
    "left_out": {".json": 2}, "unreadable_folders": [], "done_before": 0, "done_before_failed": 0, "duplicates": 0,
    "seen_twice": [], "seen_twice_count": 0,
    "documents": {"in": 3, "records": 2, "failures": 1}, "records": {"complete": 2, "incomplete": 0},
    "readers": {"layout": 1, "einvoice": 1}, "pages": {"in": 4, "read": 3, "blank": 1, "failed": 0, "skipped": 0},
    "values": {"accepted": 15, "review": 5, "corrected": 0, "absent": 4, "review_reasons": {"low_confidence": 5},
               "documents_in_review": 1},
    "checks": {"a_sum": {"pass": 1, "fail": 1, "not_evaluated": 0}, "b": {"pass": 0, "fail": 0, "not_evaluated": 2}},
    "failures": {"documents": {"encrypted": 1}, "pages": {},
                 "examples": {"documents": {"encrypted": [EXAMPLE]}, "pages": {}}},
    "damaged": [], "seconds": {"wall": 2.0, "by_stage": {"read": 1.5, "words": 0.5}}, "pages_per_second": 2.0,
    "models": {"model": "reader-7b"}, "calls": {"calls": 0, "retries": 0},
    "tokens": {"visual": 0, "prompt": 0, "cached": 0, "output": 0},
}  # fmt: skip


@pytest.fixture
def content():
    return copy.deepcopy(CONTENT)


def text_of(content):
    return to_text(Summary(content=content))


def test_it_tells_what_was_read_by_which_reader_what_failed_and_why_what_needs_a_person_and_where_the_files_are(
    content,
):
    text = text_of(content)
    for told in (
        "documents   3: 2 read (layout 1, einvoice 1), 1 failed",
        "left out    2 other files are no document: .json 2",
        "pages       4: 3 read, 1 blank",
        "20: 15 accepted, 5 (25%) wait for a person in 1 document",
        "4 of the accepted say that a document does not show the field",
        "low_confidence 5",
        "checks      1 pass, 1 fail (a_sum 1), 2 not evaluated",
        "failures    encrypted 1",
        "in/a.pdf: the PDF is locked",
        "files       out (records, fields, pages, failures)",
    ):
        assert told in text, told


def test_the_same_invoice_in_two_files_is_named(content):
    group = {"seller": "Copper Finch Ltd", "number": "CF-1", "sources": ["in/a.pdf", "in/b.pdf"]}
    content |= {"seen_twice": [group] * 5, "seen_twice_count": 5}
    text = text_of(content)
    assert "seen twice  Copper Finch Ltd, CF-1: in/a.pdf, in/b.pdf" in text
    assert "and 2 more; `extract status out` lists them" in text
    group["sources"] = [f"in/{n}.pdf" for n in range(10_000)]
    assert (
        "seen twice  Copper Finch Ltd, CF-1: in/0.pdf, in/1.pdf, in/2.pdf, in/3.pdf, in/4.pdf, in/5.pdf and 9994 more"
        in (text_of(content))
    )


def test_it_says_what_to_do_next(content):
    text = text_of(content)
    assert "next        extract review export out\n" in text
    assert "extract explain out DOCUMENT" in text
    assert "--retry-failed" in text


def test_where_all_went_well_nothing_speaks_of_review_or_retry(content):
    content["documents"] = {"in": 2, "records": 2, "failures": 0}
    content["values"] |= {"accepted": 20, "review": 0, "review_reasons": {}, "documents_in_review": 0}
    content["failures"] = {"documents": {}, "pages": {}, "examples": {"documents": {}, "pages": {}}}
    text = text_of(content)
    assert "20: 20 accepted, 0 (0%) wait for a person" in text
    assert "review export" not in text
    assert "--retry-failed" not in text
    assert "failures    " not in text


def test_many_failures_of_one_kind_are_three_examples_and_a_number(content):
    content["failures"]["documents"] = {"encrypted": 9}
    content["failures"]["examples"]["documents"] = {"encrypted": [EXAMPLE] * 5}
    text = text_of(content)
    assert text.count("the PDF is locked") == 3
    assert "and 6 more" in text


def test_what_a_model_took_is_told_where_one_was_asked(content):
    assert "tokens" not in text_of(content)
    content |= {
        "calls": {"calls": 3, "retries": 1},
        "tokens": {"visual": 1500, "prompt": 3000, "cached": 1200, "output": 90},
    }
    text = text_of(content)
    assert "model       reader-7b: 3 calls, 1 of them again" in text
    assert "tokens      1,500 visual, 3,000 in prompts (40% of them cached), 90 written" in text


def test_second_looks_are_told_and_those_that_nobody_answered(content):
    content["models"]["verify_model"] = "looker-3b"
    assert "second look" not in text_of(content | {"second_looks": {"values": 0, "without_answer": 0}})
    text = text_of(content | {"second_looks": {"values": 12, "without_answer": 5}})
    assert "second look looker-3b: 12 doubtful values, 5 of them without an answer" in text
    assert "without" not in text_of(content | {"second_looks": {"values": 1, "without_answer": 0}})


def test_a_damaged_part_and_a_folder_that_could_not_be_listed_are_told(content):
    content |= {"damaged": ["readings/x.parquet: it is damaged; restore it"], "unreadable_folders": ["in/b: no"]}
    text = text_of(content)
    assert "damaged     readings/x.parquet: it is damaged; restore it" in text
    assert "not looked  in/b: no" in text


def test_what_a_document_is_called_cannot_write_on_the_terminal(content):
    content["failures"]["examples"]["documents"]["encrypted"][0] |= {"source": "in/\x1b[31m.pdf"}
    assert "\x1b" not in text_of(content)


def test_a_dry_run_says_what_would_be_done():
    plan = DryRun(
        content={
            "schema": "invoice", "out": "out", "sources": 3, "suffixes": {"pdf": 2, "xml": 1}, "left_out": {},
            "unreadable_folders": [], "bytes": 2_500_000, "done_before": 1, "to_read": 2,
            "readers": ["einvoice", "layout"], "workers": 2,
        }
    )  # fmt: skip
    assert to_text(plan).splitlines() == [
        "dry run     nothing was read or written; schema invoice, output out",
        "documents   3 (pdf 2, xml 1), 2.5 MB",
        "to read     2; 1 are done already",
        "readers     einvoice, then layout, in 2 processes",
    ]
