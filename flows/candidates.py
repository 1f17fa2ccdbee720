"""From files to candidates of a run: what is new gets its sha256, what an earlier run has listed is not read again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from flows.work import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flows.sources import SourceFile

CHUNK_BYTES = 2**20
OVERHEAD_SECONDS = 0.1
BYTES_PER_SECOND = 500_000
"""A rough expectation of a worker; only the size of shards depends on it."""
MOST_SECONDS = 30.0


class Known(Protocol):
    """What earlier runs have listed."""

    def has(self, location: str, version: str | None) -> bool: ...


def candidates(
    files: Iterable[SourceFile], known: Known, *, verify_content: bool = False, seen: Callable[[], None] = lambda: None
) -> Iterator[Candidate]:
    """A candidate for every file, in order; `seen` is called after each."""
    for file in files:
        is_known = file.version is not None and known.has(file.location, file.version)
        skip = is_known and not verify_content
        yield Candidate(
            source=file.path,
            location=file.location,
            version=file.version,
            document_id=None if skip else sha256(file.path),
            seconds=expected_seconds(file.size_bytes),
        )
        seen()


def sha256(path: str) -> str | None:
    """Of a file's bytes; None where it cannot be read (its reading will say why)."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - the path may hold bytes that are no text
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()


def expected_seconds(size_bytes: int) -> float:
    return min(MOST_SECONDS, OVERHEAD_SECONDS + size_bytes / BYTES_PER_SECOND)
