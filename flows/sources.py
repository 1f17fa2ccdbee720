"""From what was named on the command line to a list of files: folders, globs, lists, single files."""

# ruff: noqa: PTH100, PTH112, PTH116, PTH118, PTH123, PTH207
# Paths are kept as they were given, letter by letter; a Path would tidy them.
from __future__ import annotations

import errno
import glob
import os
import stat
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING
from unicodedata import category

from flows.errors import EmptyError, UsageError
from flows.file_kinds import HEAD_BYTES, is_document, suffix_of
from flows.places import within
from flows.s3.location import is_s3

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flows.s3.access import Access

SPACE = "Zs"
"""The category of spaces of any width, which amounts are printed with."""
READINGS = "readings"
RUNS = "runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file to read. What cannot be opened is one too: it ends as a failure that says why."""

    path: str
    """As given (in a folder: the folder as given, and what follows); surrogates stand for bytes that are no UTF-8."""
    size_bytes: int = 0
    modified_ns: int | None = None
    """None where the file could not be looked at."""
    etag: str | None = None
    """Of an object in a bucket."""

    @property
    def location(self) -> str:
        return self.path if is_s3(self.path) else os.path.abspath(self.path)

    @property
    def version(self) -> str | None:
        """ETag, or size and modification time: what a rerun compares before it reads a byte."""
        if self.etag is not None:
            return self.etag
        return None if self.modified_ns is None else version_of(self.size_bytes, self.modified_ns)


def version_of(size_bytes: int, modified_ns: int) -> str:
    """Of a file."""
    return f"{size_bytes}-{modified_ns}"


@dataclass(slots=True)
class Intake:
    """What was found."""

    files: list[SourceFile] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Suffix (or name) -> how many files of folders are not documents."""
    empty: list[str] = field(default_factory=list)
    """What was named and gave no document that was not named before."""
    unreadable: list[str] = field(default_factory=list)
    """Folders inside the named ones that could not be listed, with the reason."""
    access: Access | None = None
    """How buckets are reached; None: no bucket is read."""
    coming: Iterator[SourceFile] | None = None
    """Files that are looked for while they are taken, and not held; None: `files` has all."""
    taken: int = 0
    """Of those that were coming."""

    @property
    def sources(self) -> int:
        """How many files were found, up to now."""
        return len(self.files) + self.taken

    def take(self) -> Iterator[SourceFile]:
        """All files, in order; once, where they are coming."""
        yield from self.files
        for file in self.coming or ():
            self.taken += 1
            yield file


def collect(
    paths: Sequence[str],
    *,
    own_output: str | None = None,
    stdin: bytes | None = None,
    access: Access | None = None,
    may_be_empty: bool = False,
) -> Intake:
    """All files that `paths` name, each once, folders sorted; UsageError for what does not exist or holds nothing.

    `own_output` is the folder that the run writes to: it is never read, as is no other output inside a folder.
    `access` says how buckets are reached; without it none are read. `may_be_empty`: to hold nothing is no mistake.
    """
    intake = Intake(access=access)
    seen: set[str] = set()
    own = _own(own_output)
    for path in paths:
        before = len(intake.files)
        for file in _expand(path, intake, own, stdin):
            place = file.location
            if place not in seen:
                seen.add(place)
                intake.files.append(file)
        if len(intake.files) == before:
            intake.empty.append(path)
    if not intake.files and not may_be_empty:
        raise EmptyError(_nothing(paths, intake, own))
    return intake


def stream(path: str, *, own_output: str | None = None, access: Access | None = None) -> Intake:
    """As `collect` of a folder or a prefix of a bucket, whose files are found one after the other and not held."""
    intake = Intake(access=access)
    own = _own(own_output)
    coming = _expand(path, intake, own, None)
    first = next(coming, None)
    if first is None:
        raise EmptyError(_nothing([path], intake, own))
    intake.coming = chain([first], coming)
    return intake


def is_streamed(path: str) -> bool:
    """Whether it names a place that may hold any number of files, each of them once."""
    return os.path.isdir(path) or (is_s3(path) and not os.path.lexists(path))


def _own(output: str | None) -> str | None:
    """The place of the run's own output, as it is compared with those that are found."""
    return output if not output or is_s3(output) else os.path.realpath(output)


def _expand(path: str, intake: Intake, own: str | None, stdin: bytes | None) -> Iterator[SourceFile]:
    if path == "-":
        yield from _listed(_lines(stdin if stdin is not None else sys.stdin.buffer.read()), intake, own)
    elif path.startswith("@") and not os.path.lexists(path):
        yield from _listed(_lines(_read_list(path[1:])), intake, own)
    elif os.path.lexists(path):
        yield from _named(path, intake, own)
    elif is_s3(path):
        yield from _bucket(path, intake, own)
    elif glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))
        if not matches:
            msg = f"{path}: no file or folder matches this pattern."
            raise UsageError(msg)
        for match in matches:
            yield from _named(match, intake, own)
    else:
        msg = f"{printable(path)}: there is no such file or folder."
        raise UsageError(msg)


def _bucket(path: str, intake: Intake, own: str | None) -> Iterator[SourceFile]:
    if intake.access is None:
        msg = f"{path}: this command reads local files only; `extract run` and `extract watch` read buckets."
        raise UsageError(msg)
    from flows.s3.objects import documents

    for found in documents(path, intake.access, intake.left_out, own=own):
        yield SourceFile(path=found.uri, size_bytes=found.size_bytes, etag=found.etag)


def _named(path: str, intake: Intake, own: str | None) -> Iterator[SourceFile]:
    try:
        status = os.stat(path)
    except OSError as error:
        msg = f"{printable(path)} cannot be read: {reason(error)}."
        raise UsageError(msg) from error
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, intake, own)
    elif stat.S_ISREG(status.st_mode):
        yield SourceFile(path=path, size_bytes=status.st_size, modified_ns=status.st_mtime_ns)
    else:
        msg = f"{printable(path)} is neither a file nor a folder (a device, a pipe or a socket)."
        raise UsageError(msg)


def _listed(paths: Iterable[str], intake: Intake, own: str | None) -> Iterator[SourceFile]:
    """Entries of a list: one that is gone or no file is a document that fails; it must not stop the others."""
    for path in paths:
        if is_s3(path):
            yield from _bucket(path, intake, own)
            continue
        try:
            status = os.stat(path)
        except OSError:
            yield SourceFile(path=path)
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _folder(path, intake, own)
        elif stat.S_ISREG(status.st_mode):
            yield SourceFile(path=path, size_bytes=status.st_size, modified_ns=status.st_mtime_ns)
        else:
            yield SourceFile(path=path)


def _folder(top: str, intake: Intake, own: str | None) -> Iterator[SourceFile]:
    visited: set[tuple[int, int]] = set()

    def refused(error: OSError) -> None:
        if error.filename == top:
            msg = f"The folder {printable(top)} cannot be read: {reason(error)}."
            raise UsageError(msg) from error
        intake.unreadable.append(f"{printable(str(error.filename))}: {reason(error)}")

    for folder, names, files in os.walk(top, followlinks=True, onerror=refused):
        status = os.stat(folder)
        identity = (status.st_dev, status.st_ino)
        if identity in visited or _is_output(folder, names, own):
            names.clear()
            continue
        visited.add(identity)
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            file = _file_of_folder(os.path.join(folder, name), name, intake)
            if file is not None:
                yield file


def _is_output(folder: str, names: list[str], own: str | None) -> bool:
    """Whether a folder is what a run has written."""
    return (READINGS in names and RUNS in names) or (own is not None and os.path.realpath(folder) == own)


def _file_of_folder(path: str, name: str, intake: Intake) -> SourceFile | None:
    if name.startswith("."):
        intake.left_out["hidden"] += 1
        return None
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            intake.left_out["no regular file"] += 1
            return None
        head = b""
        if not is_document(name, head):  # not by its name
            with open(path, "rb") as stream:
                head = stream.read(HEAD_BYTES)
        elif not os.access(path, os.R_OK):
            return SourceFile(path=path)
    except OSError as error:
        if suffix_of(name) in {".lnk", ".tmp"} or error.errno == errno.ENOENT:  # a dangling link, or gone meanwhile
            intake.left_out["dangling link"] += 1
            return None
        return SourceFile(path=path)
    if not is_document(name, head):
        intake.left_out[printable(suffix_of(name))] += 1
        return None
    return SourceFile(path=path, size_bytes=status.st_size, modified_ns=status.st_mtime_ns)


def _read_list(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        msg = f"The list {printable(path)} cannot be read: {reason(error)}."
        raise UsageError(msg) from error


def _lines(content: bytes) -> list[str]:
    """Paths of a list: one a line, or separated by NUL bytes (`find -print0`) where names may hold line breaks."""
    separator = b"\0" if b"\0" in content else b"\n"
    entries = (line.rstrip(b"\r") if separator == b"\n" else line for line in content.split(separator))
    return [os.fsdecode(entry) for entry in entries if entry.strip()]


def _nothing(paths: Sequence[str], intake: Intake, own: str | None) -> str:
    for path in paths:
        if _is_written(path, own):
            return f"No documents in {printable(path)}: what runs write is never read; let --out be a place beside it."
    looked = "PDF, PNG, JPEG, TIFF, WebP, BMP, GIF, JPEG 2000 and e-invoice XML files"
    found = f" What is there: {counted(intake.left_out)}." if intake.left_out else ""
    refused = f" Not readable: {'; '.join(intake.unreadable[:3])}." if intake.unreadable else ""
    named = ", ".join(printable(path) for path in paths[:3]) + (" ..." if len(paths) > 3 else "")
    return f"No documents in {named}: {looked} were looked for.{found}{refused}"


def _is_written(path: str, own: str | None) -> bool:
    """Whether it is an output, or a place of a bucket inside of the run's own."""
    if is_s3(path):
        return own is not None and within(path, own)
    _, folders, _ = next(os.walk(path), (path, [], []))
    return _is_output(path, folders, own)


def counted(counts: Counter[str], most: int = 6) -> str:
    """`.json 67, .md 1`, the most frequent first."""
    shown = ", ".join(f"{name} {n}" for name, n in counts.most_common(most))
    return shown + (", ..." if len(counts) > most else "")


def listed_paths(paths: Sequence[str], most: int = 6) -> str:
    """The first of them, as they can be shown, and how many more there are."""
    shown = ", ".join(printable(path) for path in paths[:most])
    return shown + (f" and {len(paths) - most} more" if len(paths) > most else "")


def printable(path: str) -> str:
    """A path, or a line of text, as it can be shown: control characters and bytes that are no UTF-8 as escapes."""
    escaped = path.encode("utf-8", "backslashreplace").decode("utf-8")
    if escaped.isprintable():
        return escaped
    return "".join(char if char.isprintable() or category(char) == SPACE else repr(char)[1:-1] for char in escaped)


def reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
