"""A document's outcome as rows of a readings part, and back: all that is derived later comes from these rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from extractors import Reading
from flows.calls import call_row, page_tokens, tokens_of
from flows.payload import boxes_of, boxes_text, findings_of, findings_text, words_of, words_text
from flows.work import Origin
from tiling import Document, Failure, Page, PageState, Reason, Stage, Word, WordsSource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from flows.outcome import DocumentOutcome

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """An outcome as rows: small, picklable, without a word object in it; made where the document was read."""

    source: str
    document_id: str | None
    failure: Failure | None
    """Of the whole document; None where it was read."""
    page_states: Mapping[str, int]
    """How many pages ended how."""
    document: Row
    body: tuple[Row, ...]
    tokens: Mapping[str, int] = field(default_factory=dict)
    """What models took (`flows.calls.COUNTED`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document as a readings part holds it."""

    position: int
    """In its shard."""
    source: str
    source_version: str | None
    origins: tuple[Origin, ...]
    document_id: str | None
    read: bool
    """False: it ended in the failure whose page is None."""
    document: Document | None
    pages: tuple[Page, ...]
    """Also those of a document that could not be opened as a whole."""
    word_counts: tuple[int, ...]
    """Of each page."""
    readings: tuple[Reading, ...]
    tokens: Mapping[int, tuple[int, int]]
    """Page, 0-based -> (tiles that a model saw, visual and output tokens); empty where no model read."""
    failures: tuple[Failure, ...]
    seconds: Mapping[str, float]
    generation: int
    attempt: int
    read_at: dt.datetime
    run_id: str
    fingerprint: str


def pack(outcome: DocumentOutcome) -> Packed:
    """The rows of an outcome. One with neither readings nor a failure becomes an internal failure: nothing vanishes."""
    failures = list(outcome.failures)
    if outcome.failure is None and not outcome.readings:
        failures.append(_no_outcome(outcome))
    failure = next((f for f in failures if f.page is None), None)
    pages = _pages(outcome.document, failures)
    body = [_page_row(p) for p in pages]
    body += [_reading_row(r, outcome) for r in outcome.readings]
    body += [call_row(c) for c in outcome.calls]
    body += [_failure_row(f) for f in failures]
    document = outcome.document
    row: Row = {
        "kind": "document",
        "_source_version": clean(outcome.source_version),
        "ended": "replaced" if outcome.replaced else "failed" if failure else "read",
        "media_type": document.media_type if document else None,
        "size_bytes": document.size_bytes if document else None,
        "page_count": len(pages) if document or pages else None,
        "attempt": outcome.attempt,
        "_read_at": outcome.started_at,
        "seconds_by_stage": [{"stage": k, "seconds": v} for k, v in outcome.seconds.items()],
    }
    return Packed(
        source=outcome.source,
        document_id=outcome.document_id,
        failure=failure,
        page_states=dict(Counter(p.state.value for p in pages)),
        document=row,
        body=tuple(body),
        tokens=tokens_of(outcome.calls),
    )


def clean(text: str | None) -> str | None:
    r"""Text that UTF-8 can hold: a byte of a file name that is no text is written as `\\udcff`."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()


def _no_outcome(outcome: DocumentOutcome) -> Failure:
    return Failure(
        source=outcome.source,
        document_id=outcome.document_id,
        stage=Stage.READ,
        reason=Reason.INTERNAL,
        message="no reader gave a reading, and none said why; please report this, with the document if you may",
    )


def _pages(document: Document | None, failures: Sequence[Failure]) -> list[Page]:
    """The document's pages; one that only a failure speaks of is there as failed."""
    pages = {p.index: p for p in document.pages} if document else {}
    for failure in failures:
        if failure.page is not None and failure.page not in pages:
            pages[failure.page] = Page(index=failure.page, width_pt=0.0, height_pt=0.0, state=PageState.FAILED)
    return [pages[i] for i in sorted(pages)]


def _page_row(page: Page) -> Row:
    return {
        "kind": "page",
        "page": page.index + 1,
        "state": page.state.value,
        "words_source": page.words_source.value,
        "width_pt": round(page.width_pt, 3),
        "height_pt": round(page.height_pt, 3),
        "rotation": page.rotation,
        "turned": page.turned,
        "skew_deg": page.skew_deg,
        "ink": page.ink,
        "word_count": len(page.words),
        "words": words_text(page.words),
        "rulings": boxes_text(page.rulings),
        "hidden_words": words_text(page.hidden_words) if page.hidden_words else None,
        "notes": [clean(n) for n in (*page.notes, *page.doubts)],
    }


def _reading_row(reading: Reading, outcome: DocumentOutcome) -> Row:
    pages = outcome.document.pages if outcome.document else ()
    sources = {p.words_source for p in pages if reading.page is None or p.index == reading.page} - {WordsSource.NONE}
    return {
        "kind": "reading",
        "page": None if reading.page is None else reading.page + 1,
        "words_source": "+".join(sorted(sources)) or WordsSource.NONE.value,
        "reader": reading.reader,
        "revision": reading.revision,
        "model": reading.model,
        "prompt_version": reading.prompt_version,
        "raw": clean(reading.raw),
        "finish_reason": reading.finish_reason,
        "seconds": reading.seconds,
        "notes": [clean(n) for n in reading.notes],
        "findings": findings_text(reading.findings),
    }


def _failure_row(failure: Failure) -> Row:
    return {
        "kind": "failure",
        "page": None if failure.page is None else failure.page + 1,
        "stage": failure.stage.value,
        "reason": failure.reason.value,
        "message": clean(failure.message),
    }


def unpack(row: Row, body: Sequence[Row]) -> StoredDocument:
    """The document of a document row and its body rows."""
    source, document_id = row["_source"], row["_document_id"]
    pages = tuple(_page_of(r) for r in body if r["kind"] == "page")
    document = None
    if row["media_type"] is not None and document_id is not None:
        document = Document(
            document_id=document_id,
            source=source,
            media_type=row["media_type"],
            size_bytes=row["size_bytes"] or 0,
            pages=pages,
        )
    return StoredDocument(
        position=row["position"],
        source=source,
        source_version=row["_source_version"],
        origins=origins_of(row),
        document_id=document_id,
        read=row["ended"] == "read",
        document=document,
        pages=pages,
        word_counts=tuple(r["word_count"] for r in body if r["kind"] == "page"),
        readings=tuple(_reading_of(r) for r in body if r["kind"] == "reading"),
        tokens=page_tokens([r for r in body if r["kind"] == "call"]),
        failures=tuple(_failure_of(r, source, document_id) for r in body if r["kind"] == "failure"),
        seconds={s["stage"]: s["seconds"] for s in row["seconds_by_stage"] or ()},
        generation=row["generation"],
        attempt=row["attempt"],
        read_at=row["_read_at"],
        run_id=row["_run_id"],
        fingerprint=row["_fingerprint"],
    )


def origins_of(row: Row) -> tuple[Origin, ...]:
    """The origins of a document row."""
    return tuple(Origin(source=o["source"], location=o["location"], version=o["version"]) for o in row["origins"] or ())


class StoredPage(Page):
    """A page whose words are decoded when they are looked at: most merges do not."""

    __slots__ = ("_text", "_words")
    _text: str | None
    _words: tuple[Word, ...] | None

    @property
    def words(self) -> tuple[Word, ...]:
        if self._words is None:
            object.__setattr__(self, "_words", words_of(self._text))
        return self._words or ()

    @words.setter
    def words(self, words: tuple[Word, ...] | str | None) -> None:
        object.__setattr__(self, "_text", words)
        object.__setattr__(self, "_words", words if isinstance(words, tuple) else None)


def _page_of(row: Row) -> Page:
    return StoredPage(
        index=row["page"] - 1,
        width_pt=row["width_pt"],
        height_pt=row["height_pt"],
        words=row["words"],
        words_source=WordsSource(row["words_source"]),
        rulings=boxes_of(row["rulings"]),
        hidden_words=words_of(row.get("hidden_words")),
        notes=tuple(row["notes"] or ()),
        rotation=row["rotation"],
        turned=row["turned"] or 0,
        skew_deg=row["skew_deg"] or 0.0,
        ink=row["ink"],
        state=PageState(row["state"]),
    )


def _reading_of(row: Row) -> Reading:
    return Reading(
        reader=row["reader"],
        revision=row["revision"],
        findings=findings_of(row["findings"]),
        page=None if row["page"] is None else row["page"] - 1,
        model=row["model"],
        prompt_version=row["prompt_version"],
        raw=row["raw"] or "",
        finish_reason=row["finish_reason"],
        seconds=row["seconds"] or 0.0,
        notes=tuple(row["notes"] or ()),
    )


def _failure_of(row: Row, source: str, document_id: str | None) -> Failure:
    return Failure(
        source=source,
        document_id=document_id,
        stage=Stage(row["stage"]),
        reason=Reason(row["reason"]),
        message=row["message"],
        page=None if row["page"] is None else row["page"] - 1,
    )
