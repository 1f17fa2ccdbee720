"""What a queue says of a bucket: native notifications, the same wrapped by SNS, and those of EventBridge.

A message only says where to look: what is there now is what counts, so that duplicates and disorder do no harm.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote_plus

from flows.s3.location import Location

TEST_EVENT = "s3:TestEvent"
SURROGATE = re.compile(r"[\ud800-\udfff]")
"""Half of a character: no UTF-8."""


class UnknownMessageError(Exception):
    """Not a notification of a bucket; says what it looks like instead."""


def created(body: str) -> tuple[Location, ...]:
    """The objects that a message says were created; none for test events, deletions and the like.

    UnknownMessageError where it is no notification of a bucket.
    """
    try:
        locations = _created(_content(body))
    except (KeyError, TypeError, AttributeError) as error:
        msg = f"it lacks {error}"
        raise UnknownMessageError(msg) from error
    for location in locations:
        if not _is_name(location.bucket) or not _is_name(location.key):
            msg = f"{location.key!r} is no key of an object"
            raise UnknownMessageError(msg)
    return locations


def _is_name(name: object) -> bool:
    """Whether it can be asked for at all: one message that cannot must not end the watcher, again and again."""
    return isinstance(name, str) and name != "" and not SURROGATE.search(name)


def _content(body: str) -> dict[str, Any]:
    """The notification, taken out of what SNS wraps around it."""
    try:
        content = json.loads(body)
        if isinstance(content, dict) and content.get("Type") == "Notification" and "Message" in content:
            content = json.loads(content["Message"])
    except (ValueError, RecursionError) as error:
        msg = "it is no JSON"
        raise UnknownMessageError(msg) from error
    if not isinstance(content, dict):
        msg = f"it is a JSON {type(content).__name__}"
        raise UnknownMessageError(msg)
    return content


def _created(content: dict[str, Any]) -> tuple[Location, ...]:
    if content.get("Event") == TEST_EVENT:
        return ()
    if "Records" in content:
        records = [
            r for r in content["Records"] if str(r["eventName"]).removeprefix("s3:").startswith("ObjectCreated:")
        ]
        return tuple(
            Location(bucket=r["s3"]["bucket"]["name"], key=unquote_plus(r["s3"]["object"]["key"])) for r in records
        )
    if content.get("source") == "aws.s3" or "detail-type" in content:
        if content["detail-type"] != "Object Created":
            return ()
        detail = content["detail"]
        return (Location(bucket=detail["bucket"]["name"], key=detail["object"]["key"]),)  # not encoded here
    msg = f"its keys are {', '.join(sorted(content)[:5]) or 'none'}"
    raise UnknownMessageError(msg)
