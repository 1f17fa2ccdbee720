"""What a watcher need not look at again: versions of files that are committed, and moved where that is asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.sources import SourceFile

DIGEST_BYTES = 16


@dataclass(slots=True)
class Finished:
    """A set of versions of files; each takes about 100 bytes, however long its name."""

    _digests: set[bytes] = field(default_factory=set)

    def __contains__(self, file: SourceFile) -> bool:
        return _digest(file) in self._digests

    def add(self, files: Iterable[SourceFile]) -> None:
        self._digests.update(map(_digest, files))

    def keep(self, files: Iterable[SourceFile]) -> None:
        """Forgets all others: they are not there any more."""
        self._digests &= set(map(_digest, files))

    def clear(self) -> None:
        self._digests.clear()


def _digest(file: SourceFile) -> bytes:
    text = f"{file.version}\0{file.location}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest()
