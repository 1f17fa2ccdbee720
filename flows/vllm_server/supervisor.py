"""Keeps a vLLM server running: started, ready, tried with a page, started again when it dies, drained at the end."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.engine.http import HttpEngine
from extractors.engine.interface import BarredError, EngineError
from extractors.engine.limits import EngineLimits
from extractors.engine.probe import keeps_the_schema, question
from flows.errors import UnavailableError
from flows.vllm_server.page import probe_page
from flows.vllm_server.process import Process

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LIVES = 5
"""Deaths within `SPAN_S` after which it stays dead."""
SPAN_S = 900.0
LONGEST_REST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is to run, and where it is reached."""

    command: tuple[str, ...]
    variables: Mapping[str, str]
    url: str
    """Of its API, as this machine reaches it."""
    model: str
    """The name that requests give."""
    log: Path | None = None
    """None: where our own errors go."""
    api_key: str | None = None
    start_s: float = 3600.0
    """From start to readiness, the download of weights included."""
    drain_s: float = 120.0
    look_s: float = 5.0
    """Between two looks at its health."""
    hung_s: float = 300.0
    """Without an answer to any of them, after which it is killed: a busy server answers sooner or later."""
    rest_s: float = 1.0
    """Before it is started again the first time."""


class Supervisor:
    """One server over all its lives."""

    def __init__(self, service: Service, tell: Callable[[str], None]) -> None:
        self._service = service
        self._tell = tell
        self._process: Process | None = None
        self._deaths: list[float] = []

    async def start(self) -> None:
        """Returns when the server answered a page as the schema wants it; UnavailableError where it does not."""
        try:
            await self._live()
        except BaseException:
            await self.stop(drain_s=0)
            raise

    async def keep(self) -> None:
        """Starts it again whenever it dies; UnavailableError when it dies too often. Runs until it is cancelled."""
        while True:
            why = await self._death()
            now = asyncio.get_running_loop().time()
            self._deaths = [each for each in self._deaths if now - each < SPAN_S] + [now]
            if len(self._deaths) >= LIVES:
                msg = f"The vLLM server died {len(self._deaths)} times ({why}). {self._log()}"
                raise UnavailableError(msg)
            rest = min(LONGEST_REST_S, self._service.rest_s * 2 ** (len(self._deaths) - 1))
            self._tell(f"the vLLM server died ({why}); it is started again in {rest:.0f} s")
            await asyncio.sleep(rest)
            try:
                await self._live()
            except UnavailableError as error:
                self._tell(str(error))
                await self.stop(drain_s=0)  # one that runs and cannot read a page is no better than a dead one

    async def stop(self, *, drain_s: float | None = None) -> None:
        """Lets it finish its requests, and ends it."""
        if self._process is not None and not self._process.ended:
            await self._process.stop(self._service.drain_s if drain_s is None else drain_s)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    async def _live(self) -> None:
        """A new life, up to an answered page; UnavailableError where it does not come to that."""
        service = self._service
        self._process = await Process.start(service.command, variables=service.variables, log=service.log)
        await self._begin(self._process)
        page, ended = asyncio.ensure_future(self._try_page()), asyncio.ensure_future(self._process.wait())
        try:
            await asyncio.wait({page, ended}, return_when=asyncio.FIRST_COMPLETED)
            if self._process.ended:  # whoever answers under its address is another
                msg = f"The vLLM server ended (exit code {await ended}) before it had read a page. {self._log()}"
                raise UnavailableError(msg)
            await page
        finally:
            for task in (page, ended):
                task.cancel()
            await asyncio.gather(page, ended, return_exceptions=True)

    async def _begin(self, process: Process) -> None:
        """Waits for readiness."""
        service = self._service
        try:
            async with asyncio.timeout(service.start_s):
                while not await self._ready():
                    if process.ended:
                        code = await process.wait()
                        msg = f"The vLLM server ended (exit code {code}) before it was ready. {self._log()}"
                        raise UnavailableError(msg)
                    await asyncio.sleep(min(1.0, service.look_s))
        except TimeoutError as error:
            await process.stop(drain_s=0)
            msg = f"The vLLM server was not ready after {service.start_s:.0f} s. {self._log()}"
            raise UnavailableError(msg) from error

    async def _ready(self) -> bool:
        """Whether it is well and serves the model."""
        import httpx

        headers = {"Authorization": f"Bearer {self._service.api_key}"} if self._service.api_key else {}
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False, headers=headers) as client:
                health = await client.get(self._service.url.removesuffix("/v1") + "/health")
                models = await client.get(f"{self._service.url}/models")
        except httpx.TransportError:
            return False
        return health.status_code == 200 and models.status_code == 200 and self._service.model in models.text

    async def _try_page(self) -> None:
        """One small page with a schema, the whole way; it shows that the pinned backend is at work."""
        service = self._service
        engine = HttpEngine(
            [service.url], api_key=service.api_key, limits=EngineLimits(attempts=2, deadline_s=service.start_s)
        )
        try:
            answer = await engine.ask(question(service.model, probe_page()))
        except (EngineError, BarredError) as error:
            msg = f"The vLLM server is up, but cannot read a page: {error} {self._log()}"
            raise UnavailableError(msg) from error
        finally:
            await engine.close()
        if not keeps_the_schema(answer, compact=True):
            msg = f"The vLLM server answers a page with {answer.text[:60]!r}, which the schema does not allow."
            raise UnavailableError(msg)

    async def _death(self) -> str:
        """Waits for it, and says what it was; a server whose engine is dead is ended."""
        process = self._process
        if process is None:
            return "it was never started"
        ended = asyncio.ensure_future(process.wait())
        clock = asyncio.get_running_loop().time
        answered = clock()
        try:
            while not ended.done():
                await asyncio.wait({ended}, timeout=self._service.look_s)
                status = None if ended.done() else await self._health()
                if status == 503:  # vLLM says that when its engine is dead, and only then
                    await process.stop(drain_s=0)
                    return "its engine was dead"
                if status is not None:
                    answered = clock()
                elif not ended.done() and clock() - answered > self._service.hung_s:
                    process.kill()
                    await process.wait()
                    return f"it gave no answer for {self._service.hung_s:.0f} s"
            process.kill()  # what it started outlives it, with the memory of the GPU
            return f"exit code {ended.result()}"
        finally:
            ended.cancel()

    async def _health(self) -> int | None:
        """The status that it answers with; None where no answer comes."""
        import httpx

        with contextlib.suppress(httpx.TransportError):
            async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
                return (await client.get(self._service.url.removesuffix("/v1") + "/health")).status_code
        return None

    def _log(self) -> str:
        if self._service.log is None:
            return "Its log is above."
        lines = self._process.last_lines() if self._process else ""
        return f"Its log is {self._service.log}" + (f" and ends with:\n{lines}" if lines else ".")
