"""What a run counts while it goes: numbers, never documents, so that memory stays the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.errors import MismatchError

if TYPE_CHECKING:
    from flows.parts import Packed


@dataclass(slots=True)
class Tally:
    """The counters of one run."""

    started: int = 0
    """Documents handed to the workers."""
    read: int = 0
    failed: int = 0
    """Documents without a reading."""
    pages_in: int = 0
    pages_out: int = 0
    """Pages with a state."""
    duplicates: int = 0
    """Sources whose bytes are those of another."""
    seconds: Counter[str] = field(default_factory=Counter)
    """Stage -> seconds of work, of all processes together."""
    tokens: Counter[str] = field(default_factory=Counter)
    """What models took (`flows.calls.COUNTED`)."""
    shards: list[str] = field(default_factory=list)
    """Names of those that this run committed."""
    overtaken: int = 0
    """Shards that another run committed first."""

    @property
    def done(self) -> int:
        return self.read + self.failed

    def add(self, packed: Packed) -> None:
        """Counts one document of a committed shard."""
        self.pages_in += packed.document["page_count"] or 0
        self.pages_out += sum(packed.page_states.values())
        for stage in packed.document["seconds_by_stage"] or ():
            self.seconds[stage["stage"]] += stage["seconds"]
        self.tokens.update(packed.tokens)
        if packed.failure is None:
            self.read += 1
        else:
            self.failed += 1

    def include(self, other: Tally) -> None:
        """Adds the numbers of another run; names of shards are left out."""
        for name in ("started", "read", "failed", "pages_in", "pages_out", "duplicates", "overtaken"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds.update(other.seconds)
        self.tokens.update(other.tokens)

    def check(self) -> None:
        """MismatchError where something that went in did not come out."""
        if self.started != self.done:
            msg = f"{self.started} documents went in, but {self.read} readings and {self.failed} failures came out."
            raise MismatchError(msg)
        if self.pages_in > self.pages_out:
            msg = f"{self.pages_in} pages went in, but {self.pages_out} are accounted for."
            raise MismatchError(msg)
