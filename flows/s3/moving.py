"""An object is moved by a copy and a removal: of the version that was read, and of no other that came meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.s3.access import s3_client
from flows.s3.faults import LOST, MISSING, asked, code_of
from flows.s3.objects import look_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.s3.access import Access
    from flows.s3.location import Location

UNKNOWN = frozenset({"NotImplemented", "501", "InvalidArgument", "InvalidRequest", "400"})
"""What stores answer that do not know a condition."""


def move_object(source: Location, places: Iterator[Location], *, etag: str, access: Access) -> bool:
    """Moves the object to the first of `places` that is free; False where it has not this ETag any more.

    A store that knows conditional removal keeps what was put there in the last moment. With one that does not, the
    object is looked at just before: what is put between these two requests is lost.
    """
    for place in places:
        there = look_at(place, access)
        if there is None:
            copied = _copied(source, place, etag, access)
            if copied is None:
                return False
            if copied:
                break
        elif there.etag == etag:
            break  # a move that was killed has put it there
    now = look_at(source, access)
    return now is not None and now.etag == etag and _deleted(source, etag, access)


def _copied(source: Location, place: Location, etag: str, access: Access) -> bool | None:
    """False where the name was taken meanwhile, None where the source is another one now."""
    arguments: dict[str, Any] = {
        "Bucket": place.bucket,
        "Key": place.key,
        "CopySource": {"Bucket": source.bucket, "Key": source.key},
        "CopySourceIfMatch": f'"{etag}"',
        **access.encryption_arguments(),
    }
    copy = s3_client(access).copy_object
    done = _answered(lambda: _known(copy, arguments, {"IfNoneMatch": "*"}), "copy", f"{source.uri} to {place.uri}")
    if done:
        return True
    now = look_at(source, access)
    return False if now is not None and now.etag == etag else None


def _deleted(source: Location, etag: str, access: Access) -> bool:
    arguments = {"Bucket": source.bucket, "Key": source.key}
    delete = s3_client(access).delete_object
    return _answered(lambda: _known(delete, arguments, {"IfMatch": f'"{etag}"'}), "move", source.uri)


def _answered(call: Callable[[], object], verb: str, uri: str) -> bool:
    """Whether it was done; False where a condition did not hold."""
    from botocore.exceptions import ClientError

    def tried() -> bool:
        try:
            call()
        except ClientError as error:
            if code_of(error) in LOST | MISSING:
                return False
            raise
        return True

    return asked(tried, verb, uri)


def _known(call: Callable[..., object], arguments: dict[str, Any], condition: dict[str, str]) -> None:
    """Asks under a condition, or without it where the store (or an older boto3) does not know it."""
    from botocore.exceptions import ClientError, ParamValidationError

    try:
        call(**arguments, **condition)
    except ParamValidationError:
        call(**arguments)
    except ClientError as error:
        if code_of(error) not in UNKNOWN:
            raise
        call(**arguments)
