"""From files to candidates of a run: what is new gets its sha256, what an earlier run has listed is not read again."""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from flows.work import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flows.run_options import RunOptions
    from flows.sources import SourceFile

CHUNK_BYTES = 2**20
OVERHEAD_SECONDS = 0.3
BYTES_PER_SECOND = 500_000
"""A rough expectation of a worker; only the size of shards depends on it."""
MOST_SECONDS = 30.0


class Known(Protocol):
    """What earlier runs have listed."""

    def has(self, location: str, version: str | None) -> bool: ...
    def has_document(self, document_id: str) -> bool: ...


def asked(options: RunOptions, files: Iterable[SourceFile], known: Known) -> Iterator[Candidate]:
    """What a run is asked to read; with a limit the first of what is new, or of all where all is read again."""
    found = candidates(files, known, verify_content=options.verify_content)
    if options.limit is None:
        return found
    if options.force or options.retry_failed:
        return islice(found, options.limit)
    return _limited(found, known, options.limit)


def candidates(files: Iterable[SourceFile], known: Known, *, verify_content: bool = False) -> Iterator[Candidate]:
    """A candidate for every file, in order; an object in a bucket is read by the worker only, and not hashed here."""
    for file in files:
        skip = file.version is not None and not verify_content and known.has(file.location, file.version)
        yield Candidate(
            source=file.path,
            location=file.location,
            version=file.version,
            document_id=None if skip or file.etag is not None else sha256(file.path),
            seconds=expected_seconds(file.size_bytes),
        )


def _limited(found: Iterable[Candidate], known: Known, limit: int) -> Iterator[Candidate]:
    """What is listed already, and the first of what is not."""
    new = 0
    for candidate in found:
        document_id = candidate.document_id
        listed = known.has(candidate.place, candidate.version)
        if not listed and not (document_id is not None and known.has_document(document_id)):
            new += 1
            if new > limit:
                continue
        yield candidate


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
