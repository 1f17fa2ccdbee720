"""What a process has done so far, in the text format of Prometheus: counts and seconds, no name of any document."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.tally import Tally
from flows.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.run_counts import RunCounts
    from flows.run_options import RunOptions

Lines = list[tuple[str, float]]
"""Labels (`{stage="open"}`, or nothing) and value."""


@dataclass(slots=True, kw_only=True)
class Metrics:
    """The counters of a process: of runs that have ended, and of the one that goes on."""

    file: Path | None = None
    _tally: Tally = field(default_factory=Tally)
    _past: Tally = field(default_factory=Tally)
    _values: Counter[str] = field(default_factory=Counter)
    """Status -> values, of runs that have ended: derived tables are counted at their end."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, tally: Tally) -> None:
        """A run begins."""
        with self._lock:
            self._tally = tally
        self.write()

    def finished(self, counts: RunCounts) -> None:
        """The run that was followed has come to its end."""
        with self._lock:
            self._past.include(self._tally)
            self._tally = Tally()
            self._values.update(counts.values)
        self.write()

    def write(self) -> None:
        """Puts the file whole in its place; UsageError where that cannot be."""
        if self.file is None:
            return
        try:
            write_whole(self.file, self.text())
        except OSError as error:
            msg = f"--metrics-file {self.file}: {error.strerror or error}."
            raise UsageError(msg) from error

    def text(self) -> str:
        """All metrics as Prometheus reads them."""
        with self._lock:
            both = Tally()
            both.include(self._past)
            both.include(self._tally)
            waiting = self._tally.started - self._tally.done
            lines = list(_lines(both, waiting, self._values))
        return "\n".join(lines) + "\n"


def _lines(tally: Tally, waiting: int, values: Counter[str]) -> Iterator[str]:
    documents: Lines = [('{outcome="read"}', tally.read), ('{outcome="failed"}', tally.failed)]
    yield from _metric("documents_total", "counter", "Documents that are committed.", documents)
    yield from _metric("pages_total", "counter", "Pages of documents that are committed.", [("", tally.pages_in)])
    seconds: Lines = [(f'{{stage="{stage}"}}', value) for stage, value in sorted(tally.seconds.items())]
    yield from _metric("stage_seconds_total", "counter", "Seconds of work, of all processes together.", seconds)
    tokens: Lines = [(f'{{kind="{kind}"}}', tally.tokens[kind]) for kind in ("visual", "output")]
    yield from _metric("tokens_total", "counter", "Tokens of vision-language models.", tokens)
    yield from _metric("documents_waiting", "gauge", "Handed to the workers and not committed yet.", [("", waiting)])
    statuses: Lines = [(f'{{status="{status}"}}', number) for status, number in sorted(values.items())]
    yield from _metric("values_total", "counter", "Values of runs that have ended.", statuses)
    if values.total():
        share: Lines = [("", round(values["review"] / values.total(), 6))]
        yield from _metric("review_share", "gauge", "Share of the values that wait for a person.", share)


def _metric(name: str, kind: str, about: str, lines: Lines) -> Iterator[str]:
    yield f"# HELP extract_{name} {about}"
    yield f"# TYPE extract_{name} {kind}"
    for labels, value in lines:
        yield f"extract_{name}{labels} {value:.6f}".rstrip("0").rstrip(".")


def open_metrics(options: RunOptions, say: Callable[[str], None] | None = None) -> Metrics | None:
    """As the settings ask for, served until the process ends; UsageError where the address is taken.

    With `say` that is said instead: the flow runs of a worker all have its settings, and only the first gets the port.
    """
    if options.metrics_port is None and options.metrics_file is None:
        return None
    metrics = Metrics(file=Path(options.metrics_file) if options.metrics_file else None)
    if options.metrics_port is not None:
        try:
            serve(metrics, options.metrics_port)
        except UsageError as error:
            if say is None:
                raise
            say(f"this run serves no metrics: {error}")
    return metrics


def serve(metrics: Metrics, address: str) -> int:
    """Serves `/metrics` from a daemon thread; the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.split("?")[0] == "/metrics"
            content = metrics.text().encode() if found else b"metrics are at /metrics\n"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing: scrapes are no news."""

    host, _, port = address.rpartition(":")
    try:
        server = ThreadingHTTPServer((host.strip("[]"), int(port)), Handler)
    except OSError as error:
        msg = f"--metrics-port {address}: {error.strerror or error}; choose another port."
        raise UsageError(msg) from error
    threading.Thread(target=server.serve_forever, daemon=True, name="metrics").start()
    return server.server_port
