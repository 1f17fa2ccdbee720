"""A real Prefect server of the tests' own: on Postgres where a machine has its programs, on SQLite elsewhere."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from flows.orchestration.server import QUIET

ROOT = Path(__file__).parents[1]
START_SECONDS = 240
BUSY_TRIES = 10
DATABASE = "TEST_PREFECT_DATABASE"
"""postgresql+asyncpg://... of a database that is there; `sqlite`: no Postgres is started; `postgres`: one has to be."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@dataclass(kw_only=True)
class Server:
    """A Prefect server, and what it knows."""

    home: Path
    port: int
    database: str | None = None
    """None: SQLite in `home`."""
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
                env={k: v for k, v in (self.environment | self._settings()).items() if k != "PREFECT_API_URL"},
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

    def _settings(self) -> dict[str, str]:
        """What `deploy/server.env` says, and the database."""
        chosen = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": self.database} if self.database else {}
        lines = (ROOT / "deploy" / "server.env").read_text(encoding="utf-8").splitlines()
        return chosen | dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.api}/health", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def get(self, path: str):
        return self._asked("GET", path).json()

    def post(self, path: str, **content):
        return self.post_list(path, content)

    def post_list(self, path: str, content):
        answer = self._asked("POST", path, json=content)
        return answer.json() if answer.content else None

    def delete(self, path: str) -> None:
        self._asked("DELETE", path)

    def _asked(self, method: str, path: str, **more) -> httpx.Response:
        """Again, as Prefect's own client does, where it says that its database is busy."""
        for left in reversed(range(BUSY_TRIES)):
            answer = httpx.request(method, f"{self.api}/{path}", timeout=60, **more)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or not left:
                break
            time.sleep(2)
        answer.raise_for_status()
        return answer

    def log_of(self, run: dict) -> list[str]:
        """What a flow run has said, as far as it has been sent."""
        found = self.post("logs/filter", logs={"flow_run_id": {"any_": [run["id"]]}}, limit=200)
        return [line["message"] for line in found]

    def flow_runs(self) -> list[dict]:
        """Those that no deployment has made (one with a schedule plans ahead), the latest first."""
        own = {"deployment_id": {"is_null_": True}}
        return self.post("flow_runs/filter", sort="EXPECTED_START_TIME_DESC", flow_runs=own)

    def latest(self) -> dict:
        return self.flow_runs()[0]

    def of_run(self, kind: str, run: dict) -> list[dict]:
        """Its task runs or artifacts, once the server has stored them."""
        return self.post(f"{kind}/filter", flow_runs={"id": {"any_": [run["id"]]}})


def programs_wanted(named: str | None, there: Path | None) -> Path | None:
    """Those of the Postgres that is to be started, None where none is; pytest fails where it has to be and cannot."""
    if named == "postgres" and there is None:
        pytest.fail(f"{DATABASE}=postgres, and there is no Postgres with pg_trgm on this machine", pytrace=False)
    return there if named in {None, "", "postgres"} else None


class Postgres:
    """A database of its own, in a folder that goes with it; its programs refuse to run as root."""

    def __init__(self, programs: Path) -> None:
        self._user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        self._folder = Path(tempfile.mkdtemp(prefix="extract-postgres-"))
        if self._user:
            shutil.chown(self._folder, "postgres", "postgres")
        data, port = self._folder / "data", free_port()
        make = [programs / "initdb", "--pgdata", data, "--username", "prefect", "--auth", "trust", "--encoding", "UTF8"]
        subprocess.run([*make, "--no-sync"], check=True, capture_output=True, cwd=self._folder, **self._user)
        # Without fsync: what a killed process wrote is there all the same, only a killed machine would lose it.
        serve = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(serve, stdout=log, stderr=log, cwd=self._folder, **self._user)
        self.url = f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"

    @staticmethod
    def programs() -> Path | None:
        """Where they lie; None where they, or what Prefect needs beside them, are not installed."""
        on_path = shutil.which("postgres")
        places = [Path(on_path).resolve().parent] if on_path else []
        places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        for place in places:
            if not all((place / name).exists() for name in ("postgres", "initdb", "pg_config")):
                continue
            shared = subprocess.run([place / "pg_config", "--sharedir"], capture_output=True, text=True, check=True)
            if (Path(shared.stdout.strip()) / "extension" / "pg_trgm.control").exists():
                return place
        return None

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)  # its fast way out
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
