"""Standard output whose reader may leave early: `extract ... | head` ends with the exit code that it would have had."""

from __future__ import annotations

import io
import os
import sys


class _UntilClosed(io.RawIOBase):
    """A file descriptor. What nobody reads any more is dropped, and so is all that follows an error."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._failed = False

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        if self._failed:
            return len(data)
        try:
            return os.write(self._number, data)
        except BrokenPipeError:
            self._failed = True
            return len(data)
        except OSError:
            self._failed = True
            raise


def outlive_reader() -> None:
    """Puts such a one in the place of this process's standard output, if it has one."""
    before = sys.stdout
    try:
        number = before.fileno()
    except (AttributeError, OSError, ValueError):  # closed, or no file
        return
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_UntilClosed(number)),
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=bool(before.line_buffering),
    )
