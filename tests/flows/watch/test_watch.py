from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.s3.access import sqs_client
from tests.flows.made_pdf import invoice, pdf_of
from tests.flows.watch.test_messages import native

if TYPE_CHECKING:
    from pathlib import Path


def watch(*arguments: str, once: bool = True) -> int:
    flags = ["--once"] if once else []
    return main(["watch", *arguments, "--schema", "invoice", "--workers", "1", "--settle", "0.1", *flags])


def sources(out: Path) -> list[str]:
    return sorted(
        s for p in out.glob("records/**/*.parquet") for r in pq.read_table(p).to_pylist() for s in r["_sources"]
    )


@pytest.fixture
def inbox(tmp_path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf_of(invoice("A-1")))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


@pytest.fixture
def queue(access):
    """An SQS queue with dead letters after two tries; its URL and that of the dead letters."""
    sqs = sqs_client(access)
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    return sqs.create_queue(QueueName="drop", Attributes={"RedrivePolicy": policy})["QueueUrl"], dead


def left(access, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs_client(access).get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def test_a_folder_is_read_and_originals_move_only_where_that_is_asked_for(inbox, tmp_path, capsys):
    out, done, failed = tmp_path / "out", tmp_path / "done", tmp_path / "failed"
    assert watch(str(inbox), "--out", str(out)) == 1
    assert sorted(p.name for p in inbox.iterdir()) == ["a.pdf", "broken.pdf"]
    runs = sorted((out / "runs").iterdir())

    moves = ("--archive-prefix", str(done), "--failed-prefix", str(failed))
    assert watch(str(inbox), "--out", str(out), *moves) == 0
    assert not list(inbox.iterdir())
    assert [p.name for p in done.iterdir()] == ["a.pdf"]
    assert [p.name for p in failed.iterdir()] == ["broken.pdf"]
    assert sorted((out / "runs").iterdir()) == runs, "a pass with nothing new is no run"
    assert "2 documents read: 1 record, 1 failure," in capsys.readouterr().err

    (inbox / "a.pdf").write_bytes(pdf_of(invoice("A-2")))
    assert watch(str(inbox), "--out", str(out), *moves) == 0
    assert len(list(done.iterdir())) == 2, "the second of a name does not replace the first"


def test_a_bucket_is_read_by_listing_and_originals_move_to_another_prefix(s3, keys, tmp_path):
    s3.put_object(Bucket="lake", Key="in/x/a.pdf", Body=pdf_of(invoice("A-1")))
    s3.put_object(Bucket="lake", Key="in/b.pdf", Body=b"%PDF-1.4 nothing")
    out = str(tmp_path / "out")
    moves = ("--archive-prefix", "s3://lake/done", "--failed-prefix", "s3://lake/failed")
    assert watch("s3://lake/in", "--out", out, *moves) == 1
    assert keys() == ["done/x/a.pdf", "failed/b.pdf"]


def test_messages_are_deleted_once_their_documents_are_committed(s3, access, queue, tmp_path):
    url, dead = queue
    body = pdf_of(invoice("A-1"))
    s3.put_object(Bucket="lake", Key="in/ä 1.pdf", Body=body)
    s3.put_object(Bucket="lake", Key="other/b.pdf", Body=body)
    events = [
        native(("lake", "in/%C3%A4+1.pdf")),
        native(("lake", "in/%C3%A4+1.pdf")),
        native(("lake", "in/deleted.pdf")),
        json.dumps({"Event": "s3:TestEvent"}),
        json.dumps({"Type": "Notification", "Message": native(("lake", "in/%C3%A4+1.pdf"))}),
    ]
    for event in events:
        sqs_client(access).send_message(QueueUrl=url, MessageBody=event)
    out = tmp_path / "out"
    assert watch("s3://lake/in", "--out", str(out), "--queue", url) == 0
    assert sources(out) == ["s3://lake/in/ä 1.pdf"]
    assert (left(access, url), left(access, dead)) == (0, 0)


@pytest.mark.usefixtures("s3")
def test_what_is_no_notification_goes_to_the_dead_letters(access, queue, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("flows.watch.queue.HIDDEN_SECONDS", 0)
    url, dead = queue
    sqs_client(access).send_message(QueueUrl=url, MessageBody="hello")
    sqs_client(access).send_message(QueueUrl=url, MessageBody=native(("lake", "elsewhere/a.pdf")))
    assert watch("s3://lake/in", "--out", str(tmp_path / "out"), "--queue", url) == 0
    assert (left(access, url), left(access, dead)) == (0, 2)
    told = capsys.readouterr().err
    assert "no notification of a bucket" in told
    assert "s3://lake/elsewhere/a.pdf, which is not below" in told


def test_sigterm_ends_a_waiting_watcher_at_once_and_what_it_read_stays(inbox, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "flows", "watch", str(inbox), "--schema", "invoice", "--out", str(out)]
    process = subprocess.Popen(
        [*command, "--poll", "0.2", "--settle", "0.1", "--workers", "1"], stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: sources(out), process)
        (inbox / "later.pdf").write_bytes(pdf_of(invoice("A-3")))
        wait_until(lambda: len(sources(out)) == 2, process)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=20) == 130
    finally:
        process.kill()


def test_sigterm_ends_a_watcher_in_the_middle_of_its_work_without_waiting_for_it(tmp_path):
    inbox, out, log = tmp_path / "inbox", tmp_path / "out", tmp_path / "read.log"
    inbox.mkdir()
    log.touch()
    for name in "abc":
        (inbox / f"{name}.pdf").write_text(name)
    seconds = "600"  # that each of them takes to read
    command = [sys.executable, "-m", "tests.scale.fake_reading", str(log), seconds, "watch", str(inbox)]
    process = subprocess.Popen(
        [*command, "--schema", "invoice", "--out", str(out), "--settle", "0.1", "--poll", "0.2", "--workers", "1"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(log.read_text, process)
        children = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        _, said = process.communicate(timeout=60)  # a tenth of what one document would have taken
    finally:
        process.kill()
    assert process.returncode == 130
    assert "interrupted. 0 documents are stored" in said
    assert psutil.wait_procs(children, timeout=20)[1] == []
    assert not list(out.glob("readings/**/*.parquet"))


def wait_until(condition, process) -> None:
    for _ in range(1200):
        if condition():
            return
        assert process.poll() is None
        time.sleep(0.1)
    pytest.fail("it did not happen within two minutes")
