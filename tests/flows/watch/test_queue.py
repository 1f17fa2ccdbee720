from __future__ import annotations

import threading
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from flows.errors import UsageError
from flows.s3.access import Access, sqs_client
from flows.store import StoreError
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
def touches(access, queue, monkeypatch):
    """Waits until so many calls have hidden messages again; the first of them fails."""
    client, calls, more = sqs_client(access, queue.url), [], threading.Condition()
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


def test_a_queue_is_asked_where_its_url_says_and_not_where_the_buckets_are(queue):
    elsewhere = Queue(url=queue.url, access=Access(endpoint="http://127.0.0.1:9"))
    elsewhere.check()
    assert len(elsewhere.receive(0)) == COUNT


@pytest.mark.parametrize(
    "host",
    ["sqs.us-west-2.amazonaws.com", "us-west-2.queue.amazonaws.com", "vpce-1-a.sqs.us-west-2.vpce.amazonaws.com"],
)
def test_the_region_of_a_queue_of_aws_is_that_of_its_url(host):
    client = sqs_client(Access(region="eu-central-1"), f"https://{host}/1234/drop")
    assert (client.meta.region_name, client.meta.endpoint_url) == ("us-west-2", f"https://{host}")


def test_the_region_of_another_queue_is_that_of_the_buckets():
    client = sqs_client(Access(region="eu-central-1"), "https://sqs.store.example/1234/drop")
    assert (client.meta.region_name, client.meta.endpoint_url) == ("eu-central-1", "https://sqs.store.example")


def test_where_the_environment_says_where_queues_are_that_holds(queue, access, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", str(access.endpoint))
    Queue(url=f"http://127.0.0.1:9{urlsplit(queue.url).path}", access=Access()).check()


def test_the_check_of_a_queue_takes_no_message_out_of_it(queue, access):
    queue.check()
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    left = sqs_client(access).get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)["Attributes"]
    assert [left[name] for name in names] == [str(COUNT), "0"]


def test_a_queue_that_is_not_there_is_a_wrong_wish(queue):
    with pytest.raises(StoreError, match="no such queue: make it, or correct --queue") as refused:
        Queue(url=f"{queue.url}s", access=queue.access).check()
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("url", ["drop", "https:///1234/drop", "http://[::1/1234/drop", "http://127.0.0.1:99999/drop"])
def test_what_is_no_url_is_a_wrong_wish(url):
    with pytest.raises(UsageError, match="the URL of a queue is wanted"):
        Queue(url=url, access=Access()).check()


def test_a_host_that_can_be_none_is_a_matter_of_the_queue():
    with pytest.raises(UsageError, match=r"SQS cannot be used: Invalid endpoint: .*; check --queue"):
        Queue(url="https://my_queues.example/1234/drop", access=Access()).check()


def test_a_server_that_knows_no_queues_is_a_wrong_wish(queue, access, monkeypatch):
    def unknown(**_arguments):
        raise ClientError({"Error": {"Code": "404"}, "ResponseMetadata": {"HTTPStatusCode": 404}}, "Call")

    monkeypatch.setattr(sqs_client(access, queue.url), "change_message_visibility", unknown)
    with pytest.raises(StoreError, match="correct --queue") as refused:
        queue.check()
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_a_queue_that_may_not_be_used_says_which_rights_it_takes(queue, access, monkeypatch, code):
    def refused(**_arguments):
        raise ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "Call")

    monkeypatch.setattr(sqs_client(access, queue.url), "change_message_visibility", refused)
    with pytest.raises(StoreError, match="sqs:ReceiveMessage"):
        queue.check()
