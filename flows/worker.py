"""One document in a worker process: open, take the words of its pages, let the readers read. A function of its task."""

from __future__ import annotations

import pickle
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.content import ReplacedError, content_of
from flows.guard import allow_more
from flows.outcome import DocumentOutcome
from tiling import Document, DocumentError, Failure, Page, PageState, Reason, Stage, WordsSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from extractors.reading import Reading
    from flows.parts import Packed
    from flows.s3.access import Access
    from flows.vision_task import Looks
    from schemas import Schema
    from tiling.limits import Limits
    from tiling.ocr.reader import OcrReader
    from tiling.open import OpenDocument

    Look = Callable[[OpenDocument, Sequence[Page], Sequence[Reading]], None]
    """Sees the open document when it has been read."""

OCR_SECONDS = 10.0
"""More time for a document, for each page that is read by OCR."""
NO_OCR = "It has ink and no text layer, and --ocr never says that pictures are not read."


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """All that is needed to read one document."""

    source: str
    """As given."""
    path: str
    """Where its bytes are."""
    sources: tuple[str, ...] = ()
    source_version: str | None = None
    document_id: str | None = None
    """sha256 as it was listed: the name of a document that cannot even be opened."""
    schema_bytes: bytes = field(repr=False)
    """Pickled; see `schema`."""
    reader: str = "auto"
    einvoice: str = "use"
    rasterizer: str = "pdfium"
    ocr: str = "auto"
    passwords: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits
    attempt: int = 1
    access: Access | None = None
    """How buckets are reached."""
    looks: Looks | None = None
    """Pictures for a model are wanted; None: none reads."""

    @property
    def schema(self) -> Schema:
        """Unpickled once a process, so that a reader finds again what it has worked out of it."""
        return _schema(self.schema_bytes)


@lru_cache(maxsize=2)
def _schema(schema_bytes: bytes) -> Schema:
    schema: Schema = pickle.loads(schema_bytes)  # noqa: S301 - our own parent process made it
    return schema


@dataclass(slots=True)
class _Progress:
    """What is known of the document so far: it survives whatever stops the reading."""

    document: Document | None = None
    stage: Stage = Stage.OPEN
    failures: list[Failure] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def at(self, stage: Stage) -> Iterator[None]:
        """Times a stage, and remembers it for the message of what may happen in it."""
        self.stage = stage
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage.value] = self.seconds.get(stage.value, 0.0) + time.perf_counter() - start


def read_packed(task: Task) -> Packed:
    """`read_one`, packed for the way to the parent process: pages stay behind as rows."""
    from flows.parts import pack

    return pack(read_one(task))


def read_one(task: Task, look: Look | None = None) -> DocumentOutcome:
    """The document's readings, or the failure that says why there are none. Raises nothing."""
    progress = _Progress()
    readings: tuple[Reading, ...] = ()
    replaced = False
    try:
        readings = _read(task, progress, look)
    except DocumentError as error:
        replaced = isinstance(error, ReplacedError)
        progress.failures.append(failure_of(task, error, progress.document))
    except MemoryError:
        message = f"It needs more memory than a worker may have, at stage {progress.stage}. Raise --max-memory."
        progress.failures.append(_failure(task, progress, Reason.MEMORY_LIMIT, message))
    except Exception as error:  # noqa: BLE001 - the document's border: one bad document never ends a batch
        progress.failures.append(_failure(task, progress, Reason.INTERNAL, bug_message(error)))
    return DocumentOutcome(
        source=task.source,
        sources=task.sources,
        source_version=task.source_version,
        document=progress.document,
        readings=readings,
        failures=tuple(progress.failures),
        seconds=progress.seconds,
        attempt=task.attempt,
        replaced=replaced,
    )


def open_task(task: Task) -> OpenDocument:
    """The document of a task; DocumentError where it cannot be opened."""
    from tiling.open import open_document

    path, data = content_of(task.path, task.source_version, task.limits, task.access)
    return open_document(
        path,
        data,
        source=task.source,
        limits=task.limits,
        passwords=task.passwords,
        rasterizer=task.rasterizer,
    )


def _read(task: Task, progress: _Progress, look: Look | None) -> tuple[Reading, ...]:
    with progress.at(Stage.OPEN):
        opened = open_task(task)
    with opened:
        progress.document = _document(task, opened, ())
        einvoice = _einvoice(task, opened, progress)
        pages = _pages(task, opened, progress, ocr=_ocr_mode(task, einvoice))
        progress.document = _document(task, opened, pages)
        readings = _readings(task, opened, einvoice, pages, progress)
        if look is not None:
            with progress.at(Stage.RENDER):
                look(opened, progress.document.pages, readings)
        return readings


def _document(task: Task, opened: OpenDocument, pages: Sequence[Page]) -> Document:
    return Document(
        document_id=opened.document_id,
        source=task.source,
        media_type=opened.media_type,
        size_bytes=opened.size_bytes,
        pages=tuple(pages),
    )


def _einvoice(task: Task, opened: OpenDocument, progress: _Progress) -> Reading | None:
    """The e-invoice's reading, where there is one and it is wanted."""
    xml = opened.xml()
    if task.reader in {"layout", "vision"} or task.einvoice == "ignore":
        if xml is not None:
            message = "An XML file has no page: it can be read only with --reader auto and --einvoice use."
            raise DocumentError(Stage.READ, Reason.UNSUPPORTED_TYPE, message)
        return None
    from extractors.einvoice.reader import read_einvoice

    with progress.at(Stage.READ):
        start = time.perf_counter()
        try:
            reading = read_einvoice(opened.attachments(), xml, task.schema)
        except DocumentError:
            if xml is not None:
                raise
            reading = None
    if reading is None and xml is not None:
        message = f"The e-invoice says nothing about the fields of the schema {task.schema.name!r}."
        raise DocumentError(Stage.READ, Reason.UNSUPPORTED_TYPE, message)
    if task.reader == "einvoice" and (reading is None or not reading.findings):
        message = "; ".join(reading.notes) if reading is not None else "there is no e-invoice in it"
        raise DocumentError(Stage.READ, Reason.UNSUPPORTED_TYPE, f"{message}; --reader auto reads the page instead.")
    return None if reading is None else replace(reading, seconds=time.perf_counter() - start)


def _ocr_mode(task: Task, einvoice: Reading | None) -> str:
    """An e-invoice that is not audited needs no words: its pictures are not read."""
    found = einvoice is not None and bool(einvoice.findings)
    return "never" if found and not _audited(task) else task.ocr


def _audited(task: Task) -> bool:
    return task.einvoice == "audit" and task.reader == "auto"


@lru_cache(maxsize=1)
def _ocr_reader() -> OcrReader:
    """One a process, made when the first page needs it."""
    from tiling.ocr.reader import OcrReader

    return OcrReader()


def _with_ocr(opened: OpenDocument, page: Page, mode: str, progress: _Progress) -> Page:
    """The page, with the words of its picture where it has no others."""
    if mode == "never" or (mode == "auto" and page.words and not page.ocr_layer):
        return page
    try:
        from tiling.ocr.engine import ModelsMissingError
        from tiling.ocr.page import ocr_page, wants_ocr

        if not wants_ocr(page, mode):
            return page
        reader = _ocr_reader()
    except (ImportError, ModelsMissingError) as error:
        message = f"OCR cannot start: {error}. Install extract again, or leave pictures out with --ocr never."
        raise DocumentError(Stage.WORDS, Reason.ENGINE_UNAVAILABLE, message, page.index) from error
    allow_more(OCR_SECONDS)
    start = time.perf_counter()
    read = ocr_page(opened, page, reader)
    progress.seconds["ocr"] = progress.seconds.get("ocr", 0.0) + time.perf_counter() - start
    return read


def _pages(task: Task, opened: OpenDocument, progress: _Progress, *, ocr: str) -> list[Page]:
    """All pages; one that cannot be opened stands as failed, with its failure."""
    pages = []
    with progress.at(Stage.WORDS):
        for index in range(opened.page_count):
            try:
                pages.append(_with_ocr(opened, opened.page(index), ocr, progress))
            except DocumentError as error:
                pages.append(Page(index=index, width_pt=0.0, height_pt=0.0, state=PageState.FAILED))
                failure = failure_of(task, error, progress.document)
                progress.failures.append(replace(failure, page=index))
    return pages


def _readings(
    task: Task, opened: OpenDocument, einvoice: Reading | None, pages: Sequence[Page], progress: _Progress
) -> tuple[Reading, ...]:
    found = einvoice is not None and bool(einvoice.findings)
    if einvoice is not None and found and not _audited(task):
        return (einvoice,)
    worded = [page for page in pages if page.words]
    if not worded and not _looked_at(pages):
        if einvoice is not None and found:
            return (replace(einvoice, notes=(*einvoice.notes, "not audited: its pages have no words")),)
        if task.looks is not None and any(page.state is PageState.READ for page in pages):
            return ()  # a model needs no words
        error = _nothing_to_read(pages, progress)
        _fail_wordless(task, pages, progress)
        raise error
    from extractors.layout.reader import read_layout

    with progress.at(Stage.READ):
        start = time.perf_counter()
        layout = read_layout(worded, task.schema)
        pages, worded, changed = _compared(task, opened, pages, layout, progress)
        if changed:
            layout = read_layout(worded, task.schema)
        layout = replace(layout, notes=_with_parts(layout, worded, task), seconds=time.perf_counter() - start)
    _fail_wordless(task, pages, progress)
    return (layout,) if einvoice is None else (einvoice, layout)


def _with_parts(layout: Reading, pages: Sequence[Page], task: Task) -> tuple[str, ...]:
    """The reading's notes, and one more where the file holds several documents."""
    from extractors.parts_of import parts_note

    note = parts_note(pages, task.schema)
    return (*layout.notes, note) if note else layout.notes


def _compared(
    task: Task, opened: OpenDocument, pages: Sequence[Page], layout: Reading, progress: _Progress
) -> tuple[Sequence[Page], list[Page], bool]:
    """The pages with words of which the print agrees, those of them that have any, and whether some are new."""
    if task.ocr != "never":
        from flows.trust import compared

        believed = compared(opened, pages, layout, task.schema, _ocr_reader)
        if any(new is not old for new, old in zip(believed, pages, strict=True)):
            progress.document = _document(task, opened, believed)
            return believed, [page for page in believed if page.words], True
    return pages, [page for page in pages if page.words], False


def _looked_at(pages: Sequence[Page]) -> bool:
    """Whether OCR has seen a page; that it found no word is then what the reading says."""
    return any(page.words_source is WordsSource.OCR for page in pages)


def _nothing_to_read(pages: Sequence[Page], progress: _Progress) -> DocumentError:
    """Why a document without a single word has no reading."""
    if progress.failures:
        first = progress.failures[0]
        more = f" (and {len(progress.failures) - 1} more pages)" if len(progress.failures) > 1 else ""
        return DocumentError(first.stage, first.reason, f"No page could be read: {first.message}{more}")
    if not pages:
        return DocumentError(Stage.OPEN, Reason.NO_PAGES, "It has no pages.")
    if all(page.state is PageState.BLANK for page in pages):
        count = "Its page is" if len(pages) == 1 else f"All {len(pages)} pages are"
        return DocumentError(Stage.WORDS, Reason.ALL_PAGES_BLANK, f"{count} blank: there is nothing to read.")
    return DocumentError(Stage.WORDS, Reason.ENGINE_UNAVAILABLE, NO_OCR)


def _fail_wordless(task: Task, pages: Sequence[Page], progress: _Progress) -> None:
    """A page with ink and without words was not read: it is a failure of its own beside the other pages."""
    document = progress.document
    unread = {
        page.index
        for page in pages
        if page.state is PageState.READ and not page.words and page.words_source is not WordsSource.OCR
    }
    if document is None or not unread or task.looks is not None:
        return
    marked = (replace(page, state=PageState.FAILED) if page.index in unread else page for page in pages)
    progress.document = replace(document, pages=tuple(marked))
    error = DocumentError(Stage.WORDS, Reason.ENGINE_UNAVAILABLE, NO_OCR)
    progress.failures += [replace(failure_of(task, error, document), page=index) for index in sorted(unread)]


def failure_of(task: Task, error: DocumentError, document: Document | None) -> Failure:
    """The failure that a DocumentError becomes at the document's border."""
    return Failure(
        source=task.source,
        document_id=document.document_id if document else task.document_id,
        stage=error.stage,
        reason=error.reason,
        message=error.message,
        page=error.page,
    )


def _failure(task: Task, progress: _Progress, reason: Reason, message: str) -> Failure:
    return failure_of(task, DocumentError(progress.stage, reason, message), progress.document)


def bug_message(error: Exception) -> str:
    """What an unexpected error says to the people who can mend it: type, text and place."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno}, in {frames[-1].name})" if frames else ""
    text = " ".join(str(error).split())[:300]
    return f"A bug of ours: {type(error).__name__}: {text}{place}. Please report it, with the document if you may."
