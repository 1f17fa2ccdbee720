from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.s3.conftest import moto
from tests.prefect_server import DATABASE, Postgres, Server, free_port, programs_wanted

__all__ = ["moto"]
USED = pytest.StashKey[str]()
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def database(pytestconfig):
    """The URL of a Postgres database; None where there is none on this machine: SQLite then."""
    named = os.environ.get(DATABASE)
    programs = programs_wanted(named, Postgres.programs())
    if programs is None:
        url = None if named in {None, "", "sqlite"} else named
        pytestconfig.stash[USED] = url.split("@")[-1] if url else "SQLite"
        yield url
        return
    postgres = Postgres(programs)
    pytestconfig.stash[USED] = f"Postgres of {programs}"
    yield postgres.url
    postgres.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory, database):
    server = Server(home=tmp_path_factory.mktemp("prefect"), port=free_port(), database=database)
    server.start()
    yield server
    server.kill()


def pytest_terminal_summary(terminalreporter, config):
    if used := config.stash.get(USED, None):
        terminalreporter.write_line(f"The Prefect server kept its history in: {used}")


def extract(*arguments, server: Server | None = None, **more) -> subprocess.CompletedProcess:
    """`extract ...` with a server named, or with none."""
    return subprocess.run(
        [sys.executable, "-m", "flows", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=environment_of(server),
        **more,
    )


def environment_of(server: Server | None) -> dict[str, str]:
    if server is not None:
        return server.environment
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "EXTRACT_"))}
    return ours | {"PREFECT_HOME": "/nonexistent"}


@pytest.fixture
def away(tmp_path):
    """A server that nobody has started."""
    return Server(home=tmp_path, port=9)


@pytest.fixture(scope="session")
def run_extract():
    return extract
