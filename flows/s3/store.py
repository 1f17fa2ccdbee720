"""An output in a bucket: a name is taken by a put that only succeeds where there is none, the first writer wins."""

from __future__ import annotations

import contextlib
import io
import secrets
from typing import TYPE_CHECKING, Any

from flows.s3.access import Access, needs_boto3, s3_client
from flows.s3.faults import CONFLICT, DAMAGED, LOST, MISSING, TRIES, asked, code_of, told, wait
from flows.s3.location import Location
from flows.s3.ranges import RangeFile
from flows.store import ANYTHING, MissingError, Stat, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from mypy_boto3_s3 import S3Client

PROBES = "_probe/"
WRITER = "extract-writer"
"""Metadata of an object: which call made it. A put whose answer was lost is repeated, and then finds its own object."""


class S3Store:
    """A bucket's prefix. Picklable; each process makes a client of its own."""

    def __init__(self, location: Location, access: Access) -> None:
        needs_boto3()
        self._bucket = location.bucket
        self._folder = location.folder
        self.access = access
        self.uri = f"s3://{location.bucket}/{location.folder}".rstrip("/")

    def create(self, name: str, data: bytes) -> bool:
        return self._put(name, data, {"IfNoneMatch": "*"}) is not None

    def replace(self, name: str, data: bytes, *, seen: str | None = ANYTHING) -> str | None:
        if seen == ANYTHING:
            return self._put(name, data, {})
        return self._put(name, data, {"IfMatch": seen} if seen is not None else {"IfNoneMatch": "*"})

    def read(self, name: str) -> bytes:
        def call() -> bytes:
            with contextlib.closing(
                self._client.get_object(Bucket=self._bucket, Key=self._folder + name)["Body"]
            ) as body:
                return body.read()

        return asked(call, "read", self._uri(name))

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        location = Location(bucket=self._bucket, key=self._folder + name)
        with RangeFile(self.access, location) as file, io.BufferedReader(file) as buffered:
            yield buffered

    def names(self, prefix: str) -> tuple[Stat, ...]:
        return tuple(asked(lambda: list(self._listed(prefix)), "list", self._uri(prefix)))

    def exists(self, name: str) -> bool:
        return self.tag(name) is not None

    def tag(self, name: str) -> str | None:
        try:
            return str(self._head(name)["ETag"])
        except MissingError:
            return None

    def delete(self, name: str) -> None:
        asked(
            lambda: self._client.delete_object(Bucket=self._bucket, Key=self._folder + name),
            "delete",
            self._uri(name),
        )

    def is_empty(self) -> bool:
        """Whether nothing is stored there; StoreError where that cannot be told."""
        return asked(lambda: next(self._listed(""), None), "list", self.uri) is None

    def probe(self) -> None:
        """StoreError where the store does not keep a second writer from overwriting the first."""
        name = f"{PROBES}{secrets.token_hex(8)}"
        first = self._put(name, b"1", {"IfNoneMatch": "*"})
        try:
            second = self._put(name, b"2", {"IfNoneMatch": "*"})
            other = self._put(name, b"3", {"IfMatch": '"0"'})
        finally:
            self.delete(name)
        if first is None or second is not None or other is not None:
            ignored = "If-Match" if second is None else "If-None-Match"
            msg = (
                f"--out {self.uri}: this store ignores the condition `{ignored}` of a write, so that two runs would "
                "overwrite each other's parts and documents would vanish; choose a store that has conditional writes "
                "(AWS S3 has), or a folder as --out, and copy that to the bucket afterwards"
            )
            raise StoreError(msg)

    @property
    def _client(self) -> S3Client:
        return s3_client(self.access)

    def _uri(self, name: str) -> str:
        return f"{self.uri}/{name}"

    def _head(self, name: str) -> Any:  # noqa: ANN401 - boto3's answer
        return asked(
            lambda: self._client.head_object(Bucket=self._bucket, Key=self._folder + name), "look at", self._uri(name)
        )

    def _put(self, name: str, data: bytes, condition: dict[str, Any]) -> str | None:
        """The new object's tag; None where the condition does not hold, and nothing was changed."""
        from botocore.exceptions import BotoCoreError, ClientError

        writer = secrets.token_hex(8)
        for tries in range(1, TRIES + 1):
            try:
                answer = self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._folder + name,
                    Body=data,
                    Metadata={WRITER: writer},
                    **condition,
                    **self.access.digest_arguments(data),
                    **self.access.encryption_arguments(),
                )
                return str(answer["ETag"])
            except ClientError as error:
                code = code_of(error)
                if code in LOST or ("IfMatch" in condition and code in MISSING):
                    there = self._there(name)
                    if there is not None or "IfMatch" in condition:
                        return there[0] if there is not None and there[1] == writer else None
                    # Refused, and yet nothing is there: what was in the way has gone meanwhile.
                elif code not in CONFLICT | DAMAGED:
                    raise told(error, "write", self._uri(name)) from error
                if tries == TRIES:
                    raise told(error, "write", self._uri(name)) from error
            except BotoCoreError as error:
                raise told(error, "write", self._uri(name)) from error
            wait(tries)
        raise AssertionError  # pragma: no cover - the last round returns or raises

    def _there(self, name: str) -> tuple[str, str] | None:
        """Tag and writer of what has the name: the writer is this very call where its first answer was lost."""
        try:
            answer = self._head(name)
        except MissingError:
            return None
        return str(answer["ETag"]), str(answer.get("Metadata", {}).get(WRITER))

    def _listed(self, prefix: str) -> Iterator[Stat]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._folder + prefix
        )
        for page in pages:
            for found in page.get("Contents", ()):
                name = found["Key"].removeprefix(self._folder)
                if name and not name.endswith("/") and not name.startswith(PROBES):
                    yield Stat(name=name, size_bytes=found["Size"], tag=found["ETag"])
