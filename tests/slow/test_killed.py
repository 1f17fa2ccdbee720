"""The acceptance of "nothing vanishes": a run is killed at random moments, again and again, and then finished."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
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

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
DOCUMENTS = 400
KILLS = 20
OF_A_RUN = {"_run_id", "_extracted_at", "_failed_at"}
"""Columns that name a run or a moment."""
TO_READ = re.compile(r"(\d+) documents? to read(?:, (\d+) of an unfinished run)?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Hundreds of invoices, the examples (a hybrid one, an encrypted one, a broken one ...) and some copies."""
    folder = tmp_path_factory.mktemp("in")
    paths = corpus.write(folder / "made", DOCUMENTS)
    for source in sorted((ROOT / "examples" / "invoices").iterdir()):
        if source.is_file():
            (folder / source.name).write_bytes(source.read_bytes())
    for path in paths[::40]:
        (folder / f"copy of {path.name}").write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def undisturbed(folder):
    return finished(folder, folder.parent / "undisturbed")


def command(folder, out):
    more = ["--reader", "auto", "--shard-seconds", "3", "--workers", "2", "--json"]
    return [sys.executable, "-m", "flows", "run", str(folder), "--schema", "invoice", "--out", str(out), *more]


def finished(folder, out):
    """The output of a run that nobody disturbed, and its summary."""
    done = subprocess.run(command(folder, out), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr  # some of the examples are meant to fail
    return out, json.loads(done.stdout)


def rows(out, table):
    """All rows of a table, without what names a run or a moment."""
    found = []
    for path in sorted(out.glob(f"{table}/**/*.parquet")):
        stored = pq.ParquetFile(path).read().to_pylist()
        found += [{k: v for k, v in row.items() if k not in OF_A_RUN} for row in stored]
    return sorted(found, key=repr)


def parts(out, table="readings"):
    """File name -> digest of its content."""
    files = out.glob(f"{table}/**/*.parquet")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def documents_in(out):
    """How many of the documents are committed."""
    heads = (pq.ParquetFile(path).read_row_group(0, columns=["kind"]) for path in out.glob("readings/**/*.parquet"))
    return sum(head["kind"].to_pylist().count("document") for head in heads)


class Reader(threading.Thread):
    """Somebody who reads the tables with a plain glob all the time."""

    def __init__(self, out):
        super().__init__(daemon=True)
        self.out = out
        self.looks = 0
        self.wrong = []
        self._end = threading.Event()

    def run(self):
        while not self._end.wait(0.02):
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - whatever a reader sees is to be told
                self.wrong.append(repr(error))
            self.looks += 1

    def _look(self):
        seen = Counter()
        for table in ("records", "failures"):
            for path in self.out.glob(f"{table}/**/*.parquet"):
                rows = pq.read_table(path, partitioning=None)
                whole = rows if table == "records" else rows.filter(rows["page"].is_null())
                seen.update(zip(whole["_document_id"].to_pylist(), whole["_source"].to_pylist(), strict=True))
        self.wrong += [f"{who} is there {n} times" for who, n in seen.items() if n > 1]

    def end(self):
        self._end.set()
        self.join()


def run_and_kill(folder, out, rng):
    """Starts a run and kills it: soon after its start, or some time after its next commits; what it said."""
    log = folder.parent / "stderr.txt"
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            command(folder, out), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
        ) as process,
    ):
        if rng.random() < 0.3:
            time.sleep(rng.uniform(0.0, 2.5))
        else:
            table, more = rng.choice(["readings", "records"]), rng.randint(1, 3)
            before = len(list(out.glob(f"{table}/**/*.parquet")))
            while process.poll() is None and len(list(out.glob(f"{table}/**/*.parquet"))) < before + more:
                time.sleep(0.001)
            time.sleep(rng.choice([0.0, rng.uniform(0.0, 0.03), rng.uniform(0.0, 1.0)]))
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        if rng.random() < 0.5:
            os.kill(process.pid, signal.SIGKILL)  # its workers have to notice
        else:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, log.read_text()
    assert psutil.wait_procs(children, timeout=10)[1] == []
    return log.read_text()


def test_a_run_that_is_killed_twenty_times_ends_like_one_that_nobody_disturbed(folder, undisturbed):
    calm, calm_summary = undisturbed
    out, rng = folder.parent / "killed", random.Random(20)  # noqa: S311 - no secret
    reader = Reader(out)
    reader.start()
    committed, joined = {}, []
    for _ in range(KILLS):
        read_before = documents_in(out)
        said = TO_READ.search(run_and_kill(folder, out, rng))
        now = parts(out)
        assert now.items() >= committed.items()  # what is committed is never written again
        if said and committed:
            joined.append((int(said[2] or 0), calm_summary["documents"]["in"] - read_before))
            assert said[1] == "0"
        committed = now
    _, summary = finished(folder, out)
    reader.end()

    assert reader.wrong == []
    assert reader.looks > KILLS
    assert all(asked == left for asked, left in joined)  # no run set out to read what was committed
    assert len(committed) < len(parts(out))
    assert parts(out).items() >= committed.items()
    assert parts(out).keys() == parts(calm).keys()
    for table in ("records", "fields", "pages", "failures"):
        assert parts(out, table).keys() == parts(out).keys()
        assert rows(out, table) == rows(calm, table)
    ids = [row["_document_id"] for row in rows(out, "records")]
    ids += [row["_document_id"] for row in rows(out, "failures") if row["page"] is None]
    assert len(ids) == len(set(ids)) == calm_summary["documents"]["in"]
    assert summary["done_before"] + summary["documents"]["in"] == calm_summary["documents"]["in"]
    assert {left.name for left in out.glob("_tmp/*")} <= {"lock"}  # by which replacements take turns: it stays
    status = [sys.executable, "-m", "flows", "status", str(out), "--json"]
    told = json.loads(subprocess.run(status, cwd=ROOT, capture_output=True, text=True, check=False).stdout)
    assert told["schemas"][0]["problems"] == []
    sys.stdout.write(f"\n{len(committed)} of {len(parts(out))} shards were done when the last kill came, "
                     f"{reader.looks} looks of a reader, {len(ids)} documents\n")  # fmt: skip
