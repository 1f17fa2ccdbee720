"""One output (`--out`): the only door through which a run lists, commits, derives and looks back.

The order of a run:

    output = open_output(uri)                     # StoreError: missing parent, no permission; made if absent
    work = Work(schema=schema, fingerprint=fingerprint, run_id=run_id, settings={...}, policy=policy)
    output.check(work)                            # StoreError(exit_code=2): the output holds another schema version
    listed = output.listed(work)                  # what earlier runs have listed, to spare hashing
    if listed.has(location, version): ...         # nothing to hash; hand it in as a candidate without document_id
    plan = output.plan(work, candidates, force=..., retry_failed=...)     # commits the list; joins others' open shards
    for shard in plan.shards:                     # only those still to do, this run's own first
        if output.is_done(work, shard): continue  # another run was faster
        packed = [pack(outcome) for each entry in shard.entries]          # `flows.parts`; best in the worker process
        output.commit(work, shard, packed)        # False: another run committed it first, ours is dropped
        output.follow(work, spread)               # builds the tables of what was committed, now or a little later
    output.derive(work)                           # all that is missing or older
    output.write_run(run_id, "summary.json", {...})

Nothing above `flows.store` knows whether the output is a folder or a bucket.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.building import records_schema
from flows.derive import Derived, Deriver
from flows.index import Index
from flows.listed import Listed, mark
from flows.lists import ListsNow, ShardList, Shards, create_list, first_number, list_name, read_lists
from flows.part_file import open_part
from flows.pieces import one_by_one
from flows.planning import States, open_shards, select
from flows.readings import part_schema, readings_bytes, stored_documents
from flows.schema_text import schema_digest
from flows.store import StoreError, open_store
from flows.tables import part_name, readings_folder
from flows.twins import Twins
from flows.work import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from flows.outcome import DocumentOutcome
    from flows.parts import Packed, StoredDocument
    from flows.pieces import Spread
    from flows.planning import Selection
    from flows.rows import Merge
    from flows.s3.access import Access
    from flows.status import Status
    from flows.store import Store
    from flows.work import Candidate, Shard, Work
    from schemas import Schema

WINDOW = 10_000
"""Candidates that are looked at, and listed, together; the others are not held."""
TRIES = 100
"""To commit a list while others do so too; each try that is lost means that another run listed something."""


def open_output(uri: str, *, create: bool = True, access: Access | None = None) -> Output:
    """The output at a path or URI; StoreError (exit code 4, or 2 for a missing parent) says what to do.

    `access` says how buckets are reached, this one and those of originals (unset: as the settings say).
    """
    return Output(open_store(uri, create=create, access=access))


class Output:
    """One output."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._indexes: dict[str, Index] = {}
        self._listed: dict[tuple[str, str], Listed] = {}
        self._derivers: dict[object, Deriver] = {}
        self._twins: dict[str, Twins] = {}
        self._now = ListsNow(store)

    def check(self, work: Work) -> None:
        """StoreError (exit code 2) where the output holds parts of this schema's name that do not fit its columns."""
        index, wanted = self.index(work.schema.name), schema_digest(work.schema)
        seen = {str(p.metadata.get("schema_digest")): p.name for p in index.parts.values()}
        for digest, name in seen.items():
            if digest == wanted:
                continue
            with open_part(self.store, part_name("readings", work.schema.name, name), kind="readings") as part:
                stored = part_schema(part)
            same = records_schema(stored) == records_schema(work.schema)
            if stored.version != work.schema.version or not same:
                other = "with other columns" if stored.version == work.schema.version else stored.version
                msg = (
                    f"{self.store.uri} holds {stored.name} {other}, and this run has {work.schema.name} "
                    f"{work.schema.version}; choose another --out, or give the new schema a name of its own"
                )
                if same and work.schema.origin != "built-in":
                    msg += f"; where it asks the same in other words, say `version: {stored.version}` in its file"
                raise StoreError(msg, exit_code=2)

    def listed(self, work: Work) -> Listed:
        """All that runs with this schema and fingerprint have listed."""
        key = work.schema.name, work.fingerprint
        listed = self._listed.setdefault(key, Listed())
        listed.extend(read_lists(self.store, *key, known=len(listed.lists)))
        return listed

    def plan(
        self,
        work: Work,
        candidates: Iterable[Candidate],
        *,
        force: bool = False,
        retry_failed: bool = False,
        due: Container[tuple[str, str | None]] = (),
        dry_run: bool = False,
    ) -> Plan:
        """Commits the list of what nobody has listed yet, and says which shards are to be done.

        To be done are the shards that hold something asked for and have no readings part, whoever listed them.
        Many candidates become several lists, one after the other. `due`: (place, version) of failures that are read
        again without `retry_failed`. `dry_run` commits nothing, and `shards` then lacks what would be listed.
        """
        schema, done = work.schema.name, self.done(work.schema.name)
        states = States(self.index(schema))  # of all that is done, and perhaps of more
        since = first_number(work.fingerprint, self.listed(work).lists, done)
        asked, own, joined, planned = array("Q"), dict[int, ShardList](), set[str](), Counter[str]()
        for window in _windows(candidates, None if dry_run else WINDOW):
            asked.extend(mark(each.place) for each in window)
            select_from = partial(select, window, done=done, states=states, again=force, again_failed=retry_failed,
                                  since=since, ours=own, due=due)  # fmt: skip
            selection, made = self._list(work, select_from, since, dry_run=dry_run)
            if made is not None:
                own[made.number] = made
            joined |= selection.joined
            planned["listed"] += sum(e.known_in is None for e in selection.entries)
            planned.update(done=selection.done, done_failed=selection.done_failed, duplicates=selection.twice)
        places = np.frombuffer(asked, np.uint64) if asked else np.empty(0, np.uint64)
        others = [each for each in self.listed(work).lists if each.number not in own]
        earlier = self._without_aliases(work, open_shards(others, self.done(schema), joined, places, work.run_id))
        mine = self._without_aliases(work, Shards([(each, n) for each in own.values() for n in range(each.shards)]))
        to_read = [*mine.places, *earlier.places]
        return Plan(
            shards=Shards(to_read),
            listed=planned["listed"],
            joined=earlier.documents,
            done=planned["done"],
            done_failed=planned["done_failed"],
            duplicates=planned["duplicates"],
            lists=tuple(dict.fromkeys(list_name(work, shards.number) for shards, _ in to_read)),
        )

    def _list(
        self, work: Work, select_from: Callable[[Listed], Selection], first: int, *, dry_run: bool
    ) -> tuple[Selection, ShardList | None]:
        """What is selected, and the list that was committed of it; None: there is nothing to list."""
        for _ in range(TRIES):
            listed = self.listed(work)
            selection = select_from(listed)
            if not selection.entries or dry_run:
                return selection, None
            made = create_list(self.store, work, selection.entries, listed.lists, first)
            if made is not None:
                listed.extend([made])
                return selection, made
        msg = f"{self.store.uri}: other runs list documents faster than this one can; run it again"
        raise StoreError(msg)

    def _without_aliases(self, work: Work, shards: Shards) -> Shards:
        """The shards with something to read; the others, which only add origins, are committed at once."""
        reading = []
        for place in shards.places:
            if place[0].reads(place[1]):
                reading.append(place)
            else:
                self.commit(work, place[0].shard(place[1]), ())
        return Shards(reading)

    def is_done(self, work: Work, shard: Shard) -> bool:
        """Whether the shard's readings part is there."""
        return self.store.exists(part_name("readings", work.schema.name, shard.name))

    def commit(self, work: Work, shard: Shard, outcomes: Sequence[Packed | DocumentOutcome]) -> bool:
        """Stores the readings of a shard (outcomes find their entries by source); False where another run was first.

        What was forgotten since it was listed is left out.
        """
        name = part_name("readings", work.schema.name, shard.name)
        listed = self._now.shard(work, shard)
        if len(listed.entries) < len(shard.entries):
            sources = {entry.source for entry in listed.entries}
            outcomes, shard = [o for o in outcomes if o.source in sources], listed
        return self.store.create(name, readings_bytes(work, shard, outcomes))

    def derive(
        self,
        work: Work,
        *,
        merge: Merge | None = None,
        force: bool = False,
        settle: bool = True,
        spread: Spread | None = None,
    ) -> Derived:
        """Rebuilds the derived tables that are missing or older than their readings, corrections or settings.

        `settle`: also those that lack only what other parts ask of them (see `Deriver.run`).
        """
        return self._deriver(work, merge).run(force=force, settle=settle, spread=spread or one_by_one)

    def follow(self, work: Work, spread: Spread) -> None:
        """As `derive`, for what was just committed; what older parts lack because of it waits for the end.

        Left to a later commit where looking at all parts takes too much of a run.
        """
        deriver = self._deriver(work, None)
        if deriver.is_due:
            deriver.run(settle=False, spread=spread)

    def stale(self, work: Work) -> int:
        """How many parts `derive` would build."""
        return self._deriver(work, None).stale()

    def _deriver(self, work: Work, merge: Merge | None) -> Deriver:
        policy = work.policy
        if merge is None:
            policy, merge = _policy_and_merge(policy)
        key = schema_digest(work.schema), repr(policy), repr(merge)
        if key not in self._derivers:
            index = self.index(work.schema.name)
            twins = self.twins(work.schema)
            self._derivers[key] = Deriver(self.store, index, work.schema, merge=merge, policy=policy, twins=twins)
        return self._derivers[key]

    def index(self, schema: str) -> Index:
        """Which part holds which document; up to date."""
        index = self._indexes.setdefault(schema, Index(self.store, schema))
        index.refresh()
        return index

    def twins(self, schema: Schema) -> Twins:
        """Which documents say the same seller and number, as far as it was last looked."""
        return self._twins.setdefault(schema_digest(schema), Twins(self.store, schema))

    def counting(self, schema: str, shards: Iterable[str]) -> int:
        """How many documents count in these shards: of the same bytes in several places, one does."""
        index = self.index(schema)
        decisions = index.decisions()
        return sum(index.parts[s].documents - len(decisions[s].losers) for s in shards if s in index.parts)

    def schemas(self) -> tuple[str, ...]:
        """Names of the schemas that the output holds readings of."""
        names = (s.name.removeprefix("readings/schema=").split("/")[0] for s in self.store.names("readings/"))
        return tuple(dict.fromkeys(names))

    def document(self, schema: str, part: str, position: int) -> StoredDocument:
        """One document with its pages, words and readings (see `Index.find` for part and position)."""
        with open_part(self.store, part_name("readings", schema, part), kind="readings") as file:
            for stored in stored_documents(file):
                if stored.position == position:
                    return stored
        msg = f"{part} holds no document at position {position} any more"
        raise StoreError(msg)

    def status(self) -> Status:
        """Counts of everything, and what does not add up."""
        from flows.status import status_of

        return status_of(self)

    def write_run(self, run_id: str, name: str, content: Mapping[str, Any]) -> None:
        """Writes `runs/<run_id>/<name>` as JSON, replacing it."""
        text = json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"
        self.store.replace(f"runs/{run_id}/{name}", text.encode("utf-8", "backslashreplace"))

    def done(self, schema: str) -> frozenset[str]:
        """Names of the shards whose readings are there."""
        folder = readings_folder(schema)
        return frozenset(s.name.removeprefix(folder).removesuffix(".parquet") for s in self.store.names(folder))


def _windows(candidates: Iterable[Candidate], size: int | None) -> Iterator[Sequence[Candidate]]:
    """They in order, so many at a time; None: all at once."""
    left = iter(candidates)
    while window := tuple(islice(left, size)):
        yield window


def _policy_and_merge(policy: Any) -> tuple[Any, Merge]:  # noqa: ANN401 - extractors.merge.Policy | None
    from extractors.merge import Policy, merge

    chosen = policy or Policy()
    return chosen, partial(merge, policy=chosen)
