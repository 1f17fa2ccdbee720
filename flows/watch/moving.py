"""Where originals go once they are read, if that is asked for: copied, then removed where they still are the same."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.parts import clean
from flows.s3.access import s3_client
from flows.s3.faults import asked
from flows.s3.location import Location, is_s3, parse_location
from flows.s3.objects import look_at

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
            if _folder(target).startswith(_folder(self.top)):
                msg = f"{flag} {target} lies inside {self.top} and would be read again; choose one beside it"
                raise UsageError(msg)

    def move(self, files: Iterable[SourceFile], index: Index) -> int:
        """Moves those that are committed, whoever read them; returns how many. StoreError, OSError where it fails."""
        if self.archive is None and self.failed is None:
            return 0
        states, count = index.states_by_origin(), 0
        for file in files:
            read = states.get((clean(file.location) or "", file.version))
            target = self.archive if read else self.failed if read is False else None
            if target is not None:
                count += self._move_object(file, target) if file.etag is not None else self._move_file(file, target)
        return count

    def _move_object(self, file: SourceFile, target: str) -> bool:
        source, to = parse_location(file.path), parse_location(target)
        name = source.key.removeprefix(parse_location(self.top).folder)
        place = Location(bucket=to.bucket, key=to.folder + name)
        there = look_at(place, self.access)
        if there is not None and there.etag != file.etag:
            place = Location(bucket=to.bucket, key=to.folder + _marked(name, file.etag or ""))
        now = look_at(source, self.access)
        if now is None or now.etag != file.etag:
            return False  # overwritten meanwhile: the new one is read first
        if there is None or there.etag != file.etag:
            self._copy(source, place, file.etag)
        client = s3_client(self.access)
        asked(lambda: client.delete_object(Bucket=source.bucket, Key=source.key), "move", source.uri)
        return True

    def _copy(self, source: Location, place: Location, etag: str | None) -> None:
        asked(
            lambda: s3_client(self.access).copy_object(
                Bucket=place.bucket,
                Key=place.key,
                CopySource={"Bucket": source.bucket, "Key": source.key},
                CopySourceIfMatch=f'"{etag}"',
                **self.access.encryption_arguments(),
            ),
            "copy",
            f"{source.uri} to {place.uri}",
        )

    def _move_file(self, file: SourceFile, target: str) -> bool:
        source = Path(file.path)
        name = os.path.relpath(source, self.top)
        place = Path(target) / name
        if place.exists():
            place = Path(target) / _marked(name, file.version or "")
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            status = source.stat()
        except FileNotFoundError:
            return False
        if f"{status.st_size}-{status.st_mtime_ns}" != file.version:
            return False
        shutil.move(source, place)
        return True


def _folder(place: str) -> str:
    return parse_location(place).uri.rstrip("/") + "/" if is_s3(place) else os.path.abspath(place) + os.sep  # noqa: PTH100


def _marked(name: str, version: str) -> str:
    """Another name for another content of the same name."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.{version[:12]}.{suffix}" if dot and "/" not in suffix else f"{name}.{version[:12]}"
