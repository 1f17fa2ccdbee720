"""What goes to standard error as one JSON object a line, for machines that gather logs; it holds no secret."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def said(text: str, *, log: str, level: str = "info", event: str = "message", **values: object) -> str:
    """What a person reads as `extract: TEXT`, in the form that the log has (`text`, `json`)."""
    return line(level, event, message=text, **values) if log == "json" else f"extract: {text}"


def wanted(arguments: Sequence[str]) -> str:
    """The form of the log, for what ends a command: that may come before its settings are known, or be about them."""
    from flows.errors import UsageError
    from flows.settings import resolve

    logs, files = _given(arguments, "--log"), _given(arguments, "--config")
    if logs:
        return logs[-1]
    try:
        return str(resolve({}, file=Path(files[-1]) if files else None)["log"].value)
    except UsageError:
        return os.environ.get("EXTRACT_LOG", "text")


def _given(arguments: Sequence[str], flag: str) -> list[str]:
    """The values of a flag."""
    after = [b for a, b in pairwise(arguments) if a == flag]
    return after + [a.removeprefix(f"{flag}=") for a in arguments if a.startswith(f"{flag}=")]


def tell_end(message: str, exit_code: int, *, log: str) -> None:
    """The last line of a command that failed or was interrupted."""
    from flows.sources import printable

    shown = message if log == "json" else "\n".join(printable(each) for each in message.split("\n"))
    level, event = ("warning", "interrupted") if exit_code == ExitCode.INTERRUPTED else ("error", "error")
    sys.stderr.write(said(shown, log=log, level=level, event=event, exit_code=int(exit_code)) + "\n")
