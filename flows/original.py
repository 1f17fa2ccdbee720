"""The original of a document that was read before: where it lay, and only believed if its bytes are the same."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

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
    for origin in origins:
        path = Path(origin.location or origin.source)
        if not path.is_file():
            why = f"the original is not at {path} any more"
            continue
        try:
            with open_document(path, None, source=origin.source, limits=Limits(), passwords=passwords) as document:
                if document.document_id == document_id:
                    yield document
                    return
                why = f"{path} has other bytes than those that were read"
        except DocumentError as error:
            why = f"{path}: {error.message}"
    yield why
