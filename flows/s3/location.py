"""`s3://bucket/key`: the key is taken letter by letter, so that spaces, `%2F` and `//` stay what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.errors import UsageError

SCHEME = "s3://"
BUCKET = re.compile(r"[a-zA-Z0-9._-]{1,255}|arn:aws[a-z-]*:s3[a-z-]*:[a-z0-9-]*:\d{12}:[a-zA-Z0-9:.-]+")
"""What boto3 takes; AWS itself takes less (3 to 63 lower-case letters, digits, `.` and `-`), other stores do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A bucket and a key, or the beginning of keys."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"

    @property
    def folder(self) -> str:
        """The key as the beginning of what lies below it: empty, or with a `/` at its end."""
        return self.key if not self.key or self.key.endswith("/") else f"{self.key}/"


def is_s3(uri: str) -> bool:
    return uri.startswith(SCHEME)


def parse_location(uri: str) -> Location:
    """The parts of an S3 URI; UsageError where it names no bucket, or what cannot be the name of one."""
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    if not bucket or not is_s3(uri):
        msg = f"{uri} names no bucket; write s3://bucket/prefix"
        raise UsageError(msg)
    if not BUCKET.fullmatch(bucket):
        msg = f"{uri}: {bucket!r} cannot be the name of a bucket; letters, digits, '.', '-' and '_' can be in one"
        raise UsageError(msg)
    return Location(bucket=bucket, key=key)
