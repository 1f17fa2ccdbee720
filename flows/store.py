"""Where the files of an output lie: whole files by name, made once or replaced, nothing in between."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from flows.machine import machine_in_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from flows.s3.access import Access

ANYTHING = "*"
SCRATCH = "_tmp"
LOCK = "lock"
"""Beside the scratch files, and never removed while others may hold it."""
STALE_AFTER_S = 3600.0
ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run the same command again; all that is committed stays",
    errno.EDQUOT: "the disk quota is used up: free some space and run the same command again; what is committed stays",
    errno.EFBIG: "the file would be larger than this system allows (`ulimit -f`): raise the limit and run again",
    errno.EACCES: "there is no permission: change the owner or mode of the folder, or choose another --out",
    errno.EPERM: "there is no permission: change the owner or mode of the folder, or choose another --out",
    errno.EROFS: "the file system is read-only: choose another --out",
    errno.EIO: "the device reports an error: check it, or choose another --out",
}
NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class StoreError(Exception):
    """The output cannot be used; says what, where and what to do. `exit_code` is 4, or 2 where it was asked wrongly."""

    def __init__(self, message: str, *, exit_code: int = 4) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[object, ...]:
        return _store_error, (self.message, self.exit_code)


def _store_error(message: str, exit_code: int) -> StoreError:
    return StoreError(message, exit_code=exit_code)


class MissingError(StoreError):
    """There is no file of that name (any more)."""

    def __reduce__(self) -> tuple[object, ...]:
        return MissingError, (self.message,)


class ReplacedError(StoreError):
    """A file was replaced by another while it was read: what is left of it cannot be had any more."""

    def __reduce__(self) -> tuple[object, ...]:
        return ReplacedError, (self.message,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """One stored file."""

    name: str
    """Relative to the output, with `/` between its parts."""
    size_bytes: int
    tag: str
    """Changes whenever the content does."""


class Store(Protocol):
    """A folder or a bucket prefix. Every method may raise StoreError."""

    uri: str

    def create(self, name: str, data: bytes) -> bool:
        """Makes the file visible whole; False, and nothing changed, where the name is taken."""

    def replace(self, name: str, data: bytes, *, seen: str | None = ANYTHING) -> str | None:
        """Puts the file whole in the place of what had the name, if anything had; its tag.

        With `seen` (a tag, or None: there was none) only if that is still so; else None, and nothing is changed.
        """

    def read(self, name: str) -> bytes:
        """All of a file; MissingError where there is none."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A file for reading by seeking; MissingError where there is none."""

    def names(self, prefix: str) -> tuple[Stat, ...]:
        """The files whose names start with the prefix (which ends in `/` or is empty), in order of their names."""

    def exists(self, name: str) -> bool:
        """Whether the name is taken."""

    def tag(self, name: str) -> str | None:
        """The file's tag as a listing has it; None where there is no such file."""

    def delete(self, name: str) -> None:
        """Removes the file, if there is one."""


class LocalStore:
    """A folder. A file is written under `_tmp/`, synced, and then linked or renamed: one step for every reader."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.uri = str(root)

    def create(self, name: str, data: bytes) -> bool:
        target = self.root / name
        with self._guarded("write", name):
            if target.exists():
                return False
            with self._scratch(data) as scratch:
                self._make_folder(target.parent)
                made = self._link(scratch, target)
            self._sync(target.parent)
            return made

    def replace(self, name: str, data: bytes, *, seen: str | None = ANYTHING) -> str | None:
        target = self.root / name
        with self._guarded("write", name), self._scratch(data) as scratch:
            tag = _tag(scratch.stat())
            self._make_folder(target.parent)
            if seen == ANYTHING:
                scratch.replace(target)
            elif not self._rename_if_seen(scratch, target, seen):
                return None
            self._sync(target.parent)
            return tag

    def read(self, name: str) -> bytes:
        with self._guarded("read", name):
            return (self.root / name).read_bytes()

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with self._guarded("read", name):
            file = (self.root / name).open("rb")
        with file:
            yield file

    def names(self, prefix: str) -> tuple[Stat, ...]:
        with self._guarded("list", prefix or "."):
            return tuple(sorted(_found(os.fspath(self.root / prefix), prefix), key=attrgetter("name")))

    def exists(self, name: str) -> bool:
        with self._guarded("read", name):
            return (self.root / name).exists()

    def tag(self, name: str) -> str | None:
        with self._guarded("read", name):
            try:
                return _tag((self.root / name).stat())
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        with self._guarded("delete", name):
            (self.root / name).unlink(missing_ok=True)
            self._sync((self.root / name).parent)

    def sweep(self, *, all_of_them: bool = False) -> int:
        """Removes what killed runs left under `_tmp/`; returns how many files."""
        count = 0
        with self._guarded("clean", SCRATCH):
            for path in (self.root / SCRATCH).glob("*"):
                if all_of_them or (path.name != LOCK and _is_left_over(path)):
                    path.unlink(missing_ok=True)
                    count += 1
        return count

    @contextlib.contextmanager
    def _scratch(self, data: bytes) -> Iterator[Path]:
        """A synced file beside the output, gone at the end unless it was renamed."""
        folder = self.root / SCRATCH
        folder.mkdir(exist_ok=True)
        path = folder / f"{machine_in_names()}.{os.getpid()}.{secrets.token_hex(8)}"
        try:
            with path.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _link(self, scratch: Path, target: Path) -> bool:
        try:
            os.link(scratch, target)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            # File systems without hard links: exFAT, some network mounts.
            return self._rename_if_seen(scratch, target, None)
        return True

    def _rename_if_seen(self, scratch: Path, target: Path, seen: str | None) -> bool:
        """The look and the rename under one lock."""
        import fcntl

        with (self.root / SCRATCH / LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            there = _tag(target.stat()) if target.exists() else None
            if there != seen:
                return False
            scratch.replace(target)
            return True

    def _make_folder(self, folder: Path) -> None:
        missing = [p for p in (folder, *folder.parents) if p.is_relative_to(self.root) and not p.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for path in missing:
            self._sync(path.parent)

    def _sync(self, folder: Path) -> None:
        """Makes the names in a folder survive a power cut; some systems cannot sync a folder, and need not."""
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    @contextlib.contextmanager
    def _guarded(self, verb: str, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            msg = f"cannot {verb} {self.root / name}: it is not there; was the output moved or deleted meanwhile?"
            raise MissingError(msg) from error
        except OSError as error:
            advice = ADVICE.get(error.errno or 0, "check the folder, or choose another --out")
            msg = f"cannot {verb} {self.root / name} ({error.strerror or error}): {advice}"
            raise StoreError(msg) from error


def _found(folder: str, prefix: str) -> Iterator[Stat]:
    """The files below a folder; `prefix` is its name in the output. Runs after each part, over all parts: no Path."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != SCRATCH and not entry.is_symlink():
                    yield from _found(entry.path, f"{prefix}{entry.name}/")
            elif not entry.name.startswith("."):
                # A file may go between the listing and the look at it: a replaced or forgotten part is no error.
                with contextlib.suppress(FileNotFoundError):
                    stat = entry.stat()
                    yield Stat(name=f"{prefix}{entry.name}", size_bytes=stat.st_size, tag=_tag(stat))


def _tag(stat: os.stat_result) -> str:
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}-{stat.st_ino:x}"


def _is_left_over(path: Path) -> bool:
    """Whether no living process can still be writing this scratch file."""
    host, _, rest = path.name.rpartition(".")[0].rpartition(".")
    if host == machine_in_names() and rest.isdigit():
        try:
            os.kill(int(rest), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
    with contextlib.suppress(OSError):
        return time.time() - path.stat().st_mtime > STALE_AFTER_S
    return False


def open_store(uri: str, *, create: bool = True, access: Access | None = None) -> Store:
    """The store at a path or an S3 URI; StoreError where it cannot be one.

    `access` says how a bucket is reached (unset: as the environment and extract.toml say). With `create` a bucket is
    asked first whether it keeps two writers apart.
    """
    if uri.startswith("s3://"):
        return _open_bucket(uri, create=create, access=access)
    if "://" in uri and not uri.startswith("file://"):
        msg = f"--out {uri}: an output is a folder or s3://bucket/prefix"
        raise StoreError(msg, exit_code=2)
    root = Path(uri.removeprefix("file://")).expanduser()
    if root.exists() and not root.is_dir():
        msg = f"--out {root} is a file; choose a folder" if create else f"{root} is a file; an output is a folder"
        raise StoreError(msg, exit_code=2)
    if not root.exists():
        _make_root(root, create=create)
    store = LocalStore(root)
    with contextlib.suppress(StoreError):  # an output that is only looked at may be read-only
        store.sweep()
    return store


def _open_bucket(uri: str, *, create: bool, access: Access | None) -> Store:
    from flows.s3.location import parse_location
    from flows.s3.settings import access_that_holds
    from flows.s3.store import S3Store

    store = S3Store(parse_location(uri), access or access_that_holds())
    if create:
        store.probe()
    elif store.is_empty():
        msg = f"there is no output at {uri}; `extract run ... --out {uri}` makes one"
        raise StoreError(msg, exit_code=2)
    return store


def _make_root(root: Path, *, create: bool) -> None:
    if not create:
        msg = f"there is no output at {root}; `extract run ... --out {root}` makes one"
        raise StoreError(msg, exit_code=2)
    if not root.absolute().parent.is_dir():
        msg = f"--out {root}: the folder {root.absolute().parent} does not exist; make it first, or correct the path"
        raise StoreError(msg, exit_code=2)
    try:
        root.mkdir(exist_ok=True)
    except OSError as error:
        advice = ADVICE.get(error.errno or 0, "choose another --out")
        msg = f"cannot make {root} ({error.strerror}): {advice}"
        raise StoreError(msg) from error
