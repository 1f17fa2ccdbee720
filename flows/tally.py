"""What a run counts while it goes: numbers and a few examples, never documents, so that memory stays the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.errors import MismatchError

if TYPE_CHECKING:
    from flows.parts import Packed

EXAMPLES = 5
"""Names that are kept for each reason of failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One failure, to be shown."""

    source: str
    stage: str
    message: str
    page: int | None = None
    """1-based; None for the whole document."""


@dataclass(slots=True)
class Tally:
    """The counters of one run."""

    started: int = 0
    """Documents handed to the workers."""
    read: int = 0
    failed: int = 0
    """Documents without a record."""
    partly_failed: int = 0
    """Documents with a reading of which a page failed."""
    pages_in: int = 0
    pages: Counter[str] = field(default_factory=Counter)
    """State -> pages."""
    readers: Counter[str] = field(default_factory=Counter)
    """Reader (several joined by `+`) -> documents."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Reason -> documents that failed."""
    page_reasons: Counter[str] = field(default_factory=Counter)
    """Reason -> pages that failed in documents that were read."""
    examples: dict[str, list[Example]] = field(default_factory=lambda: defaultdict(list))
    duplicates: int = 0
    """Sources whose bytes are those of another."""
    seconds: Counter[str] = field(default_factory=Counter)
    """Stage -> seconds of work, of all processes together."""
    shards: list[str] = field(default_factory=list)
    """Names of those that this run committed."""
    overtaken: int = 0
    """Shards that another run committed first."""

    @property
    def done(self) -> int:
        return self.read + self.failed

    def add(self, packed: Packed) -> None:
        """Counts one document."""
        rows = packed.body
        failures = [row for row in rows if row["kind"] == "failure"]
        self.pages_in += packed.document["page_count"] or 0
        self.pages.update(packed.page_states)
        for stage in packed.document["seconds_by_stage"] or ():
            self.seconds[stage["stage"]] += stage["seconds"]
        if packed.failure is not None:
            self.failed += 1
            reason = packed.failure.reason.value
            self.reasons[reason] += 1
            self._remember(reason, packed.source, packed.failure.stage.value, packed.failure.message, None)
            return
        self.read += 1
        self.readers["+".join(sorted({row["reader"] for row in rows if row["kind"] == "reading"}))] += 1
        self.partly_failed += bool(failures)
        for row in failures:
            self.page_reasons[row["reason"]] += 1
            self._remember(row["reason"], packed.source, row["stage"], row["message"], row["page"])

    def check(self) -> None:
        """MismatchError where something that went in did not come out."""
        if self.started != self.done:
            msg = f"{self.started} documents went in, but {self.read} records and {self.failed} failures came out."
            raise MismatchError(msg)
        if self.pages_in != sum(self.pages.values()):
            msg = f"{self.pages_in} pages went in, but {sum(self.pages.values())} are accounted for."
            raise MismatchError(msg)

    def _remember(self, reason: str, source: str, stage: str, message: str, page: Any) -> None:
        if len(self.examples[reason]) < EXAMPLES:
            self.examples[reason].append(Example(source=source, stage=stage, message=message, page=page))
