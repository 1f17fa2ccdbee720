"""Runs as flows of a real Prefect server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks import corpus

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.prefect
OF_A_RUN = {"run_id", "seconds", "out", "pages_per_second"}
"""What differs between two summaries of the same work."""
LONG = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("in")
    corpus.write(folder, 30)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    return folder


@pytest.fixture(scope="module")
def long_folder(tmp_path_factory):
    """Many times what is read in the second until a wish that a server holds is heard."""
    folder = tmp_path_factory.mktemp("long")
    corpus.write(folder, LONG)
    return folder


def flags(folder, out, *more):
    return ["run", folder, "--schema", "invoice", "--out", out, "--workers", "1", "--shard-seconds", "1", *more]


def summary_of(done):
    assert done.returncode == 1, done.stderr
    return {k: v for k, v in json.loads(done.stdout).items() if k not in OF_A_RUN}


@pytest.fixture(scope="module")
def alone(folder, run_extract):
    """The same run without Prefect."""
    return summary_of(run_extract(*flags(folder, folder.parent / "alone", "--json")))


def test_a_flow_says_and_stores_what_a_run_without_prefect_does(server, run_extract, folder, alone, tmp_path):
    done = run_extract(*flags(folder, tmp_path / "out", "--json", "--password", "geheim"), server=server)
    assert summary_of(done) == alone
    assert [line for line in done.stderr.splitlines() if not line.startswith("extract: ")] == []

    run = server.latest()
    assert run["name"] == f"invoice from {folder}"
    assert (run["state"]["type"], run["state"]["name"]) == ("COMPLETED", "CompletedWithErrors")
    assert run["state"]["message"].startswith("31 documents: 30 read, 1 failed")
    assert "geheim" not in json.dumps(run)

    artifacts = {a["type"]: a for a in server.of_run("artifacts", run)}
    assert set(artifacts) == {"progress", "table", "markdown"}
    assert artifacts["progress"]["data"] == 100
    assert {"what": "documents failed", "reason": "broken", "count": 1} in json.loads(artifacts["table"]["data"])
    assert f"(file://{tmp_path}/out/records/" in artifacts["markdown"]["data"]

    parts = {path.stem for path in (tmp_path / "out").glob("readings/**/*.parquet")}
    assert len(parts) > 3
    until = time.monotonic() + 60
    while {t["name"] for t in server.of_run("task_runs", run) if t["state"]["name"] == "Completed"} != parts:
        assert time.monotonic() < until, "a task for each shard"
        time.sleep(0.5)

    again = run_extract(*flags(folder, tmp_path / "out", "--json"), server=server)
    assert json.loads(again.stdout)["done_before"] == 31
    assert server.of_run("task_runs", server.latest()) == []


class Started:
    """A run as a flow, of which some shards are stored."""

    def __init__(self, server, folder, out):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows", *map(str, flags(folder, out))],
            cwd=ROOT,
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        while len(list(out.glob("readings/**/*.parquet"))) < 2:
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.05)
        self.children = psutil.Process(self.process.pid).children(recursive=True)

    def end(self):
        """What it wrote, when it is over and nothing of it is left."""
        written = self.process.communicate(timeout=60)
        assert psutil.wait_procs(self.children, timeout=10)[1] == []
        return written


def stop_by_ctrl_c(started, _server):
    os.killpg(started.process.pid, signal.SIGINT)  # a terminal tells the whole group


def stop_by_sigterm(started, _server):
    started.process.terminate()


def stop_by_prefect(_started, server):
    server.post(f"flow_runs/{server.latest()['id']}/set_state", state={"type": "CANCELLING", "name": "Cancelling"})


@pytest.mark.parametrize("stop", [stop_by_ctrl_c, stop_by_sigterm, stop_by_prefect])
def test_a_flow_that_is_stopped_is_cancelled_and_goes_on_later(server, run_extract, long_folder, tmp_path, stop):
    out = tmp_path / "out"
    started = Started(server, long_folder, out)
    stop(started, server)
    _, said = started.end()
    assert started.process.returncode == 130, said
    assert "Run the same command again to go on." in said
    assert (server.latest()["state"]["type"], server.latest()["state"]["name"]) == ("CANCELLED", "Cancelled")

    done = json.loads(run_extract(*flags(long_folder, out, "--json"), server=server).stdout)
    assert 0 < done["done_before"] < LONG
    assert done["done_before"] + done["documents"]["in"] == LONG
    assert json.loads(run_extract("status", out, "--json").stdout)["schemas"][0]["problems"] == []


@pytest.fixture
def silent():
    """A store that takes connections and never answers; its URL, and the socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", listening


@pytest.mark.parametrize("asked", ["source", "output"])
def test_a_flow_is_stopped_also_while_a_store_does_not_answer(server, folder, silent, tmp_path, asked):
    url, listening = silent
    source, out = ("s3://lake/in", tmp_path / "out") if asked == "source" else (folder, "s3://lake/out")
    with subprocess.Popen(
        [sys.executable, "-m", "flows", *map(str, flags(source, out, "--s3-endpoint", url, "--log", "json"))],
        cwd=ROOT,
        env=server.environment | {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            listening.settimeout(120)
            connection, _ = listening.accept()
            with connection:
                connection.recv(1)
                process.terminate()
                _, said = process.communicate(timeout=30)  # a fraction of what a request may take with all its tries
        finally:
            process.kill()
    assert process.returncode == 130, said
    assert json.loads(said)["message"] == "interrupted before anything was read."
    assert server.latest()["state"]["type"] == "CANCELLED"


def test_a_run_that_cannot_go_on_fails_as_it_would_without_prefect(server, run_extract, folder, tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = run_extract(*flags(folder, tmp_path / "file" / "out"), server=server)
    assert done.returncode == run_extract(*flags(folder, tmp_path / "file" / "out")).returncode
    assert done.stderr.startswith("extract: ")
    assert "Traceback" not in done.stderr
    assert server.latest()["state"]["type"] == "FAILED"
