from __future__ import annotations

import pickle
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from extractors import State
from flows.fork_server import PRELOAD
from flows.worker import Task, read_one
from schemas.registry import load_schema
from tests.flows.made_pdf import invoice, pdf_of
from tiling import PageState, Reason, Stage, WordsSource
from tiling.limits import Limits

SCHEMA = pickle.dumps(load_schema("invoice"))


@pytest.fixture
def read(tmp_path):
    def call(content, **changes):
        path = tmp_path / "document"
        if content is not None:
            path.write_bytes(content)
        options = {"schema_bytes": SCHEMA, "limits": Limits(), "document_id": "listed"} | changes
        return read_one(Task(source="given/name.pdf", path=str(path), **options))

    return call


def test_a_document_with_words_is_read_by_layout(read):
    outcome = read(pdf_of(invoice()))
    (reading,) = outcome.readings
    values = {f.path: f.value for f in reading.findings if f.state is State.VALUE}
    assert outcome.failures == ()
    assert reading.reader == "layout"
    assert values["invoice_number"] == "F-1"
    assert outcome.document.source == "given/name.pdf"
    assert set(outcome.seconds) == {"open", "words", "read"}


def test_a_blank_page_is_recorded_and_the_others_are_read(read):
    outcome = read(pdf_of(invoice(), []))
    assert [page.state for page in outcome.document.pages] == [PageState.READ, PageState.BLANK]
    assert outcome.failures == ()
    assert len(outcome.readings) == 1


def test_a_document_of_blank_pages_is_a_failure_that_says_so(read):
    outcome = read(pdf_of([], []))
    assert (outcome.failure.stage, outcome.failure.reason) == (Stage.WORDS, Reason.ALL_PAGES_BLANK)
    assert outcome.document.document_id == outcome.failure.document_id
    assert outcome.readings == ()


def test_a_picture_without_words_is_not_taken_for_an_empty_invoice(read, tmp_path):
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).rectangle((50, 50, 300, 100), fill="black")
    picture.save(tmp_path / "picture.png")
    outcome = read((tmp_path / "picture.png").read_bytes())
    (page,) = outcome.document.pages
    assert (page.state, page.words_source, page.words) == (PageState.READ, WordsSource.OCR, ())
    assert "no word" in page.notes[0]
    assert not any(finding.state is State.VALUE for finding in outcome.readings[0].findings)


def test_without_ocr_a_picture_is_a_failure(read, tmp_path):
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).rectangle((50, 50, 300, 100), fill="black")
    picture.save(tmp_path / "picture.png")
    outcome = read((tmp_path / "picture.png").read_bytes(), ocr="never")
    assert outcome.failure.reason is Reason.ENGINE_UNAVAILABLE
    assert outcome.readings == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.EMPTY_FILE), (b"{}", Reason.UNSUPPORTED_TYPE), (pdf_of(invoice())[:200], Reason.BROKEN)],
)
def test_what_cannot_be_opened_keeps_the_id_it_was_listed_with(read, content, reason):
    outcome = read(content)
    assert (outcome.failure.stage, outcome.failure.reason) == (Stage.OPEN, reason)
    assert outcome.document_id == "listed"


def test_a_file_that_is_gone_is_a_failure(read):
    assert read(None).failure.stage is Stage.OPEN


def test_limits_are_reasons_of_their_own(read):
    content = pdf_of(invoice(), invoice())
    assert read(content, limits=Limits(max_pages=1)).failure.reason is Reason.TOO_MANY_PAGES
    assert read(content, limits=Limits(max_bytes=100)).failure.reason is Reason.TOO_MANY_BYTES


def test_the_einvoice_reader_alone_fails_where_there_is_no_einvoice(read):
    failure = read(pdf_of(invoice()), reader="einvoice").failure
    assert failure.reason is Reason.UNSUPPORTED_TYPE
    assert "--reader auto" in failure.message


@pytest.mark.parametrize(
    ("error", "reason"), [(ZeroDivisionError, Reason.INTERNAL), (MemoryError, Reason.MEMORY_LIMIT)]
)
def test_an_unexpected_error_is_a_failure_of_this_document(read, monkeypatch, error, reason):
    def broken(_pages, _schema):
        raise error

    monkeypatch.setattr("extractors.layout.reader.read_layout", broken)
    failure = read(pdf_of(invoice())).failure
    assert (failure.stage, failure.reason) == (Stage.READ, reason)
    assert reason is not Reason.INTERNAL or "ZeroDivisionError" in failure.message


def test_the_same_schema_is_unpickled_once():
    one, two = (Task(source="a", path="a", schema_bytes=bytes(SCHEMA), limits=Limits()) for _ in range(2))
    assert one.schema is two.schema


@pytest.mark.parametrize("module", PRELOAD)
def test_what_is_preloaded_comes_with_the_base_install(module):
    __import__(module)
    package = module.partition(".")[0]
    if package not in sys.stdlib_module_names:
        of_packages = {name: {d.lower() for d in names} for name, names in packages_distributions().items()}
        lock = (Path(__file__).parents[2] / "requirements.lock").read_text(encoding="utf-8")
        base = {line.partition("==")[0] for line in lock.splitlines() if "==" in line and line[0].isalpha()}
        assert of_packages[package] & {*base, "pagewise-extract"}
