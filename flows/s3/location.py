"""`s3://bucket/key`: the key is taken letter by letter, so that spaces, `%2F` and `//` stay what they are."""

from __future__ import annotations

from dataclasses import dataclass

from flows.errors import UsageError

SCHEME = "s3://"


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
    """The parts of an S3 URI; UsageError where it names no bucket."""
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    if not bucket or not is_s3(uri):
        msg = f"{uri} names no bucket; write s3://bucket/prefix"
        raise UsageError(msg)
    return Location(bucket=bucket, key=key)
