"""What a second, closer look says of values that are chosen already: it confirms or doubts them, and replaces none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.reading import State
from extractors.record import ReviewReason
from schemas.compare import same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.draft import Draft
    from extractors.reading import Reading

VERIFY, VISION = "verify", "vision"
SECONDS = frozenset({"agreement", "verify_agreement"})
"""Signals that come of a second reading of the same value."""


def weigh_second_looks(drafts: Sequence[Draft], readings: Sequence[Reading]) -> None:
    """Adds `verify_agreement` to each value that was looked at again, and `seconded` to each that a model read.

    A look that saw no such value lowers the first and is no second reading of it; one that failed leaves its note.
    Two different models that agree settle what the words' reader alone says otherwise. The same model twice does not:
    it makes the same mistake twice.
    """
    _weigh(drafts, readings)
    for draft in drafts:
        if draft.reader == VISION and draft.state is State.VALUE:
            draft.signals["seconded"] = float(not SECONDS.isdisjoint(draft.signals))
    _weigh_unseen(drafts, readings)


def _weigh_unseen(drafts: Sequence[Draft], readings: Sequence[Reading]) -> None:
    by_path = {draft.path: draft for draft in drafts if draft.state is State.VALUE and draft.value is not None}
    for finding in (f for r in readings if r.reader == VERIFY for f in r.findings if f.value is None):
        draft = by_path.get(finding.path)
        if draft is not None:
            draft.signals.update(finding.signals)
            draft.notes += [note for note in finding.notes if note not in draft.notes]


def _weigh(drafts: Sequence[Draft], readings: Sequence[Reading]) -> None:
    looks = [r for r in readings if r.reader == VERIFY]
    model = next((r.model for r in readings if r.reader == VISION), None)
    by_path = {draft.path: draft for draft in drafts if draft.state is State.VALUE and draft.value is not None}
    for reading in looks:
        for finding in reading.findings:
            draft = by_path.get(finding.path)
            if draft is None or draft.value is None or finding.value is None:
                continue
            agrees = same(draft.spec, draft.value, finding.value)
            draft.signals["verify_agreement"] = float(agrees)
            if not agrees:
                draft.doubt(ReviewReason.DISAGREEMENT, f"a closer look reads `{finding.text or finding.value}`")
                if finding.text and finding.text not in draft.alternatives:
                    draft.alternatives.append(finding.text)
            elif reading.model != model and ReviewReason.DISAGREEMENT in draft.reasons:
                draft.reasons.remove(ReviewReason.DISAGREEMENT)
                draft.notes.append(f"{reading.model} reads the same on a closer look")
