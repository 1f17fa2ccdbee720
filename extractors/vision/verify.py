"""A second look at what is doubtful: only those values, on a close picture, by the same model or another.

The model is not told what was read before: an answer that knows the question's answer is worth nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractors.call import Purpose
from extractors.catalogue.entry import Strategy
from extractors.engine.interface import EngineError
from extractors.reading import Finding, Reading, State
from extractors.record import FieldStatus, ReviewReason
from extractors.revisions import VISION
from extractors.vision import prompts
from extractors.vision.asking import Asker, Tried, climb
from extractors.vision.ladder import Step, Ways
from extractors.vision.values import understood
from schemas.schema import Kind
from schemas.values import Locale, detect_locale
from tiling.box import Box, union
from tiling.upright import displayed_size, to_displayed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.call import Call
    from extractors.engine.interface import ChatEngine
    from extractors.reading import Evidence
    from extractors.record import FieldValue, Record
    from extractors.vision.answers import Said
    from extractors.vision.sheet import Sheet
    from extractors.vision.voice import Voice
    from schemas import Field, Schema
    from tiling import Document, Page

READER = "verify"
DOUBTS = frozenset({ReviewReason.LOW_CONFIDENCE, ReviewReason.DISAGREEMENT, ReviewReason.CHECK_FAILED})
"""Reasons that a closer look may settle, or confirm."""
MOST_DOUBTS = 16
"""Of a document are looked at: one that is doubtful all over is a person's."""
NOT_SEEN = "a closer look sees no such value"
LABEL_PT, LINES_PT = (200.0, 120.0, 60.0, 20.0), 30.0
"""Shown beside a value: what may name it, left of it and above; less for a model that would see it small."""
CELL_PT = (6.0, 3.0)
"""Beside a cell of a table: nothing of its neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A value to be looked at again, and where."""

    path: str
    field: Field
    page: int
    crops: tuple[Box, ...]
    """Its surroundings in points of the page as displayed, the widest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """What the closer look gave."""

    path: str
    said: Said | None
    calls: tuple[Call, ...] = ()
    """The last has a problem where nothing was said."""


def doubts_of(record: Record, schema: Schema, document: Document, others: Sequence[Reading]) -> tuple[Doubt, ...]:
    """What of a record is worth a second look: values that wait for a person and whose place is known.

    More of them than `MOST_DOUBTS` are all given: whoever leaves some out says so.
    """
    pages = {page.index: page for page in document.pages}
    places = {f.path: f.evidence for r in others for f in r.findings if f.evidence is not None}
    found = []
    for value in record.fields:
        if value.status is not FieldStatus.REVIEW or not DOUBTS & set(value.reasons) or value.value is None:
            continue
        spec = schema.field(value.path)
        evidence = _place(value, places.get(value.path))
        if evidence is None or evidence.box is None or spec.kind in {Kind.TABLE, Kind.ENUM, Kind.BOOLEAN}:
            continue
        page = pages[evidence.page]
        crops = _crops(evidence.box, page, cell="[" in value.path)
        found.append(Doubt(path=value.path, field=spec, page=page.index, crops=crops))
    return tuple(found)


async def look_again(
    engine: ChatEngine, voice: Voice, schema: Schema, document: str, path: str, sheet: Sheet
) -> SecondLook:
    """The field of `path` as the close picture shows it; where the engine does not answer, a call that says why."""
    spec = schema.field(path)
    part = replace(schema, fields=(spec,))
    asker = Asker(engine=engine, voice=voice, document=document)

    async def ask(step: Step, attempt: int) -> Tried:
        return await asker.json(part, sheet, purpose=Purpose.VERIFY, step=step, attempt=attempt)

    try:
        if voice.strategy is Strategy.ASK:
            climbed = await asker.answer(part, sheet, Purpose.VERIFY)
        else:
            climbed = await climb(ask, Ways(halve=False, transcribe=False))
    except EngineError as error:  # a second look that fails takes nothing from the first
        return SecondLook(path=path, said=None, calls=(asker.unanswered(sheet, Purpose.VERIFY, path, str(error)),))
    last = climbed.last
    said = next((s for s in last.said if s.path == spec.name), None) if last.problem is None else None
    return SecondLook(path=path, said=said, calls=tuple(replace(call, field=path) for call in climbed.calls))


def verify_reading(
    schema: Schema, looks: Sequence[SecondLook], pages: Sequence[Page], first: Reading, *, model: str
) -> Reading:
    """All second looks as a reading: what was seen, that nothing was, or why nobody looked.

    What a close picture does not show speaks against the first reading; a look that failed says nothing of it.
    """
    locale = _locale(first, pages)
    findings: list[Finding] = []
    for look in looks:
        if look.said is None:
            problem = look.calls[-1].problem if look.calls else ""
            note = f"the second look by {model} gave nothing: {problem}"
            findings.append(Finding(path=look.path, state=State.UNREADABLE, notes=(note,)))
            continue
        seen = understood(schema.field(look.path), look.said, locale, 0)
        finding = seen.finding(look.path)
        if seen.state is not State.VALUE:
            notes = finding.notes or (NOT_SEEN,)
            finding = replace(finding, signals={"verify_agreement": 0.0}, notes=notes)
        findings.append(finding)
    return Reading(
        reader=READER,
        revision=VISION,
        findings=tuple(findings),
        model=model,
        prompt_version=prompts.VERSION,
        seconds=sum(call.seconds for look in looks for call in look.calls),
    )


def _locale(first: Reading, pages: Sequence[Page]) -> Locale:
    words = [word.text for page in pages for word in page.words]
    return detect_locale([" ".join(words), *(f.text for f in first.findings if f.text)])


def _place(value: FieldValue, other: Evidence | None) -> Evidence | None:
    """Where the value stands, and where another reader saw one, if that is near."""
    own = value.evidence if value.evidence and value.evidence.box else None
    if own is None or other is None or other.box is None or other.page != own.page:
        return own or other
    both = union((own.box, other.box)) if own.box else other.box
    return replace(own, box=both) if both.height < 2 * LABEL_PT[0] and "[" not in value.path else own


def _crops(box: Box, page: Page, *, cell: bool) -> tuple[Box, ...]:
    if cell:
        return (_shown(box, page, Box(-CELL_PT[0], -CELL_PT[1], *CELL_PT)),)
    return tuple(_shown(box, page, Box(-left, -LINES_PT, left / 4, LINES_PT)) for left in LABEL_PT)


def _shown(box: Box, page: Page, more: Box) -> Box:
    """The box with `more` at each side, as far as the page goes."""
    grown = Box(box.x0 + more.x0, box.y0 + more.y0, box.x1 + more.x1, box.y1 + more.y1)
    width, height = displayed_size(page)
    return to_displayed(page, grown).intersection(Box(0.0, 0.0, width, height)) or to_displayed(page, box)
