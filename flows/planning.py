"""What of the documents asked for is to be read now: what nobody has listed, what is listed and not done, or again."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.lists import ShardList, Shards, entry_of
from flows.parts import clean
from flows.work import Candidate, Entry, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flows.index import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document stands in the lists."""

    shards: ShardList
    row: int

    @property
    def entry(self) -> Entry:
        return entry_of(self.shards.table.slice(self.row, 1).to_pylist()[0])

    @property
    def shard(self) -> str:
        return self.shards.name(self.shards.table["shard"][self.row].as_py())


class Listed:
    """All that runs with one schema and fingerprint have listed; later lists count before earlier ones."""

    def __init__(self, lists: Sequence[ShardList]) -> None:
        self.lists = tuple(lists)
        self._by_origin: dict[tuple[str, str], tuple[int, int]] = {}
        self._by_id: dict[str, tuple[int, int]] = {}
        for number, shards in enumerate(self.lists):
            columns = (shards.table[c].to_pylist() for c in ("_document_id", "origins", "known_in"))
            for row, (document_id, origins, known_in) in enumerate(zip(*columns, strict=True)):
                for origin in origins:
                    if origin["version"] is not None:
                        self._by_origin[origin["location"], origin["version"]] = (number, row)
                if document_id is not None and known_in is None:
                    self._by_id[document_id] = (number, row)

    def has(self, location: str, version: str | None) -> bool:
        """Whether this version of a source is listed; False where there is no version to compare."""
        return self.at_origin(location, version) is not None

    def has_document(self, document_id: str) -> bool:
        """Whether these bytes are listed."""
        return document_id in self._by_id

    def at_origin(self, location: str, version: str | None) -> Place | None:
        """The entry that has this version of a source."""
        return None if version is None else self._place(self._by_origin.get((clean(location) or "", version)))

    def of_document(self, document_id: str) -> Place | None:
        """The entry of these bytes that is to be read."""
        return self._place(self._by_id.get(document_id))

    def _place(self, found: tuple[int, int] | None) -> Place | None:
        return None if found is None else Place(shards=self.lists[found[0]], row=found[1])


@dataclass(slots=True, kw_only=True)
class Selection:
    """What is to be listed now, and what needs no listing."""

    entries: list[Entry] = field(default_factory=list)
    joined: set[str] = field(default_factory=set)
    """Shards of earlier lists that hold documents asked for and are not done."""
    done: int = 0
    done_failed: int = 0


@dataclass(slots=True, kw_only=True)
class _Group:
    """Candidates with the same bytes, as far as that is known."""

    document_id: str | None
    place: Place | None
    seconds: float
    origins: list[Origin] = field(default_factory=list)


def select(
    candidates: Iterable[Candidate],
    listed: Listed,
    *,
    done: frozenset[str],
    index: Index,
    again: bool,
    again_failed: bool,
    since: int,
) -> Selection:
    """What is to be listed; `done` names the parts that are there.

    Lists from number `since` on were made while this run was planning: what they list again is not listed once more.
    """
    selection = Selection()
    states = _States(index)
    for group in _groups(candidates, listed):
        place = group.place
        if place is None:
            selection.entries.append(_entry(group))
            continue
        read = states.of(group)
        if place.shard not in done:
            selection.joined.add(place.shard)
        elif read is None and group.document_id is not None and place.shard not in index.damaged:
            # Listed, and yet nobody has read it: its bytes changed before they were read, or its part was removed.
            selection.entries.append(_entry(group, place.entry))
            continue
        elif (again or (again_failed and read is False)) and place.shards.number < since:
            selection.entries.append(_entry(group, place.entry))
            continue
        else:
            selection.done += 1
            selection.done_failed += read is False
        if new := _new_origins(group, listed):
            selection.entries.append(
                Entry(origins=tuple(new), document_id=group.document_id, seconds=0.0, known_in=place.shard)
            )
    selection.entries.sort(key=lambda e: e.known_in is not None)
    return selection


def _groups(candidates: Iterable[Candidate], listed: Listed) -> Iterator[_Group]:
    groups: dict[object, _Group] = {}
    for c in candidates:
        place = listed.at_origin(c.place, c.version) if c.document_id is None else None
        document_id = c.document_id or (place.entry.document_id if place else None)
        if document_id is not None:
            place = listed.of_document(document_id)
        key: object = document_id or ((place.shards.number, place.row) if place else (c.place, c.version))
        group = groups.setdefault(key, _Group(document_id=document_id, place=place, seconds=c.seconds))
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


class _States:
    """Whether a listed document was read, failed or was never seen; the index is looked at when first asked."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._by_key: Mapping[str, bool] | None = None
        self._by_origin: Mapping[tuple[str, str | None], bool] | None = None

    def of(self, group: _Group) -> bool | None:
        if self._by_key is None:
            self._by_key = self._index.states()
        if group.document_id is not None:
            return self._by_key.get(group.document_id)
        if self._by_origin is None:
            self._by_origin = self._index.states_by_origin()
        return next((self._by_origin.get((clean(o.location) or "", o.version)) for o in group.origins), None)


def open_shards(
    lists: Sequence[ShardList], done: frozenset[str], joined: set[str], asked: frozenset[str], run_id: str
) -> Shards:
    """The shards of all lists that are not done and hold something that was asked for, by place or by content.

    Each run takes them in an order of its own: two that work at the same time hardly ever read the same one.
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


def _numbers(shards: ShardList, asked: frozenset[str]) -> set[int]:
    """The shards that hold a place that was asked for."""
    rows = zip(shards.table["shard"].to_pylist(), shards.table["origins"].to_pylist(), strict=True)
    return {number for number, origins in rows if any(o["location"] in asked for o in origins)}
