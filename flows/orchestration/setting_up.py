"""Work pools and deployments on a server, by Prefect's own command line, which knows all kinds of them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UnavailableError, UsageError
from flows.orchestration.checks import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

RETRY_SECONDS = (2, 5, 15)
"""A server on SQLite that has only just started may say that its database is locked; to deploy twice does no harm."""
BOX = str.maketrans("", "", "│╭╮╰╯─")


def ensure_pool(name: str, kind: str, limit: int | None, template: Path | None = None) -> str:
    """Makes the work pool where there is none, and sets how many flow runs it has at the same time; what was done.

    UsageError where there is one of another type.
    """
    there = _type_of(name)
    if there not in {None, kind}:
        msg = f"The work pool {name} is of the type {there}: give --pool-type {there}, or another --pool."
        raise UsageError(msg)
    is_there = there is not None
    jobs = ("--base-job-template", str(template)) if template is not None else ()
    if not is_there:
        done = _prefect("work-pool", "create", name, "--type", kind, *jobs)
        _checked(done, f"The work pool {name} could not be made")
    elif jobs:
        _checked(_prefect("work-pool", "update", name, *jobs), f"The work pool {name} could not be changed")
    if limit is not None:
        done = _prefect("work-pool", "set-concurrency-limit", name, str(limit))
        _checked(done, f"The work pool {name} could not be limited")
    limited = f", at most {limit} flow runs" if limit is not None else ""
    return f"work pool   {name} ({'is there' if is_there else kind}{limited})"


def _type_of(pool: str) -> str | None:
    """None: there is no such pool."""
    from prefect import get_client
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            return client.read_work_pool(pool).type
        except ObjectNotFound:
            return None


def replaced(wanted: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """A sentence for each deployment (name and parameters) that is there, and reads or writes in another place."""
    from prefect import get_client
    from prefect.exceptions import ObjectNotFound

    said = []
    with get_client(sync_client=True) as client:
        for name, parameters in wanted:
            try:
                there = client.read_deployment_by_name(name).parameters
            except ObjectNotFound:
                continue
            if any(there.get(key) != parameters[key] for key in ("paths", "out")):
                paths = ", ".join(there.get("paths") or ())
                said.append(f"{name} had read {paths} into {there.get('out')}; another --name keeps both")
    return said


def deploy(prefect_yaml: str, names: Sequence[str], secrets: Mapping[str, str]) -> None:
    """Deploys all that the file says, by these names, replacing what has the same one.

    `secrets` (variable -> reference to a block) are set afterwards: `prefect deploy` would put in their content, for
    everybody to read.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "prefect.yaml"
        file.write_text(prefect_yaml, encoding="utf-8")
        for wait in (*RETRY_SECONDS, None):
            done = _prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(file))
            if done.returncode == 0 or wait is None:
                break
            time.sleep(wait)
    _checked(done, "The deployments could not be made")
    if secrets:
        _refer(names, secrets)


def _refer(deployments: Iterable[str], secrets: Mapping[str, str]) -> None:
    from prefect import get_client
    from prefect.client.schemas.actions import DeploymentUpdate

    with get_client(sync_client=True) as client:
        for name in deployments:
            found = client.read_deployment_by_name(name)
            variables = found.job_variables or {}
            variables = variables | {"env": variables.get("env", {}) | dict(secrets)}
            client.update_deployment(found.id, DeploymentUpdate(job_variables=variables))


def check_blocks(references: Iterable[str]) -> None:
    """UsageError where the server has no such block."""
    from prefect import get_client
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        for reference in references:
            match = BLOCK.fullmatch(reference)
            kind, name = match.groups() if match else ("", reference)
            try:
                client.read_block_document_by_name(name=name, block_type_slug=kind)
            except ObjectNotFound as error:
                msg = f"--env names {reference}, and the server has no block {name} of the type {kind}: make it first."
                raise UsageError(msg) from error


def _prefect(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "prefect", *arguments], capture_output=True, text=True, check=False
    )


def _checked(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).translate(BOX).splitlines() if line.strip()]
        msg = f"{what}. Prefect says: {' '.join(' '.join(said[-3:]).split())}"
        raise UnavailableError(msg)
