from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from flows.s3.access import Access, s3_client
from tests.flows.orchestration.conftest import database, server
from tests.prefect_server import free_port
from tests.scale.faults import FaultyProxy

os.environ |= {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
SEED = int(os.environ.get("SCALE_SEED") or random.SystemRandom().randrange(10**6))
SAID_LINES = 60
__all__ = ["database", "server"]


def pytest_report_header() -> str:
    return f"random moments: SCALE_SEED={SEED} has the same again"


@pytest.fixture
def chance(request):
    """Random numbers of the test's own."""
    return random.Random(f"{SEED} {request.node.name}")  # noqa: S311 - moments and faults


@pytest.fixture(scope="session")
def moto():
    """An S3 and SQS server in a process of its own; its URL."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urlopen(f"{url}/moto-api/", timeout=5).close()  # noqa: S310
            break
        except OSError:
            time.sleep(0.1)
    yield url
    server.kill()
    server.wait()


@pytest.fixture
def proxy(moto, chance):
    faulty = FaultyProxy(moto, random.Random(chance.random()))  # noqa: S311 - which request is hit
    threading.Thread(target=faulty.server.serve_forever, daemon=True).start()
    yield faulty
    faulty.server.shutdown()
    faulty.server.server_close()


@pytest.fixture
def s3(moto):
    """A client without the proxy between: what a reader sees, and who puts documents there."""
    return s3_client(Access(endpoint=moto))


class Extract:
    """Starts `extract` with the fake reader, and knows what it read."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.log = folder / "read.log"
        self.log.touch()
        self.seconds = seconds
        self.said = (folder / "said.log").open("ab")
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """`environment` with a Prefect server named makes it a flow."""
        command = [sys.executable, "-m", "tests.scale.fake_reading", str(self.log), str(self.seconds), *arguments]
        flags = ["--schema", "invoice", "--workers", "1", "--shard-seconds", "2"]
        process = subprocess.Popen(
            [*command, *flags], stdout=self.said, stderr=self.said, start_new_session=True, env=environment
        )
        self._started.append(process)
        return process

    def read(self) -> list[str]:
        """Place and version, once for each time that it was read."""
        return self.log.read_text().splitlines()

    def end(self) -> None:
        """Kills what a failed test has left, and writes what the last ones said where pytest shows it."""
        for process in self._started:
            process.kill()
            process.wait()
        self.said.close()
        sys.stdout.write(
            "".join(Path(self.said.name).read_text(errors="replace").splitlines(keepends=True)[-SAID_LINES:])
        )


@pytest.fixture
def extract(tmp_path):
    started = Extract(tmp_path, 0.05)
    yield started
    started.end()
