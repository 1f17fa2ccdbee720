"""The ten commands of `deploy/README.md`, as they stand there, but for the port."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.prefect_server import free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[0]


@pytest.fixture(autouse=True, scope="module")
def heeds_interrupts():
    """A job in the background of a script ignores them, and would hand that on to all that is started here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def end_session(leader):
    """Kills what a shell with job control has started and its end has left alive: each job is a group of its own."""
    processes = []
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if os.getsid(process.pid) == leader:
                process.kill()
                processes.append(process)
    psutil.wait_procs(processes, timeout=10)


def test_a_script_that_fails_leaves_no_job_behind():
    script = "sleep 600 & echo $!; false"
    with subprocess.Popen(["bash", "-emc", script], stdout=subprocess.PIPE, text=True, start_new_session=True) as shell:
        job = psutil.Process(int(shell.stdout.readline()))
        shell.wait()
        assert job.is_running()
        end_session(shell.pid)
    assert not job.is_running()


def test_they_are_ten():
    assert len(COMMANDS.splitlines()) == 10


def test_a_server_that_is_started_as_the_readmes_say_tells_nobody_and_nor_do_its_clients():
    quiet = (ROOT / "deploy" / "server.env").read_text(encoding="utf-8").splitlines()
    assert set(quiet) >= {"PREFECT_SERVER_ANALYTICS_ENABLED=false", "DO_NOT_TRACK=1"}
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## With Prefect\n")[1].split("\n## ")[0]
    for commands in (COMMANDS, re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0]):
        (started,) = re.findall(r"^.*prefect server start.*$", commands, re.MULTILINE)
        assert "deploy/server.env) prefect server start" in started
        assert "--background" not in started, "what it would log then goes into a closed pipe, which ends it"
        assert re.search(r"^export (\S+ )*DO_NOT_TRACK=1 ", commands, re.MULTILINE)


@pytest.mark.prefect
def test_a_newcomer_gets_through_them(tmp_path):
    for folder in ("deploy", "examples"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    port, store = str(free_port()), str(free_port())
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "EXTRACT_", "AWS_"))} | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_API_PORT": port,
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    # `-m`: jobs as in a terminal. Two lines more before the last: the servers are asked while they are there.
    lines = COMMANDS.replace("4200", port).replace("5000", store).splitlines()
    again = "--retry 5 --retry-all-errors"  # a busy server
    json_body = "-H 'content-type: application/json' -d '{}'"
    asked = f"curl --silent {again} -X POST $PREFECT_API_URL/flow_runs/filter {json_body} > runs"
    stored = "extract status s3://lake/out --json > status || true"  # 1: there are failures
    script = "\n".join([*lines[:-1], asked, stored, lines[-1]])
    shell = subprocess.Popen(
        ["bash", "-emc", script],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = shell.communicate(timeout=900)
    finally:
        end_session(shell.pid)
    assert shell.returncode == 0, said + (tmp_path / "server.log").read_text()
    begun = [r for r in json.loads((tmp_path / "runs").read_text()) if r["start_time"]]
    assert "Completed" in {r["state"]["name"] for r in begun}
    assert {bool(r["auto_scheduled"]) for r in begun} == {True, False}
    (status,) = json.loads((tmp_path / "status").read_text())["schemas"]
    assert (status["records"], status["failures"], status["problems"]) == (2, 1, [])
    for server in (f"http://127.0.0.1:{port}/api/health", f"http://127.0.0.1:{store}/"):
        with pytest.raises(httpx.ConnectError):
            httpx.get(server)
