"""The bytes of a source, where a document is read: a file's path, or an object of a bucket held in memory, no copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.s3.location import is_s3
from tiling import DocumentError, Reason, Stage

if TYPE_CHECKING:
    from flows.s3.access import Access
    from tiling.limits import Limits


class ReplacedError(DocumentError):
    """The version of the source that was to be read is not there any more."""


def content_of(
    place: str, version: str | None, limits: Limits, access: Access | None
) -> tuple[Path | None, bytes | None]:
    """Path or bytes, one of them; DocumentError where the object cannot be had, before any of it where it is too large.

    `version` is the ETag that the object must have; None: whichever is there.
    """
    if not is_s3(place):
        return Path(place), None
    from flows.s3.access import Access
    from flows.s3.objects import fetch
    from flows.store import MissingError, StoreError

    try:
        content = fetch(place, access or Access(), etag=version, most_bytes=limits.max_bytes)
    except MissingError as error:
        message = f"the object is not there any more: it was deleted or moved before it was read ({place})"
        raise DocumentError(Stage.OPEN, Reason.STORE_FAILED, message) from error
    except StoreError as error:
        raise DocumentError(
            Stage.OPEN, Reason.STORE_FAILED, f"{error.message}; --retry-failed reads it again"
        ) from error
    if content.replaced:
        message = "the object was overwritten before it was read; the next run reads what is there now"
        raise ReplacedError(Stage.OPEN, Reason.STORE_FAILED, message)
    if content.data is None:
        message = (
            f"the object has {content.size_bytes:,} bytes, more than the {limits.max_bytes:,} allowed; "
            "raise it with --max-bytes"
        )
        raise DocumentError(Stage.OPEN, Reason.TOO_MANY_BYTES, message)
    return None, content.data
