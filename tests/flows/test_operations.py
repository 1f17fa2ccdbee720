from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from benchmarks import corpus
from flows.cli import main
from flows.errors import UsageError
from flows.json_log import JsonLines
from flows.metrics import Metrics, open_metrics, serve
from flows.operations import address
from flows.run_counts import RunCounts
from flows.tally import Tally
from tests.flows.made_pdf import invoice, pdf_of


@pytest.fixture
def metrics() -> Metrics:
    """Of one run that has ended and one that goes on."""
    metrics = Metrics()
    first = Tally(started=3, read=2, failed=1, pages_in=4)
    first.seconds["open"] = 1.5
    first.tokens["visual"] = 900
    metrics.follow(first)
    counts = RunCounts()
    counts.values.update({"accepted": 9, "review": 1})
    metrics.finished(counts)
    metrics.follow(Tally(started=5, read=1, pages_in=1))
    return metrics


def test_metrics_count_runs_that_have_ended_and_the_one_that_goes_on(metrics):
    lines = metrics.text().splitlines()
    assert 'extract_documents_total{outcome="read"} 3' in lines
    assert 'extract_documents_total{outcome="failed"} 1' in lines
    assert "extract_pages_total 5" in lines
    assert 'extract_stage_seconds_total{stage="open"} 1.5' in lines
    assert 'extract_tokens_total{kind="visual"} 900' in lines
    assert "extract_documents_waiting 4" in lines
    assert "extract_review_share 0.1" in lines


def test_every_metric_says_what_it_is_before_its_values(metrics):
    named = set()
    for line in metrics.text().splitlines():
        if line.startswith("# TYPE "):
            named.add(line.split()[2])
        elif not line.startswith("#"):
            assert line.split("{")[0].split()[0] in named


def test_metrics_are_served_where_prometheus_looks_for_them(metrics):
    port = serve(metrics, "127.0.0.1:0")
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert answer.read().decode() == metrics.text()
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"http://127.0.0.1:{port}/")


def test_an_address_that_is_taken_is_a_mistake_of_the_command(metrics):
    port = serve(metrics, "127.0.0.1:0")
    with pytest.raises(UsageError, match="--metrics-port"):
        serve(metrics, f"127.0.0.1:{port}")


def test_of_the_flow_runs_of_a_worker_one_serves_and_the_others_say_so(metrics):
    options = SimpleNamespace(metrics_port=f"127.0.0.1:{serve(metrics, '127.0.0.1:0')}", metrics_file=None)
    with pytest.raises(UsageError, match="--metrics-port"):
        open_metrics(options)
    said = []
    assert open_metrics(options, said.append) is not None
    assert "this run serves no metrics: --metrics-port 127.0.0.1" in said[0]


def test_a_port_stands_for_this_machine_only_unless_a_host_is_named():
    assert address("9464") == "127.0.0.1:9464"
    assert address("0.0.0.0:9464") == "0.0.0.0:9464"
    with pytest.raises(ValueError, match="port"):
        address("localhost")


def test_progress_as_json_is_one_object_a_line():
    stream = io.StringIO()
    log = JsonLines(stream, clock=iter([0.0, 0.0, 11.0, 11.0, 12.0]).__next__)
    log.say("a message")
    log.begin(2)
    log.document(failed=True, source="in/\udcff.pdf")
    log.document(failed=False, source="in/b.pdf")
    log.end()
    entries = [json.loads(line) for line in stream.getvalue().splitlines()]
    events = ["message", "begin", "document_failed", "progress", "end"]
    assert [entry["event"] for entry in entries] == events
    assert entries[-1] | {"time": ""} == {"time": "", "level": "info", "event": "end", "done": 2, "of": 2, "failed": 1}


def test_a_run_logs_json_and_writes_its_metrics_and_tells_no_secret(tmp_path, capfd):
    (tmp_path / "a.pdf").write_bytes(pdf_of(invoice()))
    out, prom = tmp_path / "out", tmp_path / "extract.prom"
    flags = ["--workers", "1", "--password", "hush-hush", "--log", "json", "--metrics-file", str(prom)]
    assert main(["run", str(tmp_path / "a.pdf"), "--schema", "invoice", "--out", str(out), *flags]) == 0
    told = capfd.readouterr().err
    entries = [json.loads(line) for line in told.splitlines()]
    assert {"begin", "end"} <= {entry["event"] for entry in entries}
    assert 'extract_documents_total{outcome="read"} 1' in prom.read_text().splitlines()
    stored = [path.read_bytes() for path in out.rglob("*") if path.is_file()]
    assert not any(b"hush-hush" in content for content in (told.encode(), prom.read_bytes(), *stored))


def test_what_is_said_before_a_run_is_an_entry_too(tmp_path, monkeypatch, capfd):
    (tmp_path / "a.pdf").write_bytes(pdf_of(invoice()))
    monkeypatch.setenv("EXTRACT_NONSENSE", "1")
    flags = ["--workers", "1", "--log", "json", "--max-error", "0.05"]
    assert main(["run", str(tmp_path / "a.pdf"), "--schema", "invoice", "--out", str(tmp_path / "out"), *flags]) == 0
    entries = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert "EXTRACT_NONSENSE is no setting" in entries[0]["message"]
    assert "at most 5.0% are wrong" in entries[1]["message"]


def test_a_run_that_is_interrupted_says_so_in_an_entry(tmp_path):
    corpus.write(tmp_path / "in", 60)
    command = [sys.executable, "-m", "flows", "run", str(tmp_path / "in"), "--schema", "invoice", "--workers", "1"]
    command += ["--shard-seconds", "1", "--out", str(tmp_path / "out"), "--log", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and not list((tmp_path / "out").glob("readings/**/*.parquet")):
            time.sleep(0.05)
        process.terminate()
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    last = [json.loads(line) for line in told.splitlines()][-1]
    assert (last["event"], last["exit_code"]) == ("interrupted", 130)
    assert "Run the same command again to go on." in last["message"]


def test_a_process_that_ends_while_it_still_stores_says_so_in_an_entry():
    code = (
        "import threading, time; from flows.stopping import STORE_THREAD, leave_if_storing\n"
        "threading.Thread(target=time.sleep, args=(60,), name=STORE_THREAD, daemon=True).start()\n"
        "leave_if_storing('interrupted.', log='json')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert json.loads(done.stderr)["message"] == "interrupted."


def test_a_bug_is_one_entry(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flows.commands.run.warm_up", lambda _args: 1 / 0)
    assert main(["run", "x", "--schema", "invoice", "--log", "json"]) == 3
    entry = json.loads(capsys.readouterr().err)
    assert (entry["level"], entry["exit_code"]) == ("error", 3)
    assert "ZeroDivisionError" in entry["message"]


@pytest.mark.parametrize("origin", ["flag", "variable", "file", "named file"])
def test_an_error_is_an_entry_of_the_log_too(capsys, monkeypatch, tmp_path, origin):
    monkeypatch.chdir(tmp_path)
    flags = {"flag": ["--log", "json"], "named file": ["--config", "own.toml"]}.get(origin, [])
    if origin == "variable":
        monkeypatch.setenv("EXTRACT_LOG", "json")
    if origin.endswith("file"):
        (tmp_path / ("own.toml" if flags else "extract.toml")).write_text('log = "json"')
    assert main(["run", "nowhere", "--schema", "invoice", *flags]) == 2
    (entry,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert entry["level"] == "error"
    assert "nowhere" in entry["message"]
    assert entry["exit_code"] == 2
