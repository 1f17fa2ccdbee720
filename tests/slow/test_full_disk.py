"""A disk that fills up in the middle of a run: it stops, what is committed stays, and a run with space goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks import corpus
from flows.exit_codes import ExitCode

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
DOCUMENTS = 60


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no permission to mount a small disk here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def ids(out):
    files = sorted(out.glob("records/**/*.parquet"))
    return [i for path in files for i in pq.ParquetFile(path).read(columns=["_document_id"])[0].to_pylist()]


@pytest.mark.parametrize("free_kib", [0, 150, 400])
def test_a_full_disk_stops_the_run_and_nothing_committed_is_lost(small_disk, tmp_path, free_kib):
    corpus.write(tmp_path / "in", DOCUMENTS)
    filler, out = small_disk / "filler", small_disk / "out"
    filler.write_bytes(bytes(2**21 - 2**15 - free_kib * 2**10))
    command = [sys.executable, "-m", "flows", "run", str(tmp_path / "in"), "--schema", "invoice", "--out", str(out)]
    command += ["--shard-seconds", "3"]
    full = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert full.returncode == ExitCode.UNAVAILABLE, full.stderr
    assert "the disk is full: free some space and run the same command again" in full.stderr
    assert "Traceback" not in full.stderr
    before = {path: path.read_bytes() for path in out.glob("readings/**/*.parquet")}
    filler.unlink()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.OK, done.stderr
    assert len(ids(out)) == len(set(ids(out))) == DOCUMENTS
    assert all(path.read_bytes() == content for path, content in before.items())
