"""One value out of several readings' findings: the first reader's that is valid, and whether the others agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.draft import Draft, draft_of
from extractors.policy import EInvoiceMode
from extractors.reading import State
from extractors.record import ReviewReason
from extractors.validate import validated
from schemas.compare import same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.policy import Policy
    from extractors.reading import Finding
    from schemas import Field

Said = tuple[str, "Finding"]
"""A reader and what it says."""


def merged_field(path: str, spec: Field, said: Sequence[Said], policy: Policy) -> Draft:
    """The draft of one field; `said` is in the order in which readers are believed."""
    drafts = [valid_draft(path, spec, finding, reader) for reader, finding in said]
    if not drafts:
        return Draft(path=path, spec=spec, state=State.ABSENT)
    chosen = next((d for d in drafts if d.state is State.VALUE), drafts[0])
    if chosen.state is not State.VALUE:
        return chosen
    others = [d for d in drafts if d is not chosen and d.state is State.VALUE and d.reader != chosen.reader]
    compare(chosen, others, policy)
    if chosen is not drafts[0] and drafts[0].state is State.ABSENT and drafts[0].reader != chosen.reader:
        chosen.signals["agreement"] = 0.0
        chosen.doubt(ReviewReason.DISAGREEMENT, f"{drafts[0].reader} says that it is not printed")
    return chosen


def compare(chosen: Draft, others: Sequence[Draft], policy: Policy) -> None:
    """What other readers say of the same field is a signal where they agree, and a reason to look where they do not."""
    if not others:
        return
    differing = [o for o in others if not same(chosen.spec, chosen.value, o.value)]
    chosen.signals["agreement"] = 1.0 - len(differing) / len(others)
    for other in differing:
        if other.text and other.text not in chosen.alternatives:
            chosen.alternatives.append(other.text)
        note = f"{other.reader} reads `{other.text or other.value}`"
        if chosen.from_xml and policy.einvoice is EInvoiceMode.AUDIT:
            chosen.doubt(ReviewReason.AUDIT, note)
        elif chosen.from_xml:
            chosen.notes.append(note)
        else:
            chosen.doubt(ReviewReason.DISAGREEMENT, note)


def valid_draft(path: str, spec: Field, finding: Finding, reader: str) -> Draft:
    """A finding as a draft whose value its field allows; unreadable where it does not."""
    draft = draft_of(path, spec, finding, reader)
    if draft.state is State.VALUE:
        result = validated(draft.spec, draft.value)
        if result.value is None:
            draft.unreadable(result.note)
        else:
            draft.value = result.value
            draft.notes += [result.note] if result.note else []
    return draft
