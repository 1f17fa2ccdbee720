from __future__ import annotations

import json

import pytest

from flows.watch.messages import UnknownMessageError, created


def native(*objects: tuple[str, str], event: str = "ObjectCreated:Put") -> str:
    records = [{"eventName": event, "s3": {"bucket": {"name": b}, "object": {"key": k}}} for b, k in objects]
    return json.dumps({"Records": records})


def told(body: str) -> list[str]:
    return [location.uri for location in created(body)]


def test_a_native_notification_names_its_objects_with_their_keys_decoded():
    assert told(native(("b", "in/a+b%2Bc%C3%A4.pdf"), ("b", "in/d.pdf"))) == ["s3://b/in/a b+cä.pdf", "s3://b/in/d.pdf"]


def test_every_kind_of_creation_counts_and_nothing_else():
    assert told(native(("b", "a"), event="s3:ObjectCreated:CompleteMultipartUpload"))
    assert not told(native(("b", "a"), event="ObjectRemoved:Delete"))


def test_one_that_sns_has_wrapped_is_unwrapped():
    assert told(json.dumps({"Type": "Notification", "Message": native(("b", "a.pdf"))})) == ["s3://b/a.pdf"]


def test_an_event_of_eventbridge_has_its_key_as_it_is():
    detail = {"bucket": {"name": "b"}, "object": {"key": "in/a+b%20c.pdf"}}
    event = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    assert told(json.dumps(event)) == ["s3://b/in/a+b%20c.pdf"]
    assert not told(json.dumps({**event, "detail-type": "Object Deleted"}))


def test_the_test_event_of_a_new_notification_says_nothing():
    assert not told(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}))


@pytest.mark.parametrize("body", ["no json", "[]", "{}", '{"Records": [{}]}', '{"Records": 3}', '{"hello": 1}'])
def test_what_is_no_notification_is_said_to_be_none(body):
    with pytest.raises(UnknownMessageError):
        created(body)


@pytest.mark.parametrize("key", [None, "", 5, "in/\ud800.pdf"])
def test_what_can_be_no_key_is_no_notification(key):
    detail = {"bucket": {"name": "b"}, "object": {"key": key}}
    with pytest.raises(UnknownMessageError, match="no key of an object"):
        created(json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail}))


def test_a_message_that_is_nested_too_deep_is_no_notification():
    with pytest.raises(UnknownMessageError):
        created("[" * 60_000)
