"""Shards as tasks of a real Dask cluster, of a flow on a real Prefect server."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import corpus
from flows.errors import UnavailableError, UsageError
from flows.orchestration import dask, errand
from flows.run import Run
from flows.run_options import RunOptions
from flows.tally import Tally
from schemas.registry import load_schema

ROOT = Path(__file__).parents[3]


def test_what_is_no_scheduler_is_refused():
    assert dask.scheduler("dask://10.0.0.1:8786") == "tcp://10.0.0.1:8786"
    for wrong in ("10.0.0.1:8786", "ray://x", "dask://"):
        with pytest.raises(UsageError, match="dask://HOST:PORT"):
            dask.scheduler(wrong)


def test_without_its_package_it_says_which_to_install(monkeypatch):
    monkeypatch.setattr(dask, "find_spec", lambda _name: None)
    with pytest.raises(UnavailableError, match=r"pagewise-extract\[dask\]"):
        dask.scheduler("dask://x:1")


def test_a_run_without_a_flow_has_no_task_runner(run_extract, tmp_path):
    done = run_extract(
        "run", "examples/orders", "--schema", "invoice", "--out", tmp_path, "--task-runner", "dask://x:1"
    )
    assert done.returncode == 2
    assert "PREFECT_API_URL" in done.stderr


@pytest.fixture
def listed(tmp_path):
    """A run whose list is committed, and nothing read."""
    corpus.write(tmp_path / "in", 3)
    options = RunOptions(paths=(str(tmp_path / "in"),), schema="invoice", out=str(tmp_path / "out"), password=("x",))
    from flows.run import intake_of

    run = Run.begin(options, load_schema("invoice"), errand.Silent())
    plan, _ = run.prepare(intake_of(options))
    return run, plan


def test_an_errand_reads_what_it_names_in_a_process_of_its_own_and_counts_it(listed):
    run, plan = listed
    errand.add_to(run.tally, errand.run_errand(errand.errand(run.options, run.work, plan.shards)))
    assert (run.tally.started, run.tally.read, run.tally.shards) == (3, 3, [s.name for s in plan.shards])
    assert run.output.is_done(run.work, plan.shards[0])
    assert errand.run_errand(errand.errand(run.options, run.work, plan.shards))["overtaken"] == 1


def test_an_errand_takes_no_password_along(listed):
    run, plan = listed
    task = errand.errand(run.options, run.work, plan.shards)
    assert pickle.loads(pickle.dumps(task)).options.password == ()  # noqa: S301 - made in the line before


def test_another_version_there_is_refused_before_it_reads(listed, monkeypatch):
    run, plan = listed
    monkeypatch.setattr(errand, "installed", lambda _name: "0.0.0")
    with pytest.raises(UsageError, match=r"could not be read elsewhere.*the flow 0\.0\.0: install the same"):
        errand.run_errand(errand.errand(run.options, run.work, plan.shards))


def test_counters_of_errands_add_up():
    tally = Tally()
    for shard in ("a", "b"):
        errand.add_to(tally, {"read": 2, "seconds": {"ocr": 1.5}, "shards": [shard]})
    assert (tally.read, dict(tally.seconds), tally.shards) == (4, {"ocr": 3.0}, ["a", "b"])


class Cluster:
    """A client of a cluster that gets its first worker at some look."""

    def __init__(self, looks):
        self.looks = looks

    def nthreads(self):
        self.looks -= 1
        return {} if self.looks > 0 else {"tcp://worker": 1}


def test_a_cluster_without_workers_is_waited_for_with_a_word(monkeypatch):
    monkeypatch.setattr(dask, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(dask, "QUIET_SECONDS", 0)
    said = []
    asyncio.run(dask.until_workers(Cluster(4), "tcp://x:1", said.append))
    assert said == ["the Dask cluster at tcp://x:1 has no workers: the run waits for some (`dask worker tcp://x:1`)"]


def test_a_cluster_that_gets_no_workers_ends_the_run(monkeypatch):
    monkeypatch.setattr(dask, "GIVE_UP_SECONDS", 0)
    with pytest.raises(UnavailableError, match="no workers for 0 seconds: start some"):
        asyncio.run(dask.until_workers(Cluster(9), "tcp://x:1", print))


class Processes:
    """A scheduler, and workers of it as they are asked for, as an operator starts them."""

    def __init__(self, folder):
        self.folder, self.running = folder, []
        self.log = (folder / "dask.log").open("wb")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        self.runner = f"dask://127.0.0.1:{self.port}"
        self._start("scheduler", "--host", "127.0.0.1", "--port", self.port)

    def work(self):
        self._start("worker", f"tcp://127.0.0.1:{self.port}", "--nthreads", "1")

    def _start(self, *command):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "EXTRACT_"))}
        tool = str(Path(sys.executable).with_name("dask"))
        self.running.append(
            subprocess.Popen(
                [tool, *command, "--no-dashboard"],
                stdout=self.log,
                stderr=self.log,
                env=environment,
                cwd=self.folder,
                start_new_session=True,
            )
        )

    def end(self):
        for process in reversed(self.running):
            process.terminate()
            process.wait(timeout=60)
        self.log.close()


@pytest.fixture
def cluster(tmp_path):
    processes = Processes(tmp_path)
    yield processes
    processes.end()


@pytest.mark.prefect
def test_a_dask_cluster_reads_what_a_run_does(server, cluster, run_extract, tmp_path):
    corpus.write(tmp_path / "in", 24)
    flags = ["run", tmp_path / "in", "--schema", "invoice", "--workers", "1", "--shard-seconds", "2", "--json"]
    here = json.loads(run_extract(*flags, "--out", tmp_path / "here").stdout)
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "flows",
            *map(str, flags),
            "--out",
            str(tmp_path / "there"),
            "--task-runner",
            cluster.runner,
        ],
        cwd=ROOT,
        env=server.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = []
        while not said or "has no workers" not in said[-1]:
            said.append(process.stderr.readline())
            assert said[-1], said
        cluster.work()
        cluster.work()
        told, rest = process.communicate(timeout=300)
    assert process.returncode == 0, rest
    there = json.loads(told)
    assert {k: there[k] for k in ("documents", "pages", "values")} == {
        k: here[k] for k in ("documents", "pages", "values")
    }
    assert server.latest()["state"]["name"] == "Completed"
    assert json.loads(run_extract("status", tmp_path / "there", "--json").stdout)["schemas"][0]["problems"] == []


FAILING = """
from prefect import flow
from flows.errors import UnavailableError, UsageError
from flows.orchestration import dask

calls = []

def fails(what):
    calls.append(what)
    if what == "wrong" or len(calls) < 3:
        raise (UsageError if what == "wrong" else UnavailableError)("not now")
    return {}

dask.run_errand = fails

@flow
def reading(what):
    return dask.read_there.with_options(retry_delay_seconds=0)(["a"], what)

for what in ("away", "wrong"):
    state = reading(what, return_state=True)
    print(state.name, len(calls))
    calls.clear()
"""


@pytest.mark.prefect
def test_an_errand_is_tried_again_where_something_was_away_only(server):
    done = subprocess.run(
        [sys.executable, "-c", FAILING], cwd=ROOT, env=server.environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["Completed 3", "Failed 1"]


@pytest.mark.prefect
def test_a_cluster_that_is_away_is_one_sentence_and_exit_code_4(server, run_extract, tmp_path):
    flags = ["run", "examples/orders", "--schema", "invoice", "--out", tmp_path / "out"]
    done = run_extract(*flags, "--task-runner", "dask://127.0.0.1:9", server=server)
    assert done.returncode == 4
    assert "The Dask scheduler at tcp://127.0.0.1:9 does not answer" in done.stderr
    assert server.latest()["state"]["type"] == "FAILED"
