from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from flows.orchestration.server import QUIET

ROOT = Path(__file__).parents[3]
START_SECONDS = 240


def settings() -> dict[str, str]:
    """What `deploy/server.env` says."""
    database = os.environ.get("TEST_PREFECT_DATABASE")  # postgresql+asyncpg://...; without it SQLite
    chosen = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": database} if database else {}
    lines = (ROOT / "deploy" / "server.env").read_text(encoding="utf-8").splitlines()
    return chosen | dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@dataclass(kw_only=True)
class Server:
    """A Prefect server of the tests' own, and what it knows."""

    home: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def environment(self) -> dict[str, str]:
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "EXTRACT_"))}
        return ours | QUIET | {"PREFECT_API_URL": self.api, "PREFECT_HOME": str(self.home)}

    def start(self) -> None:
        command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(self.port)]
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={k: v for k, v in (self.environment | settings()).items() if k != "PREFECT_API_URL"},
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, (self.home / "server.log").read_text()
            assert time.monotonic() < until, (self.home / "server.log").read_text()
            time.sleep(0.2)

    def kill(self) -> None:
        """As the system would: at once, with all that it started."""
        processes = [self.process, *psutil.Process(self.process.pid).children(recursive=True)]
        for process in processes:
            process.kill()
        self.process.wait()
        psutil.wait_procs(processes[1:], timeout=10)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.api}/health", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def get(self, path: str):
        answer = httpx.get(f"{self.api}/{path}", timeout=60)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, **content):
        return self.post_list(path, content)

    def post_list(self, path: str, content):
        answer = httpx.post(f"{self.api}/{path}", json=content, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def flow_runs(self) -> list[dict]:
        """Those that no deployment has made (one with a schedule plans ahead), the latest first."""
        own = {"deployment_id": {"is_null_": True}}
        return self.post("flow_runs/filter", sort="EXPECTED_START_TIME_DESC", flow_runs=own)

    def latest(self) -> dict:
        return self.flow_runs()[0]

    def of_run(self, kind: str, run: dict) -> list[dict]:
        """Its task runs or artifacts, once the server has stored them."""
        return self.post(f"{kind}/filter", flow_runs={"id": {"any_": [run["id"]]}})


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(home=tmp_path_factory.mktemp("prefect"), port=port)
    server.start()
    yield server
    server.kill()


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
