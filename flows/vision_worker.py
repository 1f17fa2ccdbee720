"""The worker's part where a model reads: pictures of tiles first, and readings out of its answers afterwards."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.parts import pack
from flows.vision_outcome import with_answers, with_notes, with_second_looks
from flows.vision_task import DRAWN_AT_ONCE, Judged, Prepared
from flows.worker import failure_of, open_task, read_one
from tiling import DocumentError, PageState, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.reading import Reading
    from extractors.vision.sheet import Sheet
    from flows.outcome import DocumentOutcome
    from flows.vision_task import DrawTask, FinishTask, HalveTask, JudgeTask, Looks
    from flows.worker import Task
    from tiling import Failure, Page
    from tiling.open import OpenDocument


def prepare(task: Task) -> Prepared:
    """Reads the document as without a model, and cuts its pages into tiles; the first of them are drawn."""
    sheets: list[Sheet] = []
    failures: list[Failure] = []

    def look(opened: OpenDocument, pages: Sequence[Page], readings: Sequence[Reading]) -> None:
        if any(r.reader == "einvoice" for r in readings) and not any(r.reader == "layout" for r in readings):
            return  # believed without the page
        layout = next((r for r in readings if r.reader == "layout"), None)
        for page in pages:
            try:
                sheets.extend(_page(task, opened, page, layout, drawn=_drawn_of(sheets)))
            except DocumentError as error:
                failures.append(replace(failure_of(task, error, None), page=page.index))

    outcome = read_one(task, look)
    if failures:
        outcome = _without(outcome, failures, whole=not sheets)
    if outcome.failure is not None or not sheets:
        return Prepared(packed=pack(outcome))
    return Prepared(outcome=pickle.dumps(outcome), document_id=outcome.document_id or "", sheets=tuple(sheets))


def _without(outcome: DocumentOutcome, failures: Sequence[Failure], *, whole: bool) -> DocumentOutcome:
    """The outcome with the pages failed that have no tiles; `whole`: none has any, and the document fails."""
    document, lost = outcome.document, {failure.page for failure in failures}
    named = [replace(failure, document_id=outcome.document_id) for failure in failures]
    if whole:
        return replace(outcome, failures=(*outcome.failures, replace(named[0], page=None)))
    pages = document.pages if document else ()
    marked = tuple(replace(page, state=PageState.FAILED) if page.index in lost else page for page in pages)
    document = replace(document, pages=marked) if document else None
    return replace(outcome, document=document, failures=(*outcome.failures, *named))


def draw(request: DrawTask) -> tuple[Sheet, ...]:
    """The pictures of tiles that `prepare` has named and not drawn; DocumentError where the document has gone."""
    from flows.vision_sheets import drawn, page_sheets

    task, found = request.task, []
    known = {(sheet.page, sheet.order): sheet for sheet in request.sheets}
    with _reopened(task, request.document_id) as opened:
        for index in sorted({sheet.page for sheet in request.sheets}):
            # the tiles alone: what the words show in them is told by the sheets that `prepare` made
            for planned, tile in page_sheets(opened, opened.page(index), _looks(task), None):
                sheet = known.get((planned.page, planned.order))
                if sheet is not None:
                    found.append(drawn(opened, sheet, tile))
    return tuple(found)


def halve(request: HalveTask) -> tuple[Sheet, ...]:
    """The halves of a tile, drawn; none where it cannot be cut."""
    from flows.vision_sheets import drawn, half_sheets

    task, outcome = request.task, _outcome(request.outcome)
    layout = next((r for r in outcome.readings if r.reader == "layout"), None)
    pages = outcome.document.pages if outcome.document else ()
    page = next(p for p in pages if p.index == request.sheet.page)
    try:
        with _reopened(task, outcome.document_id) as opened:
            halves = half_sheets(opened, page, _looks(task), layout, request.sheet)
            return tuple(drawn(opened, sheet, tile) for sheet, tile in halves)
    except DocumentError:  # the ladder has other steps
        return ()


def judge(request: JudgeTask) -> Judged:
    """The document with what the model said; where a verifier is there, the doubtful values with close pictures."""
    task = request.task
    outcome = with_answers(_outcome(request.outcome), request.tiles, task.schema, request.model)
    if not _looks(task).verifier or outcome.failure is not None:
        return Judged(packed=pack(outcome))
    closer, notes = _closer(task, outcome, request)
    outcome = with_notes(outcome, notes)
    return Judged(outcome=pickle.dumps(outcome), closer=closer) if closer else Judged(packed=pack(outcome))


def finish(request: FinishTask) -> Judged:
    """The document with the second looks at it."""
    outcome = with_second_looks(_outcome(request.outcome), request.looks, request.task.schema, request.model)
    return Judged(packed=pack(outcome))


def _closer(
    task: Task, outcome: DocumentOutcome, request: JudgeTask
) -> tuple[tuple[tuple[str, Sheet], ...], list[str]]:
    """Doubtful values with close pictures, and what is to be said of those that nobody looks at again."""
    from extractors.merge import merge
    from extractors.vision.verify import MOST_DOUBTS, doubts_of
    from flows.vision_sheets import close_sheet

    if outcome.document is None:
        return (), []
    record = merge(outcome.document, task.schema, outcome.readings, policy=request.policy)
    others = [r for r in outcome.readings if r.reader == "layout"]
    doubts = doubts_of(record, task.schema, outcome.document, others)
    if not doubts:
        return (), []
    looked_at = doubts[:MOST_DOUBTS]
    try:
        with _reopened(task, outcome.document_id) as opened:
            drawn = [(doubt.path, close_sheet(opened, doubt, _looks(task))) for doubt in looked_at]
    except DocumentError as error:  # a second look that fails takes nothing from the first
        return (), [f"no doubtful value was looked at again: {error.message}"]
    notes = [f"{path} was not looked at again: no picture of it fits the model" for path, sheet in drawn if not sheet]
    if left := len(doubts) - len(looked_at):
        notes.append(f"{left} of {len(doubts)} doubtful values were not looked at again: so many are a person's")
    return tuple((path, sheet) for path, sheet in drawn if sheet is not None), notes


def _page(task: Task, opened: OpenDocument, page: Page, layout: Reading | None, *, drawn: int) -> list[Sheet]:
    from flows.vision_sheets import drawn as with_picture
    from flows.vision_sheets import page_sheets

    sheets = []
    for sheet, tile in page_sheets(opened, page, _looks(task), layout):
        if drawn < DRAWN_AT_ONCE:
            made = with_picture(opened, sheet, tile)
            drawn += made.picture is not None
            sheets.append(made)
        else:
            sheets.append(sheet)
    return sheets


def _drawn_of(sheets: Sequence[Sheet]) -> int:
    return sum(sheet.picture is not None for sheet in sheets)


def _reopened(task: Task, document_id: str | None) -> OpenDocument:
    """The document again, with the bytes that were read before; DocumentError where they have changed."""
    opened = open_task(task)
    if opened.document_id != document_id:
        opened.close()
        message = "the file changed while it was read; the next run reads what is there now"
        raise DocumentError(Stage.READ, Reason.BROKEN, message)
    return opened


def _looks(task: Task) -> Looks:
    if task.looks is None:
        msg = "a task without a model"
        raise ValueError(msg)
    return task.looks


def _outcome(data: bytes) -> DocumentOutcome:
    outcome: DocumentOutcome = pickle.loads(data)  # noqa: S301 - a worker of our own made it
    return outcome
