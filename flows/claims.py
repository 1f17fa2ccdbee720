"""Who is reading a shard just now: a small file beside the lists, so that two runs do not read the same shard twice.

A claim is made only if there is none. Its owner touches it every few seconds; one that has not changed for a while, as
seen by whoever waits for it, or whose process is gone from this machine, belongs to a dead run and is taken over by a
conditional replacement. No clocks are compared. A claim that is lost costs work, never a document: the part is the
commit, and the first one counts.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from flows.machine import machine
from flows.store import MissingError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flows.store import Store

FOLDER = "runs/_claims/"
TOUCH_SECONDS = 10.0
DEAD_SECONDS = 60.0
"""Without a touch: several may fail or be late."""
GRACE_SECONDS = 0.5
"""For giving back when a run is stopped: it ends at once, whatever the store does."""


class Turn(Enum):
    """What is to be done with a shard."""

    OURS = "ours"
    DONE = "done"
    OTHERS = "others"
    """Another run is reading it: look again later."""


@dataclass(slots=True, kw_only=True)
class Claims:
    """The claims of one run on the shards of an output; used by several threads."""

    store: Store
    clock: Callable[[], float] = time.monotonic
    _token: str = field(default_factory=lambda: secrets.token_hex(8))
    _mine: dict[str, str] = field(default_factory=dict)
    """File -> tag."""
    _others: dict[str, tuple[str, float]] = field(default_factory=dict)
    """File -> tag, and when it was first seen with it."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def take(self, shard: str, is_done: Callable[[], bool]) -> Turn:
        """Claims a shard that is not done; StoreError where the store fails."""
        if is_done():
            return Turn.DONE
        name = f"{FOLDER}{shard}.json"
        tag = self._taken(name)
        if tag is None:
            return Turn.OTHERS
        with self._lock:
            self._mine[name] = tag
            self._others.pop(name, None)
        if is_done():  # by whoever held it before us
            self.release((shard,))
            return Turn.DONE
        self._start()
        return Turn.OURS

    def release(self, shards: Iterable[str]) -> None:
        """Gives shards back: they are committed, or will not be read by us. Soon over, and never raises."""
        names = [f"{FOLDER}{shard}.json" for shard in shards]
        with self._lock:
            names = [name for name in names if self._mine.pop(name, None) is not None]
        if names:
            thread = threading.Thread(target=self._delete, args=(names,), daemon=True, name="claims")
            thread.start()
            thread.join(GRACE_SECONDS)

    def sweep(self, done: Iterable[str]) -> None:
        """Removes the claims that killed runs have left on shards that are done."""
        finished = {f"{FOLDER}{shard}.json" for shard in done}
        with suppress(StoreError):
            self._delete([stat.name for stat in self.store.names(FOLDER) if stat.name in finished])

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(StoreError):  # it dies by itself
                self.store.delete(name)

    def _taken(self, name: str) -> str | None:
        """The tag of our claim; None where another run has it."""
        mine = self.store.replace(name, self._content(), seen=None)
        if mine is not None:
            return mine
        tag = self.store.tag(name)
        if tag is None or not self._is_dead(name, tag):  # None: given back this moment
            return None
        return self.store.replace(name, self._content(), seen=tag)

    def _is_dead(self, name: str, tag: str) -> bool:
        since = self._others.get(name)
        if since is None or since[0] != tag:
            self._others[name] = (tag, self.clock())
            return _is_gone(self._owner(name))
        return self.clock() - since[1] > DEAD_SECONDS or _is_gone(self._owner(name))

    def _owner(self, name: str) -> dict[str, object]:
        try:
            content = json.loads(self.store.read(name))
        except (MissingError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _content(self) -> bytes:
        me = {"host": machine(), "pid": os.getpid(), "started": _started(os.getpid()), "token": self._token}
        return json.dumps({**me, "touched": time.time()}).encode()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._touch, daemon=True, name="claims")
                self._thread.start()

    def _touch(self) -> None:
        while self._mine:
            time.sleep(TOUCH_SECONDS)
            for name, tag in tuple(self._mine.items()):
                with suppress(StoreError):  # the next touch may succeed
                    newer = self.store.replace(name, self._content(), seen=tag)
                    self._note(name, newer)

    def _note(self, name: str, tag: str | None) -> None:
        with self._lock:
            if name not in self._mine:
                with suppress(StoreError):  # released while it was touched: it must not stand there again
                    self.store.delete(name)
            elif tag is None:  # taken over: we were held dead
                del self._mine[name]
            else:
                self._mine[name] = tag


def _started(pid: int) -> float | None:
    """When a process began; None where there is none."""
    import psutil

    try:
        return round(psutil.Process(pid).create_time(), 1)
    except psutil.Error:
        return None


def _is_gone(owner: dict[str, object]) -> bool:
    """Whether a claim's process ran on this machine and does not any more."""
    pid = owner.get("pid")
    return owner.get("host") == machine() and isinstance(pid, int) and _started(pid) != owner.get("started")
