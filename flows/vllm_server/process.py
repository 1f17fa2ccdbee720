"""One life of a vLLM server: its process, from start to end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections import deque
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SHOWN_LINES = 12
AFTER_DRAIN_S = 20.0
"""What a server takes to end once its requests are done."""


class Process:
    """Runs in a session of its own, so that Ctrl-C reaches only us, and we can let it finish its requests."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path | None) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def start(cls, command: Sequence[str], *, variables: Mapping[str, str], log: Path | None) -> Self:
        """Its output goes to the log, or where our errors go; where the system can, it ends when we are killed."""
        guard = shutil.which("setpriv")
        words = [guard, "--pdeathsig", "TERM", "--", *command] if guard else [*command]
        with contextlib.nullcontext() if log is None else log.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sys.stderr if file is None else file,
                stderr=file,
                env=dict(variables),
                start_new_session=True,
            )
        return cls(process, log)

    @property
    def ended(self) -> bool:
        return self._process.returncode is not None

    async def wait(self) -> int:
        return await self._process.wait()

    async def stop(self, drain_s: float) -> None:
        """SIGTERM, on which it finishes what it has; the whole group is killed where that takes too long."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(drain_s + AFTER_DRAIN_S):
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """Ends it and all that it started, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def last_lines(self) -> str:
        """The end of its log."""
        if self._log is None:
            return ""
        with contextlib.suppress(OSError), self._log.open(encoding="utf-8", errors="replace") as file:
            return "".join(f"  {line}" for line in deque(file, maxlen=SHOWN_LINES)).rstrip()
        return ""
