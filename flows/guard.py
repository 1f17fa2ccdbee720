"""What a worker process watches of itself: its memory, and whether its parent is still there."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from flows.no_pandas import leave_pandas_out

if TYPE_CHECKING:
    from collections.abc import Callable

Argument = TypeVar("Argument")
Result = TypeVar("Result")
MEMORY_EXIT = 77
"""Exit code of a worker that went over its memory limit."""
LOOK_SECONDS = 0.05


@dataclass(slots=True)
class _Guard:
    """The state of this process; a worker has exactly one task at a time."""

    busy: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


_guard = _Guard()


def start_guard(max_memory_bytes: int) -> None:
    """Initialises a worker process: dies with its parent, dies at its memory limit, and at once when told to stop."""
    _be_silent()
    leave_pandas_out()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a Python handler would wait for PDFium to come back
    _limit_data(2 * max_memory_bytes)
    threading.Thread(target=_watch, args=(max_memory_bytes,), daemon=True, name="guard").start()


def guarded(function: Callable[[Argument], Result], argument: Argument) -> Result:
    """Calls a function; only meanwhile may the guard end the process.

    A worker that ended while it held the lock of the pool's pipe would stop all others.
    """
    _guard.busy = True
    try:
        return function(argument)
    finally:
        with _guard.lock:
            _guard.busy = False


def _be_silent() -> None:
    """What C libraries print about broken files would run through the progress bar; what matters comes as a value."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _watch(max_memory_bytes: int) -> None:
    from multiprocessing import connection, parent_process

    import psutil

    me = psutil.Process()
    parent = parent_process()
    sentinels = [parent.sentinel] if parent is not None else []
    while not connection.wait(sentinels, timeout=LOOK_SECONDS):
        with _guard.lock:
            if _guard.busy and me.memory_info().rss > max_memory_bytes:
                os._exit(MEMORY_EXIT)
    os._exit(0)


def _limit_data(limit_bytes: int) -> None:
    """The second line, for an allocation that is faster than the guard looks: it fails instead."""
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, hard))
    except (ImportError, ValueError, OSError):
        return
