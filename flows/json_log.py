"""What goes to standard error as one JSON object a line, for machines that gather logs; it holds no secret."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LINE_SECONDS = 10.0


def line(level: str, event: str, **values: object) -> str:
    """One entry; times are UTC."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": now, "level": level, "event": event, **values}, ensure_ascii=True, default=str)


class JsonLines:
    """Progress as entries: what is said, every document that failed, and how far it is every ten seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._total = self._done = self._failed = 0
        self._last = clock()

    def say(self, text: str) -> None:
        self._write("info", "message", message=text)

    def begin(self, total: int) -> None:
        self._total, self._done, self._failed, self._last = total, 0, 0, self._clock()
        self._write("info", "begin", documents=total)

    def document(self, *, failed: bool, source: str) -> None:
        self._done += 1
        self._failed += failed
        if failed:
            self._write("warning", "document_failed", source=source.encode("utf-8", "backslashreplace").decode())
        if self._clock() - self._last >= LINE_SECONDS:
            self._last = self._clock()
            self._progress("progress")

    def end(self) -> None:
        self._progress("end")

    def _progress(self, event: str) -> None:
        self._write("info", event, done=self._done, of=self._total, failed=self._failed)

    def _write(self, level: str, event: str, **values: object) -> None:
        print(line(level, event, **values), file=self._stream, flush=True)


def is_wanted(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> bool:
    """Whether an error of the command goes there as well: it may come before the settings are known."""
    given = [b for a, b in zip(arguments, [*arguments[1:], ""], strict=True) if a == "--log"]
    given += [a.removeprefix("--log=") for a in arguments if a.startswith("--log=")]
    return (given or [(environment or os.environ).get("EXTRACT_LOG", "")])[-1] == "json"


def tell_error(message: str, exit_code: int) -> None:
    """The last entry of a command that failed."""
    sys.stderr.write(line("error", "error", message=message, exit_code=exit_code) + "\n")
