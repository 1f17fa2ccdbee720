"""Shows on standard error how far a run is: a live bar on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Protocol, TextIO

from flows.sources import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

LINE_SECONDS = 10.0
WITHOUT_NAME = 90
"""Columns of a terminal that the bar and its numbers take at most."""
SHORTEST_NAME = 20


class Progress(Protocol):
    """What a run tells while it goes."""

    def say(self, text: str) -> None: ...
    def begin(self, total: int) -> None: ...
    def document(self, *, failed: bool, source: str) -> None: ...
    def end(self) -> None: ...


class Lines:
    """Plain lines: at the beginning, every ten seconds, at the end."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._total = self._done = self._failed = self._shown = 0
        self._started = self._last = clock()

    def say(self, text: str) -> None:
        print(f"extract: {text}", file=self._stream, flush=True)

    def begin(self, total: int) -> None:
        self._total = total
        self._started = self._last = self._clock()

    def document(self, *, failed: bool, source: str) -> None:  # noqa: ARG002 - shown by the bar
        self._done += 1
        self._failed += failed
        if self._clock() - self._last >= LINE_SECONDS:
            self._line()

    def end(self) -> None:
        if self._done and self._shown:
            self._line()

    def _line(self) -> None:
        self._last = self._clock()
        self._shown += 1
        rate = self._done / max(1e-6, self._last - self._started)
        left = max(0, self._total - self._done) / rate
        failed = f", {self._failed} failed" if self._failed else ""
        self.say(f"{self._done} of {self._total} documents{failed}, {rate:.1f} a second, about {left:.0f} s left")


class Bar:
    """A live bar of rich; on a narrow terminal without the name of the file."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        console = console or Console(stderr=True)
        self._name_length = console.width - WITHOUT_NAME
        named = [TextColumn("{task.fields[source]}", markup=False)] if self._name_length >= SHORTEST_NAME else []
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=max(8, min(30, console.width - 50))),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            *named,
            console=console,
            transient=True,
            redirect_stdout=False,
        )
        self._task = self._bar.add_task("documents", total=None, failed="", source="", start=False)
        self._failed = 0

    def say(self, text: str) -> None:
        self._bar.console.print(f"extract: {text}", markup=False, highlight=False, soft_wrap=True)

    def begin(self, total: int) -> None:
        self._bar.update(self._task, total=total)
        self._bar.start_task(self._task)
        self._bar.start()

    def document(self, *, failed: bool, source: str) -> None:
        self._failed += failed
        text = f"[red]{self._failed} failed[/red]" if self._failed else ""
        self._bar.update(self._task, advance=1, failed=text, source=self._shortened(printable(source)))

    def end(self) -> None:
        self._bar.stop()

    def _shortened(self, source: str) -> str:
        """The end of a long path, which is what tells files apart."""
        return source if len(source) <= self._name_length else f"...{source[3 - self._name_length :]}"


def open_progress(log: str = "text") -> Progress:
    """The bar where somebody watches, else lines; JSON where that is asked for."""
    if log == "json":
        from flows.json_log import JsonLines

        return JsonLines(sys.stderr)
    return Bar() if sys.stderr.isatty() else Lines(sys.stderr)
