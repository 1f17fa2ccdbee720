"""A document's outcome with what models said of it: readings, calls, failures of pages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from extractors.vision.joining import join_tiles
from extractors.vision.verify import verify_reading
from tiling import Failure, PageState, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractors.vision.sheet import TileReading
    from extractors.vision.verify import SecondLook
    from flows.outcome import DocumentOutcome
    from schemas import Schema

ASK_STAGE = "ask"
"""Seconds that requests took, waiting included; several run at the same time."""


def with_answers(outcome: DocumentOutcome, tiles: Sequence[TileReading], schema: Schema, model: str) -> DocumentOutcome:
    """The outcome with the model's reading.

    A page of which a tile was not read is a failure of its own, and fails. Where the engine gave nothing at all, the
    document fails: it is read again with `--retry-failed`, instead of passing for one that a model has read.
    """
    failed = _failures(outcome, tiles)
    calls = tuple(call for tile in tiles for call in tile.calls)
    seconds = outcome.seconds | {ASK_STAGE: sum(call.seconds for call in calls)}
    outcome = replace(outcome, calls=calls, seconds=seconds)
    read = any(tile.failure is None and (tile.said or not tile.problem) for tile in tiles)
    refused = [f for f in failed.values() if f.reason is not Reason.INVALID_ANSWER]
    if failed and not read and (refused or not outcome.readings):
        first = (refused or list(failed.values()))[0]
        return replace(outcome, failures=(*outcome.failures, replace(first, page=None)))
    pages = outcome.document.pages if outcome.document else ()
    reading = join_tiles(schema, tiles, pages, model=model)
    marked = tuple(replace(p, state=PageState.FAILED) if p.index in failed else p for p in pages)
    document = replace(outcome.document, pages=marked) if outcome.document else None
    return replace(
        outcome,
        document=document,
        readings=(*outcome.readings, reading),
        failures=(*outcome.failures, *failed.values()),
    )


def with_notes(outcome: DocumentOutcome, notes: Sequence[str]) -> DocumentOutcome:
    """The outcome with notes of the model's reading, which the record has too."""
    readings = tuple(replace(r, notes=(*r.notes, *notes)) if r.reader == "vision" else r for r in outcome.readings)
    return replace(outcome, readings=readings)


def with_second_looks(
    outcome: DocumentOutcome, looks: Sequence[SecondLook], schema: Schema, model: str
) -> DocumentOutcome:
    """The outcome with the verifier's reading."""
    first = next(r for r in outcome.readings if r.reader == "vision")
    pages = outcome.document.pages if outcome.document else ()
    reading = verify_reading(schema, looks, pages, first, model=model)
    calls = tuple(call for look in looks for call in look.calls)
    seconds = outcome.seconds | {"verify": sum(call.seconds for call in calls)}
    return replace(outcome, readings=(*outcome.readings, reading), calls=(*outcome.calls, *calls), seconds=seconds)


def _failures(outcome: DocumentOutcome, tiles: Iterable[TileReading]) -> dict[int, Failure]:
    """Page -> why not all of it was read: the engine's reason, else that no answer could be used."""
    by_page: dict[int, list[TileReading]] = defaultdict(list)
    for tile in tiles:
        if tile.failure is not None or (tile.problem and not tile.said):
            by_page[tile.page].append(tile)
    return {
        page: Failure(
            source=outcome.source,
            document_id=outcome.document_id,
            stage=Stage.READ,
            reason=next((t.failure for t in lost if t.failure), Reason.INVALID_ANSWER),
            message=next((t.problem for t in lost if t.failure), lost[0].problem),
            page=page,
        )
        for page, lost in sorted(by_page.items())
    }
