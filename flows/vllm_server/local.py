"""A vLLM server for as long as a run takes."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UnavailableError, UsageError
from flows.vllm_server.command import command_of
from flows.vllm_server.environment import installed_vllm, server_environment
from flows.vllm_server.machine import machine
from flows.vllm_server.supervisor import Service, Supervisor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from extractors.catalogue.entry import Model

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what such a server is reached at from here


def service_of(
    model: Model,
    *,
    tell: Callable[[str], None],
    log: Path | None = None,
    folder: Path | None = None,
    python: Path | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    api_key: str | None = None,
    key_variable: str | None = None,
    drain_s: int = 120,
    flags: Sequence[str] = (),
    **times: float,
) -> Service:
    """What is to run for a model on this machine, with vLLM looked up; `times` are those of `Service`.

    Without a port it gets a free one; without `python` vLLM is expected beside us. `tell` gets a sentence where that is
    another release than the tested one.
    """
    import psutil

    found = installed_vllm(python or Path(sys.executable))
    if found.note:
        tell(found.note)
    port = free_port(host) if port is None else port
    command = command_of(
        model, machine(), python=found.python, folder=folder, host=host, port=port,
        cpu=found.cpu, drain_s=drain_s, flags=flags,
    )  # fmt: skip
    memory = psutil.virtual_memory().available
    variables = server_environment(
        os.environ, cpu=found.cpu, memory_bytes=memory, api_key=api_key, key_variable=key_variable
    )
    url = f"http://{ANYWHERE.get(host, host)}:{port}/v1"
    return Service(
        command=command,
        variables=variables,
        url=url,
        model=model.name,
        log=log,
        api_key=api_key,
        drain_s=drain_s,
        **times,
    )


@contextlib.asynccontextmanager
async def local_server(model: Model, *, tell: Callable[[str], None], **what: Any) -> AsyncIterator[str]:  # noqa: ANN401 - those of service_of
    """The address of a server that is ready, tried, and kept running; it is drained at the end.

    UnavailableError where it cannot be had. One that dies too often later stays dead: the engine then says that nobody
    answers. `what` is told to `service_of`, `tell` gets sentences for people.
    """
    service = service_of(model, tell=tell, **what)
    supervisor = Supervisor(service, tell)
    await supervisor.start()
    keeping = asyncio.create_task(_kept(supervisor, tell))
    try:
        yield service.url
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await supervisor.stop()


async def _kept(supervisor: Supervisor, tell: Callable[[str], None]) -> None:
    try:
        await supervisor.keep()
    except UnavailableError as error:
        tell(str(error))


def check_port(host: str, port: int) -> None:
    """UsageError where nobody could listen there: another's server would be taken for the one that is started."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except socket.gaierror as error:
        msg = f"--host {host} is no address of this machine ({error.strerror})."
        raise UsageError(msg) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            msg = f"Port {port} is taken: give another with --port."
        else:
            msg = f"Nobody can listen on {host}, port {port} ({error.strerror}): give another --host or --port."
        raise UsageError(msg) from error


def free_port(host: str) -> int:
    """A port that is free now."""
    with socket.create_server((host, 0)) as taken:
        return int(taken.getsockname()[1])
