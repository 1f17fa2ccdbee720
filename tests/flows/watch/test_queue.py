from __future__ import annotations

import threading

import pytest
from botocore.exceptions import ClientError

from flows.s3.access import sqs_client
from flows.watch import queue as queue_module
from flows.watch.queue import Queue

COUNT = 12
"""More than go into one call."""


@pytest.fixture
def queue(access, monkeypatch) -> Queue:
    monkeypatch.setattr(queue_module, "TOUCH_SECONDS", 0.01)
    url = sqs_client(access).create_queue(QueueName="drop")["QueueUrl"]
    for n in range(COUNT):
        sqs_client(access).send_message(QueueUrl=url, MessageBody=str(n))
    return Queue(url=url, access=access)


@pytest.fixture
def touches(access, monkeypatch):
    """Waits until so many calls have hidden messages again; the first of them fails."""
    client, calls, more = sqs_client(access), [], threading.Condition()
    touch = client.change_message_visibility_batch

    def touched(**arguments):
        with more:
            calls.append(arguments["Entries"])
            more.notify_all()
        if len(calls) == 1:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "ChangeMessageVisibilityBatch")
        return touch(**arguments)

    monkeypatch.setattr(client, "change_message_visibility_batch", touched)

    def wait_for(count: int) -> list[list[dict]]:
        with more:
            assert more.wait_for(lambda: len(calls) >= count, timeout=60)
            return list(calls)

    return wait_for


def test_messages_are_hidden_again_and_again_while_their_documents_are_read(queue, touches, access):
    messages = queue.receive(0)
    assert len(messages) == COUNT
    with queue.hidden(messages):
        calls = touches(6)  # three rounds: one that fails changes nothing
    assert {entry["ReceiptHandle"] for entries in calls for entry in entries} == {m.receipt for m in messages}
    assert {entry["VisibilityTimeout"] for entries in calls for entry in entries} == {queue_module.HIDDEN_SECONDS}
    assert all(len(entries) <= queue_module.AT_ONCE for entries in calls)
    left = sqs_client(access).receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
    assert "Messages" not in left


def test_once_they_are_read_nobody_hides_them_any_more(queue, touches):
    with queue.hidden(queue.receive(0)):
        touches(2)
    thread = next((t for t in threading.enumerate() if t.name == "queue"), None)
    if thread is not None:
        thread.join(timeout=60)
        assert not thread.is_alive()
