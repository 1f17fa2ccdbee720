"""What of the documents asked for is to be read now: what nobody has listed, what is listed and not done, or again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from flows.listed import mark
from flows.lists import Shards
from flows.parts import clean
from flows.work import Candidate, Entry, Origin

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from flows.index import Index, Outcomes
    from flows.listed import Listed, Place
    from flows.lists import ShardList

TIMES = 4
"""That a version is tried which is gone when it is read: some stores never give the one that they have listed."""


@dataclass(slots=True, kw_only=True)
class Selection:
    """What is to be listed now, and what needs no listing."""

    entries: list[Entry] = field(default_factory=list)
    joined: set[str] = field(default_factory=set)
    """Shards of earlier lists that hold documents asked for and are not done."""
    done: int = 0
    done_failed: int = 0
    twice: int = 0
    """Candidates whose bytes another candidate has; of those that were looked at."""


@dataclass(slots=True, kw_only=True)
class _Group:
    """Candidates with the same bytes, as far as that is known."""

    document_id: str | None
    place: Place | None
    seconds: float
    origins: list[Origin] = field(default_factory=list)
    hashed: int = 0
    """Candidates whose bytes were read for it."""


def select(
    candidates: Iterable[Candidate],
    listed: Listed,
    *,
    done: frozenset[str],
    states: States,
    again: bool,
    again_failed: bool,
    since: int,
    ours: Container[int] = (),
    due: Container[tuple[str, str | None]] = (),
) -> Selection:
    """What is to be listed; `done` names the parts that are there, `due` (place, version) of failures to read again.

    Lists from number `since` on were made while this run was planning, those named in `ours` by itself: what they list
    again is not listed once more.
    """
    selection = Selection()
    for group in _groups(candidates, listed):
        place = group.place
        listed_by_us = place is not None and place.shards.number in ours
        selection.twice += group.hashed if listed_by_us else max(0, group.hashed - 1)
        if place is None:
            selection.entries.append(_entry(group))
            continue
        read = states.of(group)
        # Listed, and yet nobody has read it: its bytes changed before they were read, or its part was removed.
        unseen = read is None and place.shard not in states.damaged
        failed = read is False or unseen
        asked = (again or (failed and (again_failed or _is_due(group, due)))) and place.shards.number < since
        if place.shard not in done:
            selection.joined.add(place.shard)
        elif asked or (unseen and place.entry.generation < TIMES - 1):
            selection.entries.append(_entry(group, place.entry))
            continue
        else:
            selection.done += 1
            selection.done_failed += failed
        if new := _new_origins(group, listed):
            selection.entries.append(
                Entry(origins=tuple(new), document_id=group.document_id, seconds=0.0, known_in=place.shard)
            )
    selection.entries.sort(key=lambda e: e.known_in is not None)
    return selection


def _is_due(group: _Group, due: Container[tuple[str, str | None]]) -> bool:
    return any((clean(o.location) or "", o.version) in due for o in group.origins)


def _groups(candidates: Iterable[Candidate], listed: Listed) -> Iterator[_Group]:
    groups: dict[object, _Group] = {}
    for c in candidates:
        place = listed.at_origin(c.place, c.version) if c.document_id is None else None
        document_id = c.document_id or (place.entry.document_id if place else None)
        if document_id is not None:
            place = listed.of_document(document_id)
        key: object = document_id or ((place.shards.number, place.row) if place else (c.place, c.version))
        group = groups.setdefault(key, _Group(document_id=document_id, place=place, seconds=c.seconds))
        group.hashed += c.document_id is not None
        origin = Origin(source=c.source, location=c.place, version=c.version)
        if origin not in group.origins:
            group.origins.append(origin)
    left = list(groups.values())
    groups.clear()
    left.reverse()
    while left:  # each is let go when its entry is made
        yield left.pop()


def _entry(group: _Group, earlier: Entry | None = None) -> Entry:
    """The group as an entry; one that was listed before keeps its other origins and is a generation younger."""
    origins = list(group.origins)
    if earlier is not None:
        names = {clean(o.location) for o in origins}
        origins += [o for o in earlier.origins if clean(o.location) not in names]
    generation = 0 if earlier is None else earlier.generation + 1
    return Entry(origins=tuple(origins), document_id=group.document_id, generation=generation, seconds=group.seconds)


def _new_origins(group: _Group, listed: Listed) -> list[Origin]:
    """Of a group that is listed: where its bytes were found and no list says so yet."""
    if group.document_id is None:
        return []
    return [o for o in group.origins if o.version is not None and not listed.has(o.location, o.version)]


class States:
    """Whether a listed document was read, failed or was never seen; the index is looked at when first asked."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.damaged = frozenset(index.damaged)
        self._by_key: Outcomes | None = None
        self._by_origin: Mapping[tuple[str, str | None], bool] | None = None

    def of(self, group: _Group) -> bool | None:
        if self._by_key is None:
            self._by_key = self._index.states()
        if group.document_id is not None:
            return self._by_key.of(group.document_id)
        if self._by_origin is None:
            self._by_origin = self._index.states_by_origin()
        return next((self._by_origin.get((clean(o.location) or "", o.version)) for o in group.origins), None)


def open_shards(
    lists: Iterable[ShardList], done: frozenset[str], joined: set[str], asked: NDArray[np.uint64], run_id: str
) -> Shards:
    """The shards of these lists that are not done and hold something that was asked for, by content or by place.

    `asked`: the marks of all places. Each run takes the shards in an order of its own: two that work at the same time
    hardly ever read the same one.
    """
    places: list[tuple[ShardList, int]] = []
    for shards in lists:
        todo = [n for n in range(shards.shards) if shards.name(n) not in done]
        if not todo:
            continue
        wanted = set(todo) & _numbers(shards, asked) | {n for n in todo if shards.name(n) in joined}
        places += [(shards, n) for n in sorted(wanted)]
    random.Random(run_id).shuffle(places)  # noqa: S311 - no secret
    return Shards(places)


def _numbers(shards: ShardList, asked: NDArray[np.uint64]) -> set[int]:
    """The shards that hold a place that was asked for."""
    rows = zip(shards.table["shard"].to_pylist(), shards.table["origins"].to_pylist(), strict=True)
    numbers, marks = zip(*((number, mark(o["location"])) for number, origins in rows for o in origins), strict=True)
    return set(np.array(numbers)[np.isin(np.array(marks, np.uint64), asked)].tolist())
