"""Worker processes that may be killed: each document has a time limit, each process a memory limit."""

from __future__ import annotations

import asyncio
import importlib
import signal
from typing import TYPE_CHECKING, TypeVar

from flows import fork_server
from flows.errors import UnavailableError
from flows.guard import MEMORY_EXIT, TIME_EXIT, guarded, start_guard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pebble import ProcessPool

Argument = TypeVar("Argument")
Result = TypeVar("Result")
START_SECONDS = 120.0
"""To import everything on a machine that is very busy."""
TASKS_OF_A_PROCESS = 200
"""Then it is replaced, so that what a library leaks stays small."""


class TaskError(Exception):
    """A task that ended with its process."""


class OutOfTimeError(TaskError):
    """It took longer than its limit."""


class OutOfMemoryError(TaskError):
    """Its process grew over its limit."""


class WorkerDiedError(TaskError):
    """Its process died: PDFium crashed, or the system killed it."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(cause_of_death(exit_code))
        self.exit_code = exit_code


class Pool:
    """Runs `function(argument)` in worker processes.

    A task whose process dies is tried once more, alone in a process made for it: a crash may have been the work of the
    document before. Processes come from a fork server that has imported the libraries already, so that a new one costs
    milliseconds and inherits no thread. `more_seconds` is the most that a task may get by `guard.allow_more`.
    """

    def __init__(
        self,
        *,
        workers: int,
        max_seconds: float,
        max_memory_bytes: int,
        more_seconds: float = 0.0,
        preload: Sequence[str] = (),
    ) -> None:
        self.workers = workers
        self._max_seconds = max_seconds
        self._more_seconds = more_seconds
        self._max_memory_bytes = max_memory_bytes
        self._preload = tuple(preload)
        self._context = fork_server.start(preload)
        self._pool = self._made(workers, TASKS_OF_A_PROCESS)
        self._stopped = False
        self._second: ProcessPool | None = None
        self._second_lock = asyncio.Lock()

    async def check(self) -> None:
        """UnavailableError where a process cannot start: one sentence instead of a failure for each document."""
        from concurrent.futures.process import BrokenProcessPool

        try:
            await self.call(_import_all, self._preload, seconds=START_SECONDS)
        except (TaskError, BrokenProcessPool, ImportError, OSError, AttributeError, SyntaxError, MemoryError) as error:
            why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            msg = (
                f"The processes that read documents cannot start ({why}). Nothing was read. "
                "`extract doctor` shows what is installed; install extract again, or raise --max-memory."
            )
            raise UnavailableError(msg) from error

    async def call(
        self, function: Callable[[Argument], Result], argument: Argument, *, seconds: float | None = None
    ) -> Result:
        """The function's result; TaskError where its process did not live to give one.

        `seconds` is another limit than the pool's own.
        """
        from concurrent.futures.process import BrokenProcessPool

        limit = self._max_seconds if seconds is None else seconds
        if self._is_broken(self._pool):
            self._replace()
        pool = self._pool
        try:
            return await self._once(pool, function, argument, limit)
        except BrokenProcessPool:
            if self._stopped:
                raise
            if self._pool is pool:  # the first to notice replaces it, for all
                self._replace()
        except WorkerDiedError:
            pass
        return await self._alone(function, argument, limit)

    def stop(self) -> None:
        """Ends all processes, whatever they are doing."""
        self._stopped = True
        _end(self._pool)
        if self._second is not None:
            _end(self._second)

    def _is_broken(self, pool: ProcessPool) -> bool:
        """Whether its processes died; where nothing ran in them, nobody was told."""
        return not self._stopped and not pool.active

    def _replace(self) -> None:
        _end(self._pool)
        self._pool = self._made(self.workers, TASKS_OF_A_PROCESS)

    async def _alone(self, function: Callable[[Argument], Result], argument: Argument, limit: float) -> Result:
        from concurrent.futures.process import BrokenProcessPool

        async with self._second_lock:
            if self._second is not None and self._is_broken(self._second):
                _end(self._second)
                self._second = None
            if self._second is None:
                self._second = self._made(1, 1)
            try:
                return await self._once(self._second, function, argument, limit)
            except BrokenProcessPool as error:
                _end(self._second)
                self._second = None
                raise WorkerDiedError(1) from error

    async def _once(
        self, pool: ProcessPool, function: Callable[[Argument], Result], argument: Argument, limit: float
    ) -> Result:
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        try:
            future = pool.schedule(guarded, args=(function, argument, limit), timeout=limit + self._more_seconds)
        except RuntimeError as error:  # it broke in this moment
            raise BrokenProcessPool(str(error)) from error
        try:
            result: Result = await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise OutOfTimeError from error
        except ProcessExpired as error:
            if error.exitcode == MEMORY_EXIT:
                raise OutOfMemoryError from error
            if error.exitcode == TIME_EXIT:
                raise OutOfTimeError from error
            raise WorkerDiedError(error.exitcode) from error
        return result

    def _made(self, workers: int, tasks: int) -> ProcessPool:
        from pebble import ProcessPool

        return ProcessPool(
            max_workers=workers,
            max_tasks=tasks,
            initializer=start_guard,
            initargs=(self._max_memory_bytes,),
            context=self._context,
        )


def cause_of_death(exit_code: int) -> str:
    """`killed by SIGSEGV`, `ended with exit code 3`."""
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"killed by {name}"


def _import_all(names: Sequence[str]) -> None:
    for name in names:
        importlib.import_module(name)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
