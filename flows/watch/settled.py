"""Which files of a folder are complete: those whose size and time have not changed for a while."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flows.sources import Intake, SourceFile

SETTLE_SECONDS = 5.0
"""Nobody who is still writing a file leaves it as it is for so long."""


@dataclass(slots=True, kw_only=True)
class Settler:
    """Remembers what it saw of files that may still be written."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    _seen: dict[str, tuple[str | None, float]] = field(default_factory=dict)
    """Place -> version, and when it was first seen with it."""

    def settled(self, files: Iterable[SourceFile]) -> tuple[list[SourceFile], int]:
        """The files that may be read, and how many are to be looked at again. Objects of a bucket are always whole."""
        now, seen, ready = self.clock(), {}, []
        for file in files:
            if file.etag is not None or self._is_old(file):
                ready.append(file)
                continue
            before = self._seen.get(file.location)
            since = before[1] if before is not None and before[0] == file.version else now
            if now - since >= self.seconds:
                ready.append(file)
            seen[file.location] = (file.version, since)
        self._seen = seen
        return ready, sum(now - since < self.seconds for _, since in seen.values())

    def once(self, look: Callable[[], Intake]) -> tuple[Intake, int]:
        """What a single pass may read of what is there, and how many files are left for the next one.

        Where something was only just written it waits, and looks again.
        """
        intake = look()
        intake.files, unsettled = self.settled(intake.files)
        if unsettled:
            self.sleep(self.seconds)
            intake = look()
            intake.files, unsettled = self.settled(intake.files)
        return intake, unsettled

    def _is_old(self, file: SourceFile) -> bool:
        """Whether nobody has written to it for long: ten times as long as is waited for, clocks may differ a little."""
        return file.modified_ns is not None and self.wall_clock() - file.modified_ns / 1e9 > 10 * self.seconds + 1
