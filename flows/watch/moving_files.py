"""A file is moved so that nothing is replaced: to the first name that is free, which is taken in one step."""

from __future__ import annotations

import errno
import filecmp
import os
import secrets
import shutil
from typing import TYPE_CHECKING

from flows.sources import version_of
from flows.store import NO_LINKS, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def move_file(source: Path, places: Iterator[Path], *, version: str) -> bool:
    """Moves the file to the first of `places` that is free; False where it has not this version any more.

    StoreError where it cannot be moved; it is then still where it was.
    """
    place = source
    try:
        for place in places:
            if not _is_still(source, version):
                return False
            place.parent.mkdir(parents=True, exist_ok=True)
            if _put(source, place) or _is_moved(source, place):
                break
        if not _is_still(source, version):
            return False  # written to meanwhile: what is there now is read first
        source.unlink()
    except OSError as error:
        if not os.path.lexists(source):
            return False  # another watcher has moved it
        msg = (
            f"cannot move {source} to {place} ({error.strerror or error}): it is read, and stays until that "
            "works; check the permissions and the room of both folders"
        )
        raise StoreError(msg) from error
    return True


def _is_still(source: Path, version: str) -> bool:
    try:
        status = source.stat()
    except FileNotFoundError:
        return False
    return version_of(status.st_size, status.st_mtime_ns) == version


def _is_moved(source: Path, place: Path) -> bool:
    """Whether a move that was killed has put it there already."""
    one, other = source.stat(), place.stat()
    if (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino):
        return True
    same = (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
    return same and filecmp.cmp(source, place, shallow=False)


def _put(source: Path, place: Path) -> bool:
    """Gives the file this name too, on another file system by a copy; False where the name is taken."""
    if source.is_symlink():  # elsewhere it might lead to nothing
        return _copied(source, place)
    try:
        os.link(source, place)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno != errno.EXDEV and error.errno not in NO_LINKS:
            raise
        return _copied(source, place)
    return True


def _copied(source: Path, place: Path) -> bool:
    """Copies beside the place (a hidden file is no document to anybody), then takes the name."""
    if place.exists():
        return False
    beside = place.with_name(f".{secrets.token_hex(8)}.moving")
    try:
        shutil.copy2(source, beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        return _renamed(beside, place)
    finally:
        beside.unlink(missing_ok=True)


def _renamed(beside: Path, place: Path) -> bool:
    """Takes a name that is free; where there are no hard links, an empty file takes it first."""
    try:
        os.link(beside, place)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        try:
            place.open("xb").close()
        except FileExistsError:
            return False
        beside.replace(place)
    return True
