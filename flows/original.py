"""The original of a document that was read before: where it lay, and only believed if its bytes are the same."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.content import content_of
from flows.s3.location import is_s3
from flows.s3.settings import access_that_holds
from tiling import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.work import Origin
    from tiling.open import OpenDocument


@contextmanager
def original(origins: Sequence[Origin], document_id: str, passwords: Sequence[str]) -> Iterator[OpenDocument | str]:
    """The opened document, or one sentence that says why it cannot be shown."""
    from tiling.limits import Limits
    from tiling.open import open_document

    why = "its original is not known"
    most = sys.maxsize  # it was read within the limits of its run
    limits = Limits(max_pages=most, max_bytes=most, max_pixels=most)
    for origin in origins:
        place = origin.location or origin.source
        try:
            path, data = content_of(place, None, limits, access_that_holds() if is_s3(place) else None)
            if path is not None and not path.is_file():
                why = f"the original is not at {path} any more"
                continue
            with open_document(path, data, source=origin.source, limits=limits, passwords=passwords) as document:
                if document.document_id == document_id:
                    yield document
                    return
                why = f"{place} has other bytes than those that were read"
        except DocumentError as error:
            why = f"{place}: {error.message}"
    yield why
