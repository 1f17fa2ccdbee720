"""Several readings of one document become one record: chosen, found on the page, checked, scored.

The readings are what was paid for. So everything that comes after choosing (finding the values on the page, checking,
scoring) may fail without losing them: what could not be judged is not scored, and waits for a person.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from extractors.confidence import kind_of
from extractors.draft import EVIDENCE_MATCH, Draft
from extractors.kind import NOT_OF_KIND, SEVERAL, kind_match
from extractors.locate import Hint, locate
from extractors.locate_rows import locate_rows
from extractors.merge_fields import merged_field
from extractors.merge_tables import cell_of, merged_table
from extractors.merge_verify import VERIFY, weigh_second_looks
from extractors.page_index import PageIndex
from extractors.policy import EInvoiceMode, Policy
from extractors.reading import Finding, Match, State
from extractors.record import Record, RecordStatus, ReviewReason
from extractors.value_signals import add_value_signals
from schemas import Kind
from schemas.checks import CheckResult, Outcome
from tiling import PageState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractors.reading import Reading
    from schemas import Field, Schema
    from tiling import Document

__all__ = ["EInvoiceMode", "Policy", "merge"]

AUDIT_NOTE = "drawn at random to measure how many accepted values are wrong"
BELIEVED_FIRST = ("einvoice", "vision", "layout")
CUT_SHORT = frozenset({"length", "max_tokens", "repetition", "timeout"})
"""Finish reasons of a model that had more to say."""
ENOUGH_OTHERS = 3
"""Values beside one from which something is said about the whole document."""
ON_THE_PAGE = frozenset({Kind.MONEY, Kind.DATE, Kind.IBAN, Kind.NAME, Kind.CODE, Kind.VAT_ID})
"""Kinds of which an audit expects to see on the page what the XML says; codes of types and units are not printed."""


def merge(document: Document, schema: Schema, readings: Sequence[Reading], *, policy: Policy) -> Record:
    """The record of a document; deterministic, and never without the values that some reader gave."""
    used = _used(readings, policy)
    drafts = _drafts(schema, [r for r in used if r.reader != VERIFY], policy)
    weigh_second_looks(drafts, used)
    notes = [note for reading in used for note in reading.notes]
    _late("values could not be looked up on the page", notes, drafts, lambda: _locate(document, schema, drafts, policy))
    checks: list[CheckResult] = []
    _late("the record could not be validated", notes, drafts, lambda: _pass_gate(schema, drafts))
    values = _values(schema, drafts)
    _late("the checks could not be run", notes, drafts, lambda: checks.extend(_check(schema, values, drafts)))
    _late("hidden text could not be compared", notes, drafts, lambda: notes.extend(_doubt(document, schema, drafts)))
    _late("the kind of document could not be judged", notes, drafts, lambda: _judge(document, schema, drafts, notes))
    status = _status(document, used, drafts, notes)
    _late("values could not be scored", notes, drafts, lambda: _score(document, drafts, status, policy))
    return Record(
        values=values,
        fields=tuple(d.finished() for d in _in_order(schema, drafts)),
        status=status,
        confidence=_confidence(schema, drafts, policy),
        reader=_readers(drafts, used),
        model=next((r.model for r in used if r.model), None),
        checks=tuple(checks),
        notes=tuple(dict.fromkeys((*notes, _scored_by(drafts, policy)))),
    )


def _used(readings: Sequence[Reading], policy: Policy) -> list[Reading]:
    """The readings in the order in which they are believed."""
    kept = [r for r in readings if not (r.reader == "einvoice" and policy.einvoice is EInvoiceMode.IGNORE)]
    return sorted(kept, key=lambda r: (_rank(r.reader), r.page if r.page is not None else -1))


def _rank(reader: str) -> int:
    return BELIEVED_FIRST.index(reader) if reader in BELIEVED_FIRST else len(BELIEVED_FIRST) - 1


def _drafts(schema: Schema, readings: Sequence[Reading], policy: Policy) -> list[Draft]:
    """The drafts of all fields, in the schema's order."""
    drafts: list[Draft] = []
    for spec in schema.fields:
        if spec.kind is Kind.TABLE:
            drafts += merged_table(spec, readings, policy)
        else:
            said = [(r.reader, f) for r in readings for f in r.findings if f.path == spec.name]
            drafts.append(merged_field(spec.name, spec, said, policy))
    return drafts


def _in_order(schema: Schema, drafts: Sequence[Draft]) -> list[Draft]:
    """The schema's order, a table before its cells."""
    position = {f.name: n for n, f in enumerate(schema.fields)}
    return sorted(drafts, key=lambda d: (position[d.path.partition("[")[0]], "[" in d.path))


def _late(what: str, notes: list[str], drafts: Sequence[Draft], step: Callable[[], None]) -> None:
    """A step after choosing: where it fails, the values stay, unscored, and a person looks at them."""
    try:
        step()
    except Exception as error:  # noqa: BLE001 - no step after reading may throw paid work away
        notes.append(f"{what}: {type(error).__name__}: {error}")
        for draft in drafts:
            if draft.state is State.VALUE:
                draft.doubt(ReviewReason.UNSCORED)


def _locate(document: Document, schema: Schema, drafts: Sequence[Draft], policy: Policy) -> None:
    """Evidence for the values that have none, as readers of XML and models give them."""
    missing = [d for d in drafts if d.evidence is None and d.state is State.VALUE and d.value is not None]
    if missing:
        index = PageIndex([p for p in document.pages if p.words])
        for draft in missing:
            if "[" not in draft.path:
                hint = Hint(labels=(*draft.spec.labels, draft.spec.title))
                draft.evidence = locate(index, draft.spec.kind, _value(draft), draft.text, hint)
        for spec in schema.fields:
            if spec.kind is Kind.TABLE:
                _locate_table(index, spec, [d for d in missing if d.path.startswith(f"{spec.name}[")])
    for draft in drafts:
        if draft.evidence is None or draft.state is not State.VALUE:
            continue
        draft.signals["evidence_match"] = EVIDENCE_MATCH[draft.evidence.match]
        if draft.evidence.match is Match.NONE:
            _unseen(draft, policy)


def _unseen(draft: Draft, policy: Policy) -> None:
    """A value that no page shows: XML is believed without, unless it is audited; nobody else is."""
    if not draft.from_xml:
        draft.doubt(ReviewReason.NO_EVIDENCE, "no page shows this value")
    elif policy.einvoice is EInvoiceMode.AUDIT and draft.spec.kind in ON_THE_PAGE:
        draft.doubt(ReviewReason.AUDIT, "the XML says so, and no page shows it")


def _locate_table(index: PageIndex, spec: Field, drafts: Sequence[Draft]) -> None:
    rows: dict[int, dict[str, Draft]] = {}
    for draft in drafts:
        if cell := cell_of(spec.name, draft.path):
            rows.setdefault(cell[0], {})[cell[1]] = draft
    findings = [
        {name: Finding(path=d.path, state=d.state, value=d.value, text=d.text) for name, d in rows[n].items()}
        for n in sorted(rows)
    ]
    for n, evidence in zip(sorted(rows), locate_rows(index, spec.columns, findings), strict=True):
        for name, found in evidence.items():
            rows[n][name].evidence = found


def _value(draft: Draft) -> Any:  # noqa: ANN401 - a `Value` that is not None
    return draft.value


def _values(schema: Schema, drafts: Sequence[Draft]) -> dict[str, Any]:
    """The record's values; a table without rows is None where it is absent, and an empty list where it is empty."""
    values: dict[str, Any] = {}
    for spec in schema.fields:
        own = [d for d in drafts if d.path == spec.name]
        if spec.kind is not Kind.TABLE:
            values[spec.name] = next((d.value for d in own), None)
            continue
        rows: dict[int, dict[str, Any]] = {}
        for draft in drafts:
            if cell := cell_of(spec.name, draft.path):
                row = rows.setdefault(cell[0], {c.name: None for c in spec.columns})
                row[cell[1]] = draft.value
        empty = any(d.state is State.EMPTY for d in own)
        values[spec.name] = [rows[n] for n in sorted(rows)] if rows or empty else None
    return values


def _pass_gate(schema: Schema, drafts: list[Draft]) -> None:
    """The schema's own model has the last word; what it refuses is unreadable, a table that is too long incomplete."""
    from pydantic import ValidationError

    from schemas.model import record_model

    try:
        record_model(schema).model_validate(_values(schema, drafts))
    except ValidationError as error:
        by_path = {d.path: d for d in drafts}
        for wrong in error.errors(include_url=False, include_input=False):
            name, *cell = wrong["loc"]
            path = f"{name}[{cell[0]}].{cell[1]}" if len(cell) > 1 else str(name)
            if path in by_path and by_path[path].value is not None:
                by_path[path].unreadable(wrong["msg"])
            elif schema.field(str(name)).kind is Kind.TABLE:
                table = by_path.get(str(name)) or Draft(path=str(name), spec=schema.field(str(name)), state=State.VALUE)
                table.doubt(ReviewReason.INCOMPLETE, wrong["msg"])
                drafts += [] if table in drafts else [table]


def _check(schema: Schema, values: dict[str, Any], drafts: list[Draft]) -> tuple[CheckResult, ...]:
    """The results of the schema's checks, noted on the values that they are about."""
    from schemas import checks

    results: tuple[CheckResult, ...] = tuple(checks.run_checks(schema, values))
    drafts += _tables_at_fault(schema, results, drafts)
    for draft in drafts:
        own = [r for r in results if draft.path in r.paths and r.outcome is not Outcome.NOT_EVALUATED]
        failed = [r for r in own if r.outcome is Outcome.FAIL]
        if own and draft.state is State.VALUE:
            draft.signals["check_passed"] = 1.0 - len(failed) / len(own)
        for result in failed:
            draft.doubt(ReviewReason.CHECK_FAILED, f"{result.name}: {result.message}")
    return results


def _doubt(document: Document, schema: Schema, drafts: Sequence[Draft]) -> list[str]:
    """What the document says where nobody sees it; the layout reader is only imported where there is such a thing."""
    if not any(p.hidden_words for p in document.pages):
        return []
    from extractors.hidden_text import doubt_hidden

    return doubt_hidden(document, schema, drafts)


def _tables_at_fault(schema: Schema, results: Sequence[CheckResult], drafts: Sequence[Draft]) -> list[Draft]:
    """A draft for each table whose rows together fail a check, for a person to see the table as a whole."""
    known = {d.path for d in drafts}
    named = {path for r in results if r.outcome is Outcome.FAIL for path in r.paths if path not in known}
    return [
        Draft(path=f.name, spec=f, state=State.VALUE) for f in schema.fields if f.kind is Kind.TABLE and f.name in named
    ]


def _judge(document: Document, schema: Schema, drafts: Sequence[Draft], notes: list[str]) -> None:
    """Where the document is of another kind, or several in one, whatever was found in it waits for a person."""
    judged = kind_match(document, schema, drafts)
    notes += [judged.note] if judged.note else []
    wrong = [note for note in notes if note.startswith((NOT_OF_KIND, SEVERAL))]
    for draft in drafts:
        if draft.state is State.VALUE and not draft.from_xml:
            draft.signals["kind_match"] = judged.match
            for note in wrong:
                draft.doubt(ReviewReason.INCOMPLETE, note)


def _status(
    document: Document, readings: Sequence[Reading], drafts: Sequence[Draft], notes: Sequence[str]
) -> RecordStatus:
    """Incomplete where a page was not read, a model was cut short, rows are missing, or it is another kind of paper."""
    unread = any(p.state in (PageState.FAILED, PageState.SKIPPED) for p in document.pages)
    cut = any(r.finish_reason in CUT_SHORT for r in readings)
    missing = any(ReviewReason.INCOMPLETE in d.reasons for d in drafts)
    other = any(note.startswith((NOT_OF_KIND, SEVERAL)) for note in notes)
    return RecordStatus.INCOMPLETE if unread or cut or missing or other else RecordStatus.COMPLETE


def _score(document: Document, drafts: Sequence[Draft], status: RecordStatus, policy: Policy) -> None:
    model = policy.score_model
    add_value_signals(document, drafts)
    _add_document_margin(drafts)
    for draft in drafts:
        if draft.state is State.VALUE and draft.value is not None:
            if ReviewReason.UNSCORED in draft.reasons:
                continue
            confidence = model.score(draft.signals, kind_of(draft.spec.kind.value, cell="[" in draft.path))
            if confidence < policy.threshold_of(draft.name):
                draft.doubt(ReviewReason.LOW_CONFIDENCE)
            elif not draft.reasons and _sampled(document.document_id, draft.path, policy.audit_rate):
                draft.doubt(ReviewReason.AUDIT, AUDIT_NOTE)
            draft.confidence = confidence
        elif draft.state in (State.ABSENT, State.EMPTY) and draft.spec.required:
            incomplete = status is RecordStatus.INCOMPLETE
            draft.doubt(
                ReviewReason.INCOMPLETE if incomplete else ReviewReason.LOW_CONFIDENCE, "required, and not seen"
            )


def _add_document_margin(drafts: Sequence[Draft]) -> None:
    """How far ahead of their rivals the document's other values are: where all are close calls, its look is unknown."""
    margins = {d.path: d.signals["margin"] for d in drafts if "[" not in d.path and "margin" in d.signals}
    for draft in drafts:
        others = [margin for path, margin in margins.items() if path != draft.path]
        if draft.state is State.VALUE and not draft.from_xml and len(others) >= ENOUGH_OTHERS:
            draft.signals["document_margin"] = sum(others) / len(others)


def _sampled(document_id: str, path: str, rate: float) -> bool:
    """Whether this value belongs to the random sample; the same at every merge of the document."""
    drawn = hashlib.sha256(f"{document_id}:{path}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") < rate * 2**64


def _confidence(schema: Schema, drafts: Sequence[Draft], policy: Policy) -> float | None:
    """That all required fields are right (`ScoreModel.together`); None where one has no score, or there is none."""
    confidences: list[float] = []
    for spec in schema.fields:
        if not spec.required:
            continue
        own = [d for d in drafts if d.path == spec.name or d.path.startswith(f"{spec.name}[")]
        for draft in own:
            if draft.state is State.VALUE and draft.value is None:
                continue
            if draft.confidence is None:
                return None
            confidences.append(draft.confidence)
    return policy.score_model.together(confidences) if confidences else None


def _scored_by(drafts: Sequence[Draft], policy: Policy) -> str:
    """The score model, and which of the signals here have weights that rest on no labelled value."""
    given = {name for draft in drafts for name in draft.signals}
    provisional = [s.name for s in policy.score_model.signals if s.provisional and s.name in given]
    doubtful = f"; provisional weights: {', '.join(provisional)}" if provisional else ""
    return f"scored by {policy.score_model.label}{doubtful}"


def _readers(drafts: Sequence[Draft], readings: Sequence[Reading]) -> str:
    """The readers that gave values, the one that gave most first; where there is no value, those that looked."""
    counted = Counter(d.reader for d in drafts if d.reader and d.state is State.VALUE)
    names = [name for name, _ in counted.most_common()] or list(dict.fromkeys(r.reader for r in readings))
    return "+".join(names)
