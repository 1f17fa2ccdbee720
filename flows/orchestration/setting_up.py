"""Work pools and deployments on a server, by Prefect's own command line, which knows all kinds of them."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.errors import UnavailableError

CREATED = re.compile(r"Deployment\s+'([^']+)'\s+successfully\s+created", re.DOTALL)
RETRY_SECONDS = (2, 5, 15)
"""A server on SQLite that has only just started may say that its database is locked; to deploy twice does no harm."""
BOX = str.maketrans("", "", "│╭╮╰╯─")


def ensure_pool(name: str, kind: str, limit: int | None) -> str:
    """Makes the work pool where there is none, and sets how many flow runs it has at the same time; what was done."""
    is_there = _prefect("work-pool", "inspect", name).returncode == 0
    if not is_there:
        _checked(_prefect("work-pool", "create", name, "--type", kind), f"The work pool {name} could not be made")
    if limit is not None:
        done = _prefect("work-pool", "set-concurrency-limit", name, str(limit))
        _checked(done, f"The work pool {name} could not be limited")
    limited = f", at most {limit} flow runs" if limit is not None else ""
    return f"work pool   {name} ({'is there' if is_there else kind}{limited})"


def deploy(prefect_yaml: str) -> list[str]:
    """Deploys all that the file says, replacing what has the same name; the names of the deployments."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "prefect.yaml"
        file.write_text(prefect_yaml, encoding="utf-8")
        for wait in (*RETRY_SECONDS, None):
            done = _prefect("--no-prompt", "deploy", "--all", "--prefect-file", str(file))
            if done.returncode == 0 or wait is None:
                break
            time.sleep(wait)
    _checked(done, "The deployments could not be made")
    return CREATED.findall(" ".join(done.stdout.translate(BOX).split()))


def _prefect(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "prefect", *arguments], capture_output=True, text=True, check=False
    )


def _checked(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).translate(BOX).splitlines() if line.strip()]
        msg = f"{what}. Prefect says: {' '.join(' '.join(said[-3:]).split())}"
        raise UnavailableError(msg)
