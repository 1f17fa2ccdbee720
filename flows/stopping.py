"""How a run is stopped by Ctrl-C or SIGTERM: at once, with nothing half-written and no process left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn

from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType

STORE_THREAD = "store"
GRACE_SECONDS = 0.5


@contextlib.contextmanager
def stop_signals() -> Iterator[None]:
    """SIGTERM stops a run as Ctrl-C does; only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a job in the background of a script
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)  # asyncio has a handler of its own for this one

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run_until_stopped(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs it; KeyboardInterrupt after Ctrl-C or SIGTERM, and the first error of a group by itself."""
    try:
        asyncio.run(coroutine)
    except BaseExceptionGroup as group:
        raise first_of(group) from group


def first_of(error: BaseException) -> BaseException:
    """The first error of a group, by itself."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def in_thread(function: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the function gives
    """The function's result, from a daemon thread: an interrupted run does not wait for it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(result: object, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def work() -> None:
        try:
            outcome: tuple[object, BaseException | None] = (function(), None)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            outcome = (None, error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=work, daemon=True, name=STORE_THREAD).start()
    return await future


def leave(exit_code: int) -> NoReturn:
    """Ends the process at once: what Prefect still has to tell a server that is away would take it minutes."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)


def leave_if_storing(message: str, *, log: str) -> None:
    """Ends the process at once where a shard is still being written: its file appears whole or not at all."""
    threads = [thread for thread in threading.enumerate() if thread.name == STORE_THREAD]
    until = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        from flows.json_log import tell_end

        tell_end(message, ExitCode.INTERRUPTED, log=log)
        leave(ExitCode.INTERRUPTED)
