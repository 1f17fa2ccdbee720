"""Where originals go once they are read, if that is asked for: copied, then removed where they still are the same."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.parts import clean
from flows.places import within
from flows.s3.location import Location, is_s3, parse_location
from flows.s3.moving import move_object
from flows.s3.objects import MAGIC, folder_of
from flows.store import StoreError
from flows.watch.moving_files import move_file
from flows.watch.names import names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.index import Index
    from flows.s3.access import Access
    from flows.sources import SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Moves what was read out of `top`: documents with a record to `archive`, others to `failed` (None: they stay)."""

    top: str
    archive: str | None
    failed: str | None
    access: Access

    def check(self) -> None:
        """UsageError where a target lies inside of what is watched, or is of another kind."""
        for flag, target in (("--archive-prefix", self.archive), ("--failed-prefix", self.failed)):
            if target is None:
                continue
            if is_s3(target) != is_s3(self.top):
                msg = f"{flag} {target}: what is watched is {self.top}; both must be buckets, or both folders"
                raise UsageError(msg)
            if self._would_be_read(target):
                msg = f"{flag} {target} lies inside {self.top} and would be read again; choose one beside it"
                raise UsageError(msg)

    def _would_be_read(self, target: str) -> bool:
        if not is_s3(self.top):
            return within(target, self.top)
        named, to = parse_location(self.top), parse_location(target)
        top = folder_of(named)
        inside = to.bucket == named.bucket and to.folder.startswith(top)
        pattern = named.key.removeprefix(top)
        one_level = bool(MAGIC.search(pattern)) and "/" not in pattern and "**" not in pattern
        return inside and not (one_level and to.folder != top)

    def move(self, files: Iterable[SourceFile], index: Index) -> int:
        """Moves those that are committed, whoever read them; returns how many.

        StoreError where one cannot be moved, after all others were.
        """
        if self.archive is None and self.failed is None:
            return 0
        states, count, errors = index.states_by_origin(), 0, list[StoreError]()
        for file in files:
            read = states.get((clean(file.location) or "", file.version))
            target = self.archive if read else self.failed if read is False else None
            if target is None:
                continue
            try:
                count += self._move_object(file, target) if file.etag is not None else self._move_file(file, target)
            except StoreError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        return count

    def _move_object(self, file: SourceFile, target: str) -> bool:
        source, to = parse_location(file.path), parse_location(target)
        name, etag = source.key.removeprefix(folder_of(parse_location(self.top))), file.etag or ""
        places = (Location(bucket=to.bucket, key=to.folder + each) for each in names(name, etag))
        return move_object(source, places, etag=etag, access=self.access)

    def _move_file(self, file: SourceFile, target: str) -> bool:
        name, version = os.path.relpath(file.path, self.top), file.version or ""
        places = (Path(target) / each for each in names(name, version))
        return move_file(Path(file.path), places, version=version)
