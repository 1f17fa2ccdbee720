"""Flow processes and their server are killed at random moments, in turn; then the run is finished."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest

from benchmarks import corpus

pytestmark = pytest.mark.prefect
ROOT = Path(__file__).parents[3]
DOCUMENTS = 80
KILLS = 4
OF_A_RUN = {"_run_id", "_extracted_at", "_failed_at"}


def flags(folder, out):
    return ["run", folder, "--schema", "invoice", "--out", out, "--workers", "1", "--shard-seconds", "1", "--json"]


def parts(out, table="readings"):
    return {path.name: path.stat().st_mtime_ns for path in out.glob(f"{table}/**/*.parquet")}


def tables(out):
    rows = {}
    for table in ("records", "failures", "fields", "pages"):
        found = [row for path in out.glob(f"{table}/**/*.parquet") for row in pq.ParquetFile(path).read().to_pylist()]
        rows[table] = sorted(({k: v for k, v in row.items() if k not in OF_A_RUN} for row in found), key=repr)
    return rows


class Reader(threading.Thread):
    """Somebody who reads the records with a plain glob all the time."""

    def __init__(self, out):
        super().__init__(daemon=True)
        self.out, self.looks, self.wrong = out, 0, []
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.05):
            try:
                files = list(self.out.glob("records/**/*.parquet"))
                ids = Counter(i for f in files for i in pq.ParquetFile(f).read(["_document_id"])[0].to_pylist())
                self.wrong += [i for i, n in ids.items() if n > 1]
            except Exception as error:  # noqa: BLE001 - whatever a reader sees is to be told
                self.wrong.append(repr(error))
            self.looks += 1


def started(server, folder, out, log, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "flows", *map(str, flags(folder, out))],
        cwd=ROOT,
        env=server.environment | more,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )


def wait_for_parts(process, out, more):
    before = len(parts(out))
    while process.poll() is None and len(parts(out)) < before + more:
        time.sleep(0.01)


def test_flows_and_servers_that_are_killed_lose_and_repeat_nothing_but_the_shards_in_flight(
    server, run_extract, tmp_path
):
    folder, out, rng = tmp_path / "in", tmp_path / "out", random.Random(7)  # noqa: S311 - no secret
    corpus.write(folder, DOCUMENTS)
    assert run_extract(*flags(folder, tmp_path / "calm")).returncode == 0
    reader = Reader(out)
    reader.start()
    committed = {}
    for kill in range(KILLS):
        with (tmp_path / "stderr.txt").open("wb") as log, started(server, folder, out, log) as process:
            wait_for_parts(process, out, rng.randint(1, 2))
            time.sleep(rng.uniform(0.0, 0.5))
            children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            if kill % 4 == 3:
                server.kill()
                wait_for_parts(process, out, 2)  # the run goes on without it
                server.start()
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
        assert psutil.wait_procs(children, timeout=20)[1] == []
        now = parts(out)
        assert {name: now[name] for name in committed} == committed, "a part that was committed is never written again"
        committed = now
    assert len(committed) > KILLS

    done = run_extract(*flags(folder, out), server=server)
    assert done.returncode == 0, done.stderr
    reader.over.set()
    reader.join()
    assert reader.looks > KILLS
    assert reader.wrong == []
    assert {name: parts(out)[name] for name in committed} == committed
    assert json.loads(run_extract("status", out, "--json").stdout)["schemas"][0]["problems"] == []
    assert tables(out) == tables(tmp_path / "calm")


def test_a_run_whose_server_is_killed_reads_and_stores_everything_and_says_so(server, run_extract, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    corpus.write(folder, DOCUMENTS)
    assert run_extract(*flags(folder, tmp_path / "calm")).returncode == 0
    log, stopped = tmp_path / "stderr.txt", tmp_path / "stopped"
    few = {"PREFECT_CLIENT_MAX_RETRIES": "2"}  # else it tries for a minute to tell its server how it ended
    with log.open("wb") as stderr, started(server, folder, out, stderr, **few) as process:
        with started(server, folder, stopped, subprocess.PIPE) as other:
            wait_for_parts(other, stopped, 1)
            wait_for_parts(process, out, 1)
            server.kill()
            begun = len(parts(out))
            other.terminate()
            _, last_words = other.communicate(timeout=50)  # well below that minute
        summary, _ = process.communicate(timeout=600)
    server.start()
    assert other.returncode == 130
    assert b"Run the same command again to go on." in last_words
    said = log.read_text()
    assert process.returncode == 0, said
    assert json.loads(summary)["documents"] == {"in": DOCUMENTS, "records": DOCUMENTS, "failures": 0}
    assert begun < len(parts(out)), "it went on without the server"
    assert "the run is complete, but Prefect's server could not be told" in said
    assert "Traceback" not in said
    assert [line for line in said.splitlines() if not line.startswith("extract: ")] == []
    assert tables(out) == tables(tmp_path / "calm")
