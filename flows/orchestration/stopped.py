"""How a flow is stopped: Ctrl-C, SIGTERM or Prefect's own cancellation end its work at once, and it says so itself."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

Result = TypeVar("Result")


class StoppedError(Exception):
    """Somebody asked for the end."""


class Stop:
    """A wish that may come at any time, from a signal or from the server."""

    def __init__(self) -> None:
        self._wished = asyncio.Event()

    @classmethod
    @contextlib.asynccontextmanager
    async def on_signals(cls) -> AsyncIterator[Stop]:
        """One that SIGINT and SIGTERM set, while the block runs in the main thread; the handlers before come back."""
        stop, loop = cls(), asyncio.get_running_loop()
        if threading.current_thread() is not threading.main_thread():
            yield stop
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = [signal.getsignal(number) for number in numbers]
        for number in numbers:
            loop.add_signal_handler(number, stop.wish)
        try:
            yield stop
        finally:
            for number, handler in zip(numbers, before, strict=True):
                loop.remove_signal_handler(number)
                signal.signal(number, handler)

    def wish(self) -> None:
        self._wished.set()

    async def unless(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of the work; StoppedError, once it is cancelled and over, where the wish came first."""
        doing = asyncio.ensure_future(work)
        wishing = asyncio.ensure_future(self._wished.wait())
        try:
            await asyncio.wait({doing, wishing}, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                return doing.result()
        finally:
            wishing.cancel()
            if not doing.done():
                doing.cancel()
                await asyncio.wait({doing})
        raise StoppedError
