"""A value on its way into the record: what was chosen, what speaks for it, why a person should see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.reading import Match, State
from extractors.record import FieldStatus, FieldValue, ReviewReason

if TYPE_CHECKING:
    from extractors.reading import Evidence, Finding, Value
    from schemas import Field

KNOWN_REASONS = frozenset(r.value for r in ReviewReason)
EVIDENCE_MATCH = {
    Match.EXACT: 1.0,
    Match.NORMALISED: 0.95,
    Match.AMBIGUOUS: 0.85,
    Match.FUZZY: 0.5,
    Match.NONE: 0.0,
}


@dataclass(slots=True, kw_only=True)
class Draft:
    """Mutable while the merge works on it; `finished` gives what the record holds."""

    path: str
    spec: Field
    state: State
    value: Value | None = None
    text: str = ""
    reader: str = ""
    evidence: Evidence | None = None
    signals: dict[str, float] = field(default_factory=dict)
    reasons: list[ReviewReason] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    confidence: float | None = None

    @property
    def name(self) -> str:
        """The field's name without its row: `line_items.quantity`."""
        table, bracket, rest = self.path.partition("[")
        return f"{table}.{rest.partition('].')[2]}" if bracket else self.path

    @property
    def from_xml(self) -> bool:
        """Whether the value stands in well-formed XML, which needs no page to be believed."""
        return self.signals.get("source_xml", 0.0) > 0 and self.signals.get("xml_well_formed", 1.0) > 0

    def doubt(self, reason: ReviewReason, note: str = "") -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)
        if note and note not in self.notes:
            self.notes.append(note)

    def unreadable(self, note: str) -> None:
        """There is something on the page, and no value for the record."""
        self.state, self.value, self.confidence = State.UNREADABLE, None, None
        self.doubt(ReviewReason.LOW_CONFIDENCE, note)

    def finished(self) -> FieldValue:
        return FieldValue(
            path=self.path,
            state=self.state,
            value=self.value,
            text=self.text,
            confidence=self.confidence,
            status=FieldStatus.REVIEW if self.reasons else FieldStatus.ACCEPTED,
            reasons=tuple(self.reasons),
            evidence=self.evidence,
            reader=self.reader,
            signals={name: round(value, 4) for name, value in self.signals.items()},
            notes=tuple(self.notes),
            alternatives=tuple(self.alternatives),
        )


def draft_of(path: str, spec: Field, finding: Finding, reader: str) -> Draft:
    """A finding as a draft; reasons that no record knows become notes."""
    draft = Draft(
        path=path,
        spec=spec,
        state=finding.state,
        value=finding.value if finding.state is State.VALUE else None,
        text=finding.text,
        reader=reader,
        evidence=finding.evidence,
        signals=dict(finding.signals),
        notes=list(finding.notes),
        alternatives=list(finding.alternatives),
    )
    for reason in finding.reasons:
        if reason in KNOWN_REASONS:
            draft.doubt(ReviewReason(reason))
        else:
            draft.notes.append(reason)
    if finding.state is State.UNREADABLE:
        draft.doubt(ReviewReason.LOW_CONFIDENCE)
    return draft
