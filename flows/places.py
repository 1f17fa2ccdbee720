"""Whether one place (a folder, or a prefix of a bucket) is another, or lies inside of it."""

from __future__ import annotations

import os

from flows.s3.location import is_s3, parse_location


def within(place: str, top: str) -> bool:
    """Whether `place` is `top` or lies below it; links are followed, and what does not exist yet counts as well."""
    return _folder(place).startswith(_folder(top))


def same(one: str, other: str) -> bool:
    """Whether they are the same place."""
    return _folder(one) == _folder(other)


def overlap(one: str, other: str) -> bool:
    """Whether they are the same, or one of them lies inside of the other."""
    return within(one, other) or within(other, one)


def _folder(place: str) -> str:
    """The place with a `/` at its end, so that `in` is not the beginning of `inner`."""
    if is_s3(place):
        location = parse_location(place)
        return f"s3://{location.bucket}/{location.folder}"
    path = os.path.realpath(os.path.expanduser(place.removeprefix("file://")))  # noqa: PTH111
    return path.rstrip(os.sep) + os.sep
