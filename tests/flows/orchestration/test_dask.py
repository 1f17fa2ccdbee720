"""Shards as tasks of a real Dask cluster, of a flow on a real Prefect server."""

from __future__ import annotations

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


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, as an operator starts them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "EXTRACT_"))}
    tool = str(Path(sys.executable).with_name("dask"))
    port = address.rpartition(":")[2]
    commands = [
        [tool, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"],
        *[[tool, "worker", f"tcp://{address}", "--nthreads", "1", "--no-dashboard"]] * 2,
    ]
    with (tmp_path / "dask.log").open("wb") as log:
        running = [
            subprocess.Popen(c, stdout=log, stderr=log, env=environment, cwd=tmp_path, start_new_session=True)
            for c in commands
        ]
        yield f"dask://{address}"
        for process in reversed(running):
            process.terminate()
            process.wait(timeout=60)


@pytest.mark.prefect
def test_a_dask_cluster_reads_what_a_run_does(server, cluster, run_extract, tmp_path):
    corpus.write(tmp_path / "in", 24)
    flags = ["run", tmp_path / "in", "--schema", "invoice", "--workers", "1", "--shard-seconds", "2", "--json"]
    here = json.loads(run_extract(*flags, "--out", tmp_path / "here").stdout)
    done = run_extract(*flags, "--out", tmp_path / "there", "--task-runner", cluster, server=server)
    assert done.returncode == 0, done.stderr
    there = json.loads(done.stdout)
    assert {k: there[k] for k in ("documents", "pages", "values")} == {
        k: here[k] for k in ("documents", "pages", "values")
    }
    assert server.latest()["state"]["name"] == "Completed"
    assert json.loads(run_extract("status", tmp_path / "there", "--json").stdout)["schemas"][0]["problems"] == []


@pytest.mark.prefect
def test_a_cluster_that_is_away_is_one_sentence_and_exit_code_4(server, run_extract, tmp_path):
    flags = ["run", "examples/orders", "--schema", "invoice", "--out", tmp_path / "out"]
    done = run_extract(*flags, "--task-runner", "dask://127.0.0.1:9", server=server)
    assert done.returncode == 4
    assert "The Dask scheduler at tcp://127.0.0.1:9 does not answer" in done.stderr
    assert server.latest()["state"]["type"] == "FAILED"
