"""How far a flow run is: its progress artifact, its log, and whether somebody cancelled it meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import get_client, get_run_logger, runtime
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

from flows.orchestration.artifacts import key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from flows.orchestration.stopped import Stop
    from flows.progress import Progress
    from flows.tally import Tally

EVERY_SECONDS = 2.0
LAST_SECONDS = 0.5
"""For the last update: whoever stopped the run does not wait for a slow server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The numbers of a run while it goes."""

    total: int
    """Documents to read."""
    schema: str
    tally: Tally

    @contextlib.asynccontextmanager
    async def updated(self, stop: Stop) -> AsyncIterator[None]:
        """Keeps the artifact up to date while the block runs, and stops the run when it is cancelled on the server."""
        over = asyncio.Event()
        updating = asyncio.create_task(self._update(stop, over))
        try:
            yield
        finally:
            over.set()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(updating, LAST_SECONDS)

    async def _update(self, stop: Stop, over: asyncio.Event) -> None:
        artifact: UUID | None = None
        last = False
        while not last:
            last = over.is_set()
            try:
                if artifact is None:
                    artifact = await acreate_progress_artifact(0.0, key=key("progress", self.schema))
                text = f"{self.tally.done} of {self.total} documents, {self.tally.failed} failed"
                await aupdate_progress_artifact(artifact, progress=self._percent(), description=text)
                if not last and await _is_cancelled():
                    stop.wish()
            except Exception as error:  # noqa: BLE001 - a server that is away takes nothing from the run
                get_run_logger().debug("progress was not stored: %s", error)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(over.wait(), 0.0 if last else EVERY_SECONDS)

    def _percent(self) -> float:
        return min(100.0, 100.0 * self.tally.done / self.total) if self.total else 0.0


async def _is_cancelled() -> bool:
    """Whether Prefect's page or command line asked for the end of this flow run."""
    async with get_client() as client:
        state = (await client.read_flow_run(UUID(runtime.flow_run.id))).state
    return state is not None and (state.is_cancelling() or state.is_cancelled())


class _Told:
    """Says to the log of the flow run what it says to whoever watches, if anybody does."""

    def __init__(self, watched: Progress | None) -> None:
        self._watched = watched
        self._log = get_run_logger()

    def say(self, text: str) -> None:
        self._log.info(text)
        if self._watched is not None:
            self._watched.say(text)

    def begin(self, total: int) -> None:
        if self._watched is not None:
            self._watched.begin(total)

    def document(self, *, failed: bool, source: str) -> None:
        if self._watched is not None:
            self._watched.document(failed=failed, source=source)

    def end(self) -> None:
        if self._watched is not None:
            self._watched.end()


def told(watched: Progress | None) -> Progress:
    """Progress that a flow run logs, and shows to whoever watches the process."""
    return _Told(watched)
