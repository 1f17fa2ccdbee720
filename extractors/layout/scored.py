"""A value that may be a field's, with what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.layout.candidates import Mention
    from schemas.values import Parsed
    from tiling import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One printed value for one field."""

    page: int
    """0-based."""
    box: Box
    text: str
    """Verbatim."""
    parsed: Parsed
    score: float
    label: float = 0.0
    """How well its label names the field, 0 to 1; 0 where it has none."""
    geometry: float = 0.0
    """How well it stands to its label, 0 to 1."""
    relation: str = ""
    """Where it stands, seen from its label (`links.Relation`)."""
    label_text: str = ""
    label_box: Box | None = None
    repeated: int = 1
    """In how many places it was found."""
    mention: Mention | None = None

    @property
    def key(self) -> object:
        """What two candidates for the same value have in common."""
        return key_of(self.parsed)


def key_of(parsed: Parsed) -> object:
    """The value, codes without regard to case and spaces."""
    value = parsed.value
    return value.casefold().replace(" ", "") if isinstance(value, str) else value


def candidate_of(
    mention: Mention, parsed: Parsed, score: float, *, label: float = 0.0, label_text: str = ""
) -> Candidate:
    """A candidate that was not found through a label's place, or whose label is a sentence."""
    return Candidate(
        page=mention.page,
        box=mention.box,
        text=mention.text,
        parsed=parsed,
        score=score,
        label=label,
        geometry=1.0 if label_text else 0.0,
        relation="right" if label_text else "",
        label_text=label_text,
        mention=mention,
    )


def insert(candidates: list[Candidate], new: Candidate) -> None:
    """Puts `new` among the candidates, which stay best first and one a value."""
    same = next((i for i, c in enumerate(candidates) if c.key == new.key), None)
    if same is None:
        candidates.append(new)
    elif candidates[same].score < new.score:
        candidates[same] = new
    candidates.sort(key=lambda c: -c.score)
