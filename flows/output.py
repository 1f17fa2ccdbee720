"""One output (`--out`): the only door through which a run lists, commits, derives and looks back.

The order of a run:

    output = open_output(uri)                       # StoreError: missing parent, no permission; made if absent
    work = Work(schema=schema, fingerprint=fingerprint, run_id=run_id, settings={...}, policy=policy)
    output.check(work)                              # StoreError(exit_code=2): the output holds another schema version
    listed = output.listed(work)                    # what earlier runs have listed, to spare hashing
    if listed.has(location, version): ...           # nothing to hash; still hand it in as a candidate (document_id=None)
    plan = output.plan(work, candidates, force=..., retry_failed=...)   # commits the list; joins, resumes others' shards
    for shard in plan.shards:                       # only those still to do, this run's own first
        if output.is_done(work, shard): continue    # another run was faster
        packed = [pack(outcome) for each entry in shard.entries]        # `flows.parts.pack`, best in the worker process
        output.commit(work, shard, packed)          # False: another run committed it first, ours is dropped
        output.derive(work)                         # light: only what is missing or older; also once at the end
    output.write_run(run_id, "summary.json", {...})

Nothing above `flows.store` knows whether the output is a folder or a bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.lists import Listed
    from flows.outcome import DocumentOutcome
    from flows.parts import Packed
    from flows.status import Status
    from flows.work import Candidate, Plan, Shard, Work


def open_output(uri: str, *, create: bool = True) -> Output:
    """The output at a path or URI; StoreError (exit code 4, or 2 for a missing parent) says what is wrong and what to do."""
    raise NotImplementedError


class Output:
    """One output."""

    def check(self, work: Work) -> None:
        """StoreError (exit code 2) where the output holds parts of this schema's name that do not fit its columns."""
        raise NotImplementedError

    def listed(self, work: Work) -> Listed:
        """All that runs with this schema and fingerprint have listed: `.has(location, version)`, `.has_document(id)`."""
        raise NotImplementedError

    def plan(
        self, work: Work, candidates: Iterable[Candidate], *, force: bool = False, retry_failed: bool = False
    ) -> Plan:
        """Commits the list of what nobody has listed yet, and says which shards are to be done."""
        raise NotImplementedError

    def is_done(self, work: Work, shard: Shard) -> bool:
        """Whether the shard's readings part is there."""
        raise NotImplementedError

    def commit(self, work: Work, shard: Shard, outcomes: Sequence[Packed | DocumentOutcome]) -> bool:
        """Stores the readings of a shard; False where another run was first. Outcomes are matched to entries by source."""
        raise NotImplementedError

    def derive(self, work: Work | None = None) -> None:
        """Rebuilds the derived tables that are missing or older than their readings, corrections or settings."""
        raise NotImplementedError

    def status(self) -> Status:
        """Counts of everything, and what does not add up."""
        raise NotImplementedError

    def write_run(self, run_id: str, name: str, content: Mapping[str, Any]) -> None:
        """Writes `runs/<run_id>/<name>` as JSON, replacing it."""
        raise NotImplementedError
