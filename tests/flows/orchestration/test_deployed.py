"""What `extract deploy` has deployed, run by workers of a real server."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pyarrow.parquet as pq
import pytest

from benchmarks import corpus
from flows.orchestration.parameters import Settings, options_of
from flows.progress import open_progress
from flows.run import Run, intake_of
from flows.s3.access import Access, s3_client
from schemas.registry import load_schema
from tests.flows.chat_server import chat_server, choice, filled
from tests.flows.made_pdf import invoice, pdf_of
from tests.prefect_server import free_port
from tiling import Reason

ROOT = Path(__file__).parents[3]
SHARED = 240
"""Documents of the bucket: enough that the second and third flow run find some, seconds after the first."""
LONG = 150
"""Many times what is read until somebody's wish for the end is heard."""
OVER = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@pytest.fixture(autouse=True, scope="module")
def heeds_interrupts():
    """A job in the background of a script ignores them, and would hand that on to all that is started here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Worker:
    """A worker of the pool, as an operator starts it."""

    def __init__(self, server, pool, log, **variables):
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool]
        self.log = log.open("wb")
        environment = server.environment | {"PREFECT_WORKER_QUERY_SECONDS": "2"} | variables
        self.process = subprocess.Popen(
            command,
            stdout=self.log,
            stderr=self.log,
            env=environment,
            start_new_session=True,
        )

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.log.close()


@pytest.fixture(scope="module")
def workers(server, tmp_path_factory):
    """Two of them, of one pool and with the same settings, as on one machine."""
    logs = tmp_path_factory.mktemp("workers")
    subprocess.run(
        [sys.executable, "-m", "prefect", "work-pool", "create", "tests", "--type", "process"],
        env=server.environment,
        check=True,
        capture_output=True,
    )
    settings = {"EXTRACT_MAX_PAGES": "77", "EXTRACT_METRICS_PORT": str(free_port())}
    workers = [Worker(server, "tests", logs / f"{n}.log", **settings) for n in range(2)]
    yield workers
    for worker in workers:
        worker.end()


@pytest.fixture
def deployed(server, run_extract, tmp_path, workers):  # noqa: ARG001 - they run what is deployed
    """A folder and an output, deployed to the pool that the workers serve."""
    (tmp_path / "in").mkdir()
    flags = ["--schema", "invoice", "--out", tmp_path / "out", "--workers", "1", "--shard-seconds", "1"]
    more = ["--machines", "2", "--every", "3600", "--pool", "tests", "--pool-limit", "4"]
    done = run_extract("deploy", tmp_path / "in", *flags, *more, server=server)
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("deployed")] == [
        f"extract/invoice-{kind}" for kind in ("nightly", "drop-folder", "arrived", "share")
    ]
    yield tmp_path
    for kind in ("nightly", "drop-folder", "arrived", "share"):
        with contextlib.suppress(httpx.HTTPStatusError):  # a test may have deleted it
            server.delete(f"deployments/{deployment(server, f'invoice-{kind}')['id']}")


def deployment(server, name):
    return server.get(f"deployments/name/extract/{name}")


def start(server, name):
    """By hand; the identity of the flow run."""
    made = server.post(f"deployments/{deployment(server, name)['id']}/create_flow_run", state={"type": "SCHEDULED"})
    return made["id"]


def finished(server, name):
    """A run of a deployment that is started by hand, when it is over."""
    run = start(server, name)
    until = time.monotonic() + 240
    while (found := server.get(f"flow_runs/{run}"))["state"]["type"] not in OVER:
        assert time.monotonic() < until, found["state"]
        time.sleep(0.5)
    return found


def documents(run_extract, folder):
    """Of an output that adds up."""
    done = run_extract("status", folder / "out", "--json")
    assert done.stdout, done.stderr
    (status,) = json.loads(done.stdout)["schemas"]
    assert status["problems"] == []
    return status["documents"]


def wait_for(server, names, n, ends=OVER):
    """The flow runs of deployments, when so many are over; a schedule that comes too early is cancelled."""
    ids = [deployment(server, name)["id"] for name in names]
    until = time.monotonic() + 240
    while True:
        runs = server.post("flow_runs/filter", deployments={"id": {"any_": ids}})
        over = [r for r in runs if r["state"]["type"] in ends]
        if len(over) >= n:
            return over
        assert time.monotonic() < until, [(r["name"], r["state"]) for r in runs]
        time.sleep(0.5)


@pytest.mark.prefect
def test_two_workers_share_a_nightly_run_and_an_event_reads_what_arrives_once(deployed, server, run_extract):
    corpus.write(deployed / "in", 40)
    start(server, "invoice-nightly")
    runs = wait_for(server, ["invoice-nightly", "invoice-share"], 2)
    assert [r["state"]["name"] for r in runs] == ["Completed", "Completed"], [r["state"] for r in runs]
    assert documents(run_extract, deployed) == 40

    arriving = deployed / "late.pdf"
    arriving.write_bytes((ROOT / "examples" / "invoices" / "timber_de.pdf").read_bytes())
    event = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, arriving.as_uri())),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "extract.document.arrived",
        "resource": {"prefect.resource.id": "extract.document.invoice"},
        "payload": {"path": str(arriving)},
    }
    server.post_list("events", [event])
    server.post_list("events", [event])
    wait_for(server, ["invoice-arrived"], 1)
    assert documents(run_extract, deployed) == 41


@pytest.mark.prefect
def test_a_nightly_run_that_finds_no_help_reads_alone_and_says_so(deployed, server, run_extract):
    corpus.write(deployed / "in", 12)
    server.delete(f"deployments/{deployment(server, 'invoice-share')['id']}")
    run = finished(server, "invoice-nightly")
    assert run["state"]["name"] == "Completed", run["state"]
    assert any("extract/invoice-share was not started" in line for line in server.log_of(run))
    assert documents(run_extract, deployed) == 12


@pytest.fixture
def bucket(server, run_extract, moto, tmp_path):
    """A bucket with documents, deployed to a pool that three workers serve: its client."""
    s3 = s3_client(Access(endpoint=moto))
    s3.create_bucket(Bucket="shared", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for number, pdf in enumerate(corpus.pdfs(SHARED)):
        s3.put_object(Bucket="shared", Key=f"in/{number:04d}.pdf", Body=pdf)
    flags = ["--schema", "invoice", "--out", "s3://shared/out", "--s3-endpoint", moto, "--workers", "1"]
    more = ["--shard-seconds", "1", "--machines", "3", "--pool", "bucket", "--name", "bucket", "--only", "nightly"]
    done = run_extract("deploy", "s3://shared/in", *flags, *more, "--only", "share", server=server)
    assert done.returncode == 0, done.stderr
    workers = [Worker(server, "bucket", tmp_path / f"worker-{n}.log") for n in range(3)]
    yield s3
    for worker in workers:
        worker.end()


@pytest.mark.prefect
def test_several_workers_share_a_bucket(bucket, server, run_extract, moto):
    start(server, "bucket-nightly")
    runs = wait_for(server, ["bucket-nightly", "bucket-share"], 3)
    assert [r["state"]["name"] for r in runs] == ["Completed"] * 3, [r["state"] for r in runs]
    told = run_extract("status", "s3://shared/out", "--s3-endpoint", moto, "--json")
    status = json.loads(told.stdout)["schemas"][0]
    assert (status["documents"], status["records"], status["problems"]) == (SHARED, SHARED, [])

    keys = [o["Key"] for o in bucket.list_objects_v2(Bucket="shared", Prefix="out/readings/")["Contents"]]
    bodies = [bucket.get_object(Bucket="shared", Key=key)["Body"].read() for key in keys]
    rows = [row for body in bodies for row in pq.read_table(io.BytesIO(body)).to_pylist() if row["kind"] == "document"]
    assert len(rows) == SHARED, "nothing is read twice"
    assert len({row["_run_id"] for row in rows}) > 1, "more than one of them read"


@pytest.fixture
def deploy(server, run_extract, workers, tmp_path):  # noqa: ARG001 - they run what is deployed
    """Deploys NAME-KIND of the folder `in` with flags of a test's own."""
    (tmp_path / "in").mkdir()
    names = []

    def deploy(name, kind, *flags):
        where = ["--schema", "invoice", "--out", tmp_path / "out", "--pool", "tests", "--only", kind, "--name", name]
        names.append(f"{name}-{kind}")
        return run_extract("deploy", tmp_path / "in", *where, *flags, server=server)

    yield deploy
    for name in names:
        with contextlib.suppress(httpx.HTTPStatusError):  # what was refused is not there
            server.delete(f"deployments/{deployment(server, name)['id']}")


def settings(out):
    (file,) = out.glob("runs/*/settings.json")
    return json.loads(file.read_text())


@pytest.mark.prefect
def test_a_password_comes_from_a_block_of_the_server_and_stands_in_no_deployment(deploy, server, run_extract, tmp_path):
    shutil.copy(ROOT / "examples" / "invoices" / "encrypted_fr.pdf", tmp_path / "in")
    flag = ("--env", "EXTRACT_PASSWORD={{ prefect.blocks.secret.pdf-password }}")
    name = f"locked-{'-'.join(['long'] * 20)}"  # longer than a line of what Prefect prints
    missing = deploy(name, "share", *flag)
    assert (missing.returncode, "no block pdf-password of the type secret" in missing.stderr) == (2, True)

    code = "from prefect.blocks.system import Secret; Secret(value='brume').save('pdf-password')"
    subprocess.run([sys.executable, "-c", code], env=server.environment, check=True, capture_output=True)
    done = deploy(name, "share", *flag, "--env", "EXTRACT_WORKERS=1")
    assert done.returncode == 0, done.stderr
    run = finished(server, f"{name}-share")
    assert run["state"]["name"] == "Completed", run["state"]
    assert documents(run_extract, tmp_path) == 1
    told = json.dumps([deployment(server, f"{name}-share"), run])
    assert ("brume" in told, "prefect.blocks.secret.pdf-password" in told) == (False, True)
    assert settings(tmp_path / "out")["settings"]["max_pages"] == 77, "what is left open is up to the worker"


@pytest.mark.prefect
def test_a_pool_of_another_type_is_refused_and_a_deployment_that_is_replaced_is_named(deploy, tmp_path):
    done = deploy("again", "share", "--pool-type", "docker", "--image", "extract:1")
    assert (done.returncode, "is of the type process" in done.stderr) == (2, True)
    done = deploy("again", "share")
    assert (done.returncode, "replaced" in done.stdout) == (0, False), done.stderr
    assert "replaced" not in deploy("again", "share").stdout, "it is the same"
    done = deploy("again", "share", "--out", tmp_path / "elsewhere")
    assert f"extract/again-share had read {tmp_path / 'in'} into {tmp_path / 'out'}" in done.stdout


@pytest.mark.prefect
def test_a_pool_beside_a_model_reads_with_it(deploy, server, run_extract, tmp_path):
    (tmp_path / "in" / "a.pdf").write_bytes(pdf_of(invoice("F-1")))
    with chat_server(lambda body: choice(filled(body, {"invoice_number": "F-1"}))) as (url, bodies):
        done = deploy("model", "share", "--model", "qwen2.5-vl-7b", "--endpoint", url, "--workers", "1")
        assert done.returncode == 0, done.stderr
        run = finished(server, "model-share")
    assert run["state"]["name"] == "Completed", run["state"]
    assert documents(run_extract, tmp_path) == 1
    assert len(bodies) == 1


@pytest.mark.prefect
def test_a_schedule_starts_runs_by_the_clock(deploy, server, run_extract, tmp_path):
    corpus.write(tmp_path / "in", 3)
    every_ten_seconds = "* * * * * */10"  # the sixth field of a cron string is seconds
    done = deploy("clock", "nightly", "--cron", every_ten_seconds, "--workers", "1")
    assert done.returncode == 0, done.stderr
    run = wait_for(server, ["clock-nightly"], 1, {"COMPLETED"})[-1]
    assert run["auto_scheduled"]
    assert documents(run_extract, tmp_path) == 3


@pytest.mark.prefect
def test_a_run_of_a_worker_that_is_cancelled_ends_at_once_and_goes_on_later(deployed, server, run_extract):
    corpus.write(deployed / "in", LONG)
    cancelled = start(server, "invoice-share")
    while len(list((deployed / "out").glob("readings/**/*.parquet"))) < 2:
        assert server.get(f"flow_runs/{cancelled}")["state"]["type"] not in OVER
        time.sleep(0.05)
    server.post(f"flow_runs/{cancelled}/set_state", state={"type": "CANCELLING", "name": "Cancelling"})
    (run,) = [r for r in wait_for(server, ["invoice-share"], 1) if r["id"] == cancelled]
    assert (run["state"]["type"], run["state"]["name"]) == ("CANCELLED", "Cancelled")
    (status,) = json.loads(run_extract("status", deployed / "out", "--json").stdout)["schemas"]
    assert 0 < status["documents"] < LONG

    assert finished(server, "invoice-share")["state"]["name"] == "Completed"
    assert documents(run_extract, deployed) == LONG


class Writer(threading.Thread):
    """Somebody who takes long to write a file."""

    def __init__(self, path, content):
        super().__init__(daemon=True)
        self.path, self.content, self.over = path, content, threading.Event()
        self.path.write_bytes(content[:10])
        self.start()

    def run(self):
        while not self.over.wait(0.5):
            self.path.write_bytes(self.content[: self.path.stat().st_size + 1])

    def end(self):
        self.over.set()
        self.join()
        self.path.write_bytes(self.content)


class TwoMinutesAgo(datetime):
    """The clock of lists that were made then."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - timedelta(minutes=2)


def files(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.prefect
def test_a_drop_folder_leaves_what_is_being_written_and_where_nothing_is_new_no_trace(deployed, server, run_extract):
    run = finished(server, "invoice-drop-folder")
    assert (run["state"]["type"], "No documents in" in run["state"]["message"]) == ("COMPLETED", True)
    assert not (deployed / "out").exists()

    whole, other = corpus.pdfs(2)
    (deployed / "in" / "whole.pdf").write_bytes(whole)
    writer = Writer(deployed / "in" / "growing.pdf", other)
    run = finished(server, "invoice-drop-folder")
    assert run["state"]["name"] == "Completed", run["state"]
    assert "1 file is still being written: left for the next run" in server.log_of(run)
    assert documents(run_extract, deployed) == 1

    writer.end()
    assert finished(server, "invoice-drop-folder")["state"]["name"] == "Completed"
    assert documents(run_extract, deployed) == 2

    before = files(deployed / "out")
    run = finished(server, "invoice-drop-folder")
    assert (run["state"]["type"], "Nothing new in" in run["state"]["message"]) == ("COMPLETED", True)
    assert files(deployed / "out") == before


@pytest.mark.prefect
def test_a_drop_folder_reads_again_what_failed_because_something_was_away(
    deployed, server, run_extract, made, monkeypatch
):
    corpus.write(deployed / "in", 2)
    with monkeypatch.context() as away:
        away.setenv("EXTRACT_MAX_PAGES", "77")  # as the workers have it
        away.setattr("flows.lists.dt", SimpleNamespace(datetime=TwoMinutesAgo, UTC=UTC, timedelta=timedelta))
        given = Settings(workers=1, shard_seconds=1.0)
        folder, out = str(deployed / "in"), str(deployed / "out")
        options = options_of(paths=[folder], schema="invoice", out=out, given=given, more={})
        run = Run.begin(options, load_schema("invoice"), open_progress("text"))
        plan, _ = run.prepare(intake_of(options))
        for shard in plan.shards:
            run.output.commit(run.work, shard, [made.failed(e, reason=Reason.STORE_FAILED) for e in shard.entries])
        run.output.derive(run.work)

    run = finished(server, "invoice-drop-folder")
    assert run["state"]["name"] == "Completed", run["state"]
    told = server.log_of(run)
    assert "2 documents failed because a store or an engine was away, and will be read again" in told
    (status,) = json.loads(run_extract("status", deployed / "out", "--json").stdout)["schemas"]
    assert (status["records"], status["failures"]) == (2, 0)
    assert "Nothing new in" in finished(server, "invoice-drop-folder")["state"]["message"]
