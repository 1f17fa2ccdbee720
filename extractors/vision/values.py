"""What a model wrote as the values of a record: dates, amounts and codes are understood by code, never by the model."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.page_index import numbers_in, squash
from extractors.reading import Finding, State
from schemas.decoder import UNREADABLE
from schemas.schema import Kind
from schemas.values import parse_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.reading import Value
    from extractors.vision.answers import Said
    from schemas import Field
    from schemas.values import Locale

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One value that was said."""

    state: State
    value: Value | None = None
    text: str = ""
    page: int = 0
    signals: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()

    def finding(self, path: str, **more: tuple[str, ...]) -> Finding:
        """As a finding without evidence: where it stands is looked up afterwards, in the words of the page."""
        return Finding(
            path=path,
            state=self.state,
            value=self.value,
            text=self.text,
            signals=dict(self.signals),
            reasons=tuple(dict.fromkeys((*self.reasons, *more.get("reasons", ())))),
            notes=(*self.notes, *more.get("notes", ())),
            alternatives=tuple(dict.fromkeys((*self.alternatives, *more.get("alternatives", ())))),
        )


def understood(spec: Field, said: Said, locale: Locale, page: int, transcript: str = "") -> Understood:
    """The value of a field as it was said; unreadable where it is no such value."""
    signals = dict(said.signals)
    if said.content is None:
        return Understood(state=State.ABSENT, page=page, signals=signals)
    if isinstance(said.content, bool) or (spec.kind is Kind.ENUM and said.content in spec.choices):
        return Understood(state=State.VALUE, value=said.content, text=str(said.content), page=page, signals=signals)
    text = said.content.strip()
    if not text or text == UNREADABLE:
        state = State.UNREADABLE if text else State.ABSENT
        return Understood(state=state, page=page, signals=signals)
    if transcript:
        signals["transcript_agreement"] = float(printed_in(text, transcript))
    parsed = parse_field(spec, text, locale)
    if parsed is None:
        note = f"the model reads `{text[:80]}`, which is no {spec.kind}"
        return Understood(state=State.UNREADABLE, text=text, page=page, signals=signals, notes=(note,))
    return Understood(
        state=State.VALUE,
        value=parsed.value,
        text=text,
        page=page,
        signals=signals,
        reasons=("ambiguous",) if parsed.ambiguous else (),
        notes=tuple(parsed.notes),
        alternatives=tuple(str(other) for other in parsed.alternatives),
    )


def printed_in(text: str, transcript: str) -> bool:
    """Whether a transcript has a text: letter by letter without case, spaces and punctuation, or as the same number."""
    wanted = squash(text)
    if not wanted:
        return False
    if any(c.isdigit() for c in text) and len(wanted) < 4:  # `12` is in every long text, as a word it may not be
        return any(wanted == squash(word) or numbers_in(word) & numbers_in(text) for word in _SPACE.split(transcript))
    return wanted in squash(transcript)


def texts_of(said: Sequence[Said]) -> list[str]:
    """What was said in words, for finding out how the document prints amounts and dates."""
    return [s.content for s in said if isinstance(s.content, str)]
