"""What a run is asked to do, as plain values: the work, the documents it lists, the shards they are cut into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from schemas import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Whose readings these are: a part belongs to one schema and one fingerprint."""

    schema: Schema
    fingerprint: str
    """Hexadecimal digest of schema, readers and their revisions, prompts and all settings that change what is read."""
    run_id: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings of the run, small and JSON-able, without secrets; stored in every part."""
    policy: Any = None
    """`extractors.merge.Policy`; None for the default."""
    shard_seconds: float = 60.0
    """Expected work of a shard: what a killed run has to do again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One source that a run was asked to read."""

    source: str
    """Path or URI as given."""
    location: str = ""
    """Absolute path or URI: what tells two sources apart; empty means `source`."""
    version: str | None = None
    """ETag or version id, or size and modification time."""
    document_id: str | None = None
    """sha256 where the bytes were read (local files that no earlier list knows); None where they were not."""
    seconds: float = 1.0
    """Expected work, for cutting shards."""

    @property
    def place(self) -> str:
        return self.location or self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One place where the bytes of a document were found."""

    source: str
    location: str
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document of a list; its first origin is the one that is read."""

    origins: tuple[Origin, ...]
    document_id: str | None
    """sha256 as listed; None where nobody has read the bytes yet."""
    generation: int = 0
    """0 for the first reading; each `--force` or `--retry-failed` adds one."""
    seconds: float = 1.0
    known_in: str | None = None
    """The part that holds (or will hold) the reading of these bytes: the entry only adds origins, nothing is read."""

    @property
    def source(self) -> str:
        return self.origins[0].source

    @property
    def location(self) -> str:
        return self.origins[0].location

    @property
    def version(self) -> str | None:
        return self.origins[0].version


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """The documents that one task handles and one readings part holds."""

    name: str
    """Of its parts: `part-<fingerprint8>-<list>-<shard>`."""
    list_number: int
    listed_at: dt.datetime
    entries: tuple[Entry, ...]
    """The documents to read."""
    aliases: tuple[Entry, ...] = ()
    """More origins of documents that are read elsewhere; `commit` stores them, nobody reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run has to do."""

    shards: Sequence[Shard]
    """Still to do; those this run listed itself come first."""
    listed: int
    """Documents that this run has listed now."""
    joined: int
    """Documents in shards that an earlier or concurrent run listed and nobody has done yet."""
    done: int
    """Candidates that need nothing: they are read already, or failed and no retry was asked for."""
    done_failed: int
    """Those of `done` whose document is a failure."""
    duplicates: int = 0
    """Candidates whose bytes another candidate has, as far as they were read before a worker reads them."""
    lists: tuple[str, ...] = ()
    """Names of the committed lists that the shards are of."""
