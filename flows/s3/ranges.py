"""An object as a file to seek in: its end comes with the first request (Parquet begins there), the rest when wanted."""

from __future__ import annotations

import io
from contextlib import closing
from typing import TYPE_CHECKING, Any

from flows.s3.faults import asked
from flows.store import ReplacedError

if TYPE_CHECKING:
    from flows.s3.access import Access
    from flows.s3.location import Location

TAIL_BYTES = 2**19
AHEAD_BYTES = 2**18
"""Least that is fetched at a time: columns of a row group lie side by side."""


class RangeFile(io.RawIOBase):
    """Always the same version of the object: one that was replaced meanwhile is a ReplacedError, never a mixture."""

    def __init__(self, access: Access, location: Location) -> None:
        super().__init__()
        self._access, self._location = access, location
        self._place = 0
        self._tag: str | None = None
        self._size, self._start, self._held = self._first()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, origin + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - anything with a buffer
        view = memoryview(buffer)
        count = max(0, min(len(view), self._size - self._place))
        if count:
            view[:count] = self._range(self._place, count)
            self._place += count
        return count

    def _range(self, start: int, count: int) -> memoryview:
        """Bytes from what is held, or fetched anew."""
        held = self._start <= start and start + count <= self._start + len(self._held)
        if not held:
            last = min(self._size, start + max(count, AHEAD_BYTES)) - 1
            self._held, self._start = self._fetched(f"bytes={start}-{last}", self._tag)[0], start
        at = start - self._start
        return memoryview(self._held)[at : at + count]

    def _first(self) -> tuple[int, int, bytes]:
        """Size of the object, where its end begins, and the end."""
        data, answer = self._fetched(f"bytes=-{TAIL_BYTES}", None)
        self._tag = answer.get("ETag")
        size = int(str(answer.get("ContentRange", f"/{len(data)}")).rpartition("/")[2])
        return size, size - len(data), data

    def _fetched(self, span: str, tag: str | None) -> tuple[bytes, dict[str, Any]]:
        from botocore.exceptions import ClientError

        from flows.s3.access import s3_client
        from flows.s3.faults import LOST, code_of

        same: dict[str, Any] = {"IfMatch": tag} if tag else {}

        def call() -> tuple[bytes, dict[str, Any]]:
            client = s3_client(self._access)
            try:
                answer = client.get_object(Bucket=self._location.bucket, Key=self._location.key, Range=span, **same)
            except ClientError as error:
                if code_of(error) in {"InvalidRange", "416"}:  # the object is empty
                    return b"", {}
                if code_of(error) in LOST:
                    msg = f"{self._location.uri} was replaced while it was read; run the same command again"
                    raise ReplacedError(msg) from error
                raise
            with closing(answer["Body"]) as body:
                return body.read(), dict(answer)

        return asked(call, "read", self._location.uri)
