"""What a worker process hands back for one document: its pages, what the readers said, what failed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors import Reading
    from extractors.call import Call
    from tiling import Document, Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOutcome:
    """How one document ended: in readings, or in exactly one failure whose page is None.

    Failures of single pages may stand beside readings. An outcome with neither is stored as an internal failure.
    """

    source: str
    """Path or URI as given; the first of `sources`."""
    sources: tuple[str, ...] = ()
    """All sources with these bytes; empty means only `source`."""
    source_version: str | None = None
    """ETag or version id, or size and modification time; None where there is none (standard input)."""
    document: Document | None = None
    """With its pages and their words; None where the document could not be opened."""
    readings: tuple[Reading, ...] = ()
    calls: tuple[Call, ...] = ()
    """Answers of models that the readings were made of."""
    failures: tuple[Failure, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    """Stage -> seconds."""
    started_at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    attempt: int = 1
    replaced: bool = False
    """The version that was asked for is gone, another is in its place: the failure counts until that one is read."""

    @property
    def document_id(self) -> str | None:
        """sha256 of the bytes; None where they could not be had."""
        if self.document is not None:
            return self.document.document_id
        return next((f.document_id for f in self.failures if f.document_id), None)

    @property
    def failure(self) -> Failure | None:
        """The failure of the whole document; None where it was read."""
        return next((f for f in self.failures if f.page is None), None)
