"""`extract worker` with the real vLLM: its key, a server that is killed, and what is in flight when it is to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import httpx
import psutil
import pytest

from benchmarks.tiny_models import chat, lessons, server
from benchmarks.tiny_models.tickets import TAUGHT
from tests.vllm.conftest import FLAGS

pytestmark = pytest.mark.vllm
WAIT_S = 600
IN_FLIGHT = 4
KEY = "sesame-4711"
ROWS = {"type": "array", "items": {"type": "string", "maxLength": 4}, "maxItems": 900, "minItems": 900}


@pytest.fixture
def worker(servers, tmp_path):
    """A worker for the taught model that is ready; its log is in `log`, what it says in `said`."""
    settings = tmp_path / "extract.toml"
    model = f'[models.tiny]\nlike = "qwen2.5-vl-7b"\nhub_id = "{servers.model("qwen")}"\n'
    settings.write_text(model, encoding="utf-8")
    port = server.free_port()
    command = [sys.executable, "-m", "flows", "worker", "--config", settings, "--model", "tiny"]
    command += ["--python", server.PYTHON, "--port", str(port), "--log", tmp_path / "log", "--", *FLAGS]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            command, cwd=server.ROOT, stdout=subprocess.PIPE, stderr=said,
            env={**os.environ, **server.environment(), "EXTRACT_API_KEY": KEY},
        )  # fmt: skip
    started = server.Server(port=port, process=process, log=tmp_path / "log")
    try:
        assert process.stdout.readline().decode().strip() == started.url, (tmp_path / "said").read_text()
        yield started
    finally:
        left = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        for each in (process, *left):
            each.kill()
        process.wait()
        process.stdout.close()


def vllm_of(worker):
    """The server's processes, the API's first."""
    (api,) = psutil.Process(worker.process.pid).children()
    return [api, *api.children(recursive=True)]


def test_a_killed_server_is_started_again_and_at_the_end_what_is_in_flight_is_answered(worker, schema):
    assert httpx.get(f"{worker.url}/models", trust_env=False).status_code == 401
    killed = vllm_of(worker)
    killed[0].kill()
    deadline = time.monotonic() + WAIT_S
    while not worker.healthy() or any(process.is_running() for process in killed):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    status, answer = chat.ask(worker, chat.body(lessons.messages(TAUGHT[0]), schema), key=KEY)
    assert (status, answer["choices"][0]["message"]["content"]) == (200, TAUGHT[0].answer)

    server_now = vllm_of(worker)
    long = [chat.body(lessons.messages(TAUGHT[0]), ROWS, max_completion_tokens=300, temperature=1)] * IN_FLIGHT
    statuses = chat.ask_all(worker, long, lambda: worker.signal(signal.SIGTERM), after_s=2.0, key=KEY)
    assert statuses == [200] * IN_FLIGHT
    assert worker.process.wait(timeout=WAIT_S) == 0
    _, left = psutil.wait_procs(server_now, timeout=WAIT_S)
    assert left == []
