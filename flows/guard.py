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
TIME_EXIT = -getattr(signal, "SIGALRM", 0)
"""Of a worker whose time ran out."""
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
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a Python handler would wait for PDFium to come back
    _limit_data(_reserved() + 2 * max_memory_bytes)
    threading.Thread(target=_watch, args=(max_memory_bytes,), daemon=True, name="guard").start()


def guarded(function: Callable[[Argument], Result], argument: Argument, seconds: float) -> Result:
    """Calls a function; only meanwhile may the guard end the process, or its time run out.

    A worker that ended while it held the lock of the pool's pipe would stop all others.
    """
    _guard.busy = True
    _set_alarm(seconds)
    try:
        return function(argument)
    finally:
        _set_alarm(0.0)
        with _guard.lock:
            _guard.busy = False


def allow_more(seconds: float) -> None:
    """More time for the task that calls it; where no time is set, nothing happens."""
    left = signal.getitimer(signal.ITIMER_REAL)[0] if hasattr(signal, "getitimer") else 0.0
    if left:
        _set_alarm(left + seconds)


def _set_alarm(seconds: float) -> None:
    """The system ends the process then (SIGALRM), whatever it is doing; Windows has none, the pool's limit holds."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


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


def _reserved() -> int:
    """Bytes that the libraries have set aside already and mostly never touch: Arrow's allocator reserves a GiB."""
    import psutil

    return int(getattr(psutil.Process().memory_info(), "data", 0))


def _limit_data(limit_bytes: int) -> None:
    """The second line, for an allocation that is faster than the guard looks: it fails instead."""
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, hard))
    except (ImportError, ValueError, OSError):
        return
