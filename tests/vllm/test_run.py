"""The whole way: pages in, tables out, with the real server between them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from benchmarks.tiny_models import lessons, server
from benchmarks.tiny_models.tickets import TAUGHT, others
from flows.cli import main

pytestmark = pytest.mark.vllm
NEVER_SEEN = others(4, seed=3)
WAIT_S = 600
MANY = 60
"""Documents of a run that is disturbed: copies of the taught pages, each a file of its own."""


@pytest.fixture
def folder(tmp_path):
    """`in/` with the tickets that were taught."""
    lessons.ticket_schema()
    (tmp_path / "in").mkdir()
    for ticket in TAUGHT:
        (tmp_path / "in" / f"{ticket.number}.pdf").write_bytes(ticket.pdf())
    return tmp_path


def flags(folder, *more, model="qwen2.5-vl-7b"):
    schema = str(lessons.SCHEMA_FILE)
    return ["run", str(folder / "in"), "--schema", schema, "--out", str(folder / "out"), "--model", model, *more]


def rows(folder, table):
    files = sorted((folder / "out" / table).rglob("*.parquet"))
    return [row for path in files for row in pq.ParquetFile(path).read().to_pylist()]


def values(folder):
    """(file name without its ending, path) -> row."""
    return {(row["_source"].rpartition("/")[2].partition(".")[0], row["path"]): row for row in rows(folder, "fields")}


def many(folder):
    """More documents, which differ in a byte behind their end; the number of the ticket begins their names."""
    for n in range(MANY):
        ticket = TAUGHT[n % len(TAUGHT)]
        (folder / "in" / f"{ticket.number}-{n}.pdf").write_bytes(ticket.pdf() + f"\n% copy {n}\n".encode())
    return MANY + len(TAUGHT)


def all_right(folder, count):
    """All documents are there once, with what is printed on them."""
    found = rows(folder, "records")
    printed = {ticket.number: ticket.total for ticket in TAUGHT}
    assert len({row["_document_id"] for row in found}) == len(found) == count
    assert rows(folder, "failures") == []
    for row in found:
        number = row["_source"].rpartition("/")[2][:4]
        assert (row["number"], str(row["total"])) == (number, printed[number])
    return found


def started(folder, *more, **variables):
    """`extract run` as a process, its errors in a file."""
    with (folder / "stderr.txt").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "flows", *flags(folder, *more)], cwd=server.ROOT, stdout=subprocess.DEVNULL,
            stderr=said, env={**os.environ, **variables}, start_new_session=True,
        )  # fmt: skip


def wait_for(what, process):
    """Until it is so; the process must not end before."""
    deadline = time.monotonic() + WAIT_S
    while not what():
        assert process.poll() is None, "it ended before"
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_taught_pages_become_right_records_and_others_wait_for_a_person(qwen, folder):
    for ticket in NEVER_SEEN:
        (folder / "in" / f"{ticket.number}.pdf").write_bytes(ticket.pdf())
    assert main([*flags(folder, "--endpoint", qwen.url)]) == 0
    found = values(folder)
    for ticket in TAUGHT:
        for path, printed in (("number", ticket.number), ("total", ticket.total)):
            row = found[ticket.number, path]
            assert (row["value"], row["status"], row["match"]) == (printed, "accepted", "exact")
            assert row["confidence"] > 0.95
            assert dict(row["signals"])["token_least"] > 0.9
    for ticket in NEVER_SEEN:
        row = found[ticket.number, "number"]
        assert row["status"] == "review"
        assert row["confidence"] < 0.5
        assert dict(row["signals"])["token_least"] < 0.6
    assert {row["_reader"].partition("+")[0] for row in rows(folder, "records")} == {"vision"}


def test_what_was_planned_is_what_was_sent(qwen, ask, folder, capsys):
    asked = ["plan", str(folder / "in"), "--schema", str(lessons.SCHEMA_FILE), "--model", "qwen2.5-vl-7b", "--json"]
    assert main(asked) == 0
    planned = json.loads(capsys.readouterr().out)["models"]["qwen2.5-vl-7b"]
    assert main(flags(folder, "--endpoint", qwen.url)) == 0
    calls = [row for row in rows(folder, "readings") if row["kind"] == "call"]
    assert planned["requests"] == len(calls) == len(TAUGHT)
    assert planned["visual_tokens"] == sum(call["visual_tokens"] for call in calls)
    instruction = lessons.messages(TAUGHT[0])[0]["content"][0]
    text = ask(qwen, [{"role": "user", "content": [instruction]}], max_completion_tokens=1)[1]["usage"]["prompt_tokens"]
    marks = 2  # before and behind a picture
    assert {call["prompt_tokens"] - text - marks for call in calls} == {call["visual_tokens"] for call in calls}


def test_rolmocr_writes_a_text_first_and_nothing_that_it_makes_up_is_accepted(qwen, folder):
    assert main(flags(folder, "--endpoint", qwen.url, model="rolmocr")) in {0, 1}
    purposes = [row["purpose"] for row in rows(folder, "readings") if row["kind"] == "call"]
    assert purposes.count("transcript") >= len(TAUGHT)
    printed = {(t.number, "number"): t.number for t in TAUGHT} | {(t.number, "total"): t.total for t in TAUGHT}
    for key, row in values(folder).items():
        assert row["status"] != "accepted" or row["value"] == printed[key]
    assert len(rows(folder, "records")) + len(rows(folder, "failures")) == len(TAUGHT)


def test_paligemma_is_asked_a_question_a_field_and_its_guesses_wait_for_a_person(paligemma, folder):
    assert main(flags(folder, "--endpoint", paligemma.url, model="paligemma2-3b-mix-224")) == 0
    calls = [row for row in rows(folder, "readings") if row["kind"] == "call"]
    assert {row["field"] for row in calls if row["purpose"] == "answer"} == {"number", "total"}
    assert {row["visual_tokens"] for row in calls} == {256}
    assert len(rows(folder, "records")) == len(TAUGHT)
    for row in rows(folder, "fields"):
        assert row["reader"] != "vision" or row["status"] == "review"


def test_paligemma_looks_again_at_what_the_first_model_is_unsure_of(qwen, paligemma, folder):
    for ticket in NEVER_SEEN:
        (folder / "in" / f"{ticket.number}.pdf").write_bytes(ticket.pdf())
    both = ("--endpoint", qwen.url, "--endpoint", paligemma.url, "--verify-model", "paligemma2-3b-mix-224")
    assert main(flags(folder, *both)) == 0
    again = [row for row in rows(folder, "readings") if row["kind"] == "call" and row["purpose"] == "verify"]
    assert len(again) >= len(NEVER_SEEN)
    found = values(folder)
    assert all(found[ticket.number, "number"]["status"] == "accepted" for ticket in TAUGHT)
    assert all(found[ticket.number, "number"]["status"] == "review" for ticket in NEVER_SEEN)


def test_a_run_that_is_killed_asks_again_only_for_what_was_not_committed(qwen, folder):
    count = many(folder)
    more = ("--endpoint", qwen.url, "--shard-seconds", "1", "--workers", "1")
    first = started(folder, *more)
    readings = folder / "out" / "readings"
    wait_for(lambda: len(list(readings.rglob("*.parquet"))) >= 2, first)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    committed = {path: path.read_bytes() for path in readings.rglob("*.parquet")}
    done = sum(row["kind"] == "document" for row in rows(folder, "readings"))
    assert 0 < done < count
    # what the server had in hand when nobody waited any more is counted by it as it ends
    before = settled(qwen)
    assert started(folder, *more).wait(timeout=WAIT_S) == 0
    assert all(path.read_bytes() == content for path, content in committed.items())
    all_right(folder, count)
    assert settled(qwen) - before <= count - done + 1  # and the probe


def settled(to):
    """Requests that the server has answered, when it has none left."""
    while to.counters()["vllm:num_requests_running"] + to.counters()["vllm:num_requests_waiting"]:
        time.sleep(0.2)
    return to.counters()["vllm:request_success_total"]


def test_a_server_of_the_runs_own_that_is_killed_is_started_again_and_nothing_is_lost(servers, folder):
    count = many(folder)
    own = folder / "extract.toml"
    own.write_text(f'[models.ticket]\nlike = "qwen2.5-vl-7b"\nhub_id = "{servers.model("qwen")}"\n', encoding="utf-8")
    more = ("--config", str(own), "--vllm-python", str(server.PYTHON), "--shard-seconds", "1", "--workers", "1")
    run = started(folder, *more, "--model", "ticket", **server.environment())
    wait_for(lambda: any((folder / "out" / "readings").rglob("*.parquet")), run)
    killed = server_of(run.pid)
    started_by_it = killed.children(recursive=True)
    killed.kill()
    assert run.wait(timeout=WAIT_S) == 0
    assert started_by_it
    assert not any(process.is_running() for process in started_by_it)
    said = (folder / "stderr.txt").read_text(encoding="utf-8")
    assert "the vLLM server died" in said
    found = all_right(folder, count)
    assert {row["_status"] for row in found} == {"complete"}
    assert min(row["_confidence"] for row in found) > 0.9
    assert servers_of(run.pid) == []


def server_of(pid):
    (found,) = servers_of(pid)
    return found


def servers_of(pid):
    """vLLM's processes in the session that the run began."""
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if "vllm.entrypoints.openai.api_server" in process.cmdline() and pid in {p.pid for p in process.parents()}:
                found.append(process)
        except psutil.Error:
            continue
    return found
