"""WHERE to look: pages, their words and ink, and the tiles of them that go to a model."""

from tiling.box import Box, union
from tiling.failure import DocumentError, Failure, Reason, Stage
from tiling.page import Document, Page, PageState, Word, WordsSource

__all__ = [
    "Box",
    "Document",
    "DocumentError",
    "Failure",
    "Page",
    "PageState",
    "Reason",
    "Stage",
    "Word",
    "WordsSource",
    "union",
]
