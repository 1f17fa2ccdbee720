"""The whole way with a model in the process of the run: `extract run --engine transformers`, tiny weights."""

from __future__ import annotations

import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from benchmarks.tiny_models import lessons, server
from benchmarks.tiny_models.tickets import TAUGHT, others

pytestmark = pytest.mark.vllm
STRANGER = others(1, seed=3)[0]
BOTH = """
import importlib, site, sys
site.addsitedir(sys.argv.pop(1))
importlib.reload(importlib.import_module("sitecustomize"))  # now that there is torch
from flows.cli import main
sys.exit(main())
"""
"""The project's own environment first, behind it the one that has torch."""


def ran(folder, model, weights):
    """The rows of the fields and of the calls, by file name without its ending and path."""
    lessons.ticket_schema()
    (folder / "in").mkdir()
    for ticket in (*TAUGHT, STRANGER):
        (folder / "in" / f"{ticket.number}.pdf").write_bytes(ticket.pdf())
    (packages,) = server.PYTHON.parents[1].glob("lib/python*/site-packages")
    done = subprocess.run(
        [sys.executable, "-c", BOTH, str(packages), "run", str(folder / "in"), "--schema", str(lessons.SCHEMA_FILE),
         "--out", str(folder / "out"), "--model", model, "--engine", "transformers", "--weights", str(weights),
         "--workers", "1"],
        cwd=server.ROOT, env=server.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    fields = rows(folder, "fields")
    return {(row["_source"].rpartition("/")[2].partition(".")[0], row["path"]): row for row in fields}


def rows(folder, table):
    files = sorted((folder / "out" / table).rglob("*.parquet"))
    return [row for path in files for row in pq.ParquetFile(path).read().to_pylist()]


def test_taught_pages_become_right_records_and_another_waits_for_a_person(servers, tmp_path):
    found = ran(tmp_path, "qwen2.5-vl-7b", servers.model("qwen"))
    for ticket in TAUGHT:
        for path, printed in (("number", ticket.number), ("total", ticket.total)):
            row = found[ticket.number, path]
            assert (row["value"], row["status"], row["reader"]) == (printed, "accepted", "vision")
            assert dict(row["signals"])["token_least"] > 0.9
    assert found[STRANGER.number, "number"]["status"] == "review"
    assert {row["endpoint"] for row in rows(tmp_path, "readings") if row["kind"] == "call"} == {"in process"}


def test_paligemma_is_asked_in_the_process_too(servers, tmp_path):
    ran(tmp_path, "paligemma2-3b-mix-224", servers.model("paligemma"))
    calls = [row for row in rows(tmp_path, "readings") if row["kind"] == "call"]
    assert {row["field"] for row in calls if row["purpose"] == "answer"} == {"number", "total"}
    assert all(row["reader"] != "vision" or row["status"] == "review" for row in rows(tmp_path, "fields"))
