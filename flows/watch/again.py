"""What failed for a reason that passes (a store or an engine was away) is read again: a few times, with longer rests.

How often it was read and when stands in the output itself: a watcher that is started again goes on with it, and several
watchers do not read it twice.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from flows.part_file import PartError, open_part
from flows.parts import clean
from flows.tables import part_name
from tiling import Reason

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from flows.index import Index, PartIndex
    from flows.sources import SourceFile
    from flows.store import Store

PASSING = (Reason.STORE_FAILED.value, Reason.ENGINE_UNAVAILABLE.value)
RESTS_SECONDS = (60.0, 300.0, 1800.0)
"""From the listing of the first, second and third reading to the next; what fails a fourth time stays a failure."""


@dataclass(slots=True, kw_only=True)
class Again:
    """The failures of one output that may pass."""

    wall_clock: Callable[[], float] = time.time
    _tags: dict[str, str] = field(default_factory=dict)
    """Part -> tag, of the parts that were looked at."""
    _failed: dict[tuple[str, str | None], tuple[dt.datetime, float | None]] = field(default_factory=dict)
    """(place, version) -> when the last failure was listed, and when it is to be read again (None: not at all)."""

    def waiting(self, files: Iterable[SourceFile], index: Index, store: Store, schema: str) -> dict[SourceFile, float]:
        """Of these files those that are to be read again, and when (seconds since 1970); `index` is up to date."""
        for part in index.parts.values():
            if self._tags.get(part.name) != part.tag:
                with suppress(PartError):  # what failed in a damaged part stays a failure; all else goes on
                    self._look(part, store, schema)
                self._tags[part.name] = part.tag
        open_ones = {key: when for key, (_, when) in self._failed.items() if when is not None}
        found = {file: open_ones[key] for file in files if (key := key_of(file)) in open_ones} if open_ones else {}
        if found:
            states = index.states_by_origin()
            for file in [file for file in found if states.get(key_of(file))]:  # read since
                del found[file], self._failed[key_of(file)]
        return found

    def is_due(self, when: float) -> bool:
        return when <= self.wall_clock()

    def _look(self, part: PartIndex, store: Store, schema: str) -> None:
        """Notes the failures of a part."""
        failed = part.table.filter(pc.equal(part.table["ended"], "failed"))
        if not failed.num_rows:
            return
        passing = _passing(part, store, schema)
        columns = (failed[c].to_pylist() for c in ("position", "origins", "generation", "listed_at"))
        for position, origins, generation, listed_at in zip(*columns, strict=True):
            passes = position in passing and generation < len(RESTS_SECONDS)
            when = listed_at.timestamp() + RESTS_SECONDS[generation] if passes else None
            for origin in origins:
                key = origin["location"], origin["version"]
                if key not in self._failed or listed_at >= self._failed[key][0]:
                    self._failed[key] = listed_at, when


def _passing(part: PartIndex, store: Store, schema: str) -> set[int]:
    """Positions of the documents of a part that failed as a whole for a reason that passes."""
    with open_part(store, part_name("readings", schema, part.name), kind="readings") as file:
        rows = file.read(columns=["kind", "position", "page", "reason"])
    chosen = pc.and_(pc.equal(rows["kind"], "failure"), pc.is_null(rows["page"]))
    chosen = pc.and_(chosen, pc.is_in(rows["reason"], pa.array(PASSING)))
    return set(rows.filter(chosen)["position"].to_pylist())


def key_of(file: SourceFile) -> tuple[str, str | None]:
    """Place and version, as an output has them."""
    return clean(file.location) or "", file.version
