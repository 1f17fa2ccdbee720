"""WHERE to look: pages, their words and ink, and the tiles of them that go to a model.

The types are here at once; what needs numpy, Pillow or PDFium is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tiling.box import Box, union
from tiling.failure import DocumentError, Failure, Reason, Stage
from tiling.limits import Limits
from tiling.page import Document, Page, PageState, Word, WordsSource

if TYPE_CHECKING:
    from tiling.backend import Attachment
    from tiling.encode import encode_pixels
    from tiling.media import name_of, sniff
    from tiling.open import RASTERIZERS, OpenDocument, open_document

_HOME = {
    "RASTERIZERS": "tiling.open",
    "Attachment": "tiling.backend",
    "OpenDocument": "tiling.open",
    "encode_pixels": "tiling.encode",
    "name_of": "tiling.media",
    "open_document": "tiling.open",
    "sniff": "tiling.media",
}

__all__ = [
    "RASTERIZERS",
    "Attachment",
    "Box",
    "Document",
    "DocumentError",
    "Failure",
    "Limits",
    "OpenDocument",
    "Page",
    "PageState",
    "Reason",
    "Stage",
    "Word",
    "WordsSource",
    "encode_pixels",
    "name_of",
    "open_document",
    "sniff",
    "union",
]


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        msg = f"module 'tiling' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(home), name)
