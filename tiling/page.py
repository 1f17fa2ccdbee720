"""What is known of a document before anything is read from it: its pages, their words, their ink."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tiling.box import Box  # noqa: TC001 - the types of the fields can be asked for at run time


class WordsSource(StrEnum):
    """Where the words of a page come from."""

    TEXT_LAYER = "text_layer"
    OCR = "ocr"
    NONE = "none"


class PageState(StrEnum):
    """How a page ended."""

    READ = "read"
    BLANK = "blank"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A token of the page's text (no white space inside) with its box in points on the upright page."""

    text: str
    box: Box
    size_pt: float
    """Font size on the displayed page (text layer) or height of the box (OCR)."""
    line: int
    """Index of the printed line within its page, 0-based, in reading order; words of a line run left to right."""
    bold: bool = False
    score: float | None = None
    """OCR probability; None for a text layer, which has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as it is read: displayed (rotation and crop box applied) and, where its print lies, turned upright."""

    index: int
    """0-based."""
    width_pt: float
    height_pt: float
    words: tuple[Word, ...] = ()
    words_source: WordsSource = WordsSource.NONE
    rulings: tuple[Box, ...] = ()
    """Drawn horizontal and vertical lines (thin boxes), in points."""
    rotation: int = 0
    """Degrees clockwise by which the stored page is turned to be displayed: 0, 90, 180 or 270."""
    turned: int = 0
    """Degrees clockwise by which the displayed page is turned to be read; sizes and boxes are of the upright page."""
    skew_deg: float = 0.0
    """The angle, clockwise, at which the lines of the upright page run; boxes have it taken out. See `upright`."""
    ink: float | None = None
    """Share of the page's pixels that are not background, 0 to 1; None where it was not measured."""
    state: PageState = PageState.READ
    hidden_words: tuple[Word, ...] = ()
    """Words of the text layer that cannot be seen on the page; never to be believed."""
    ocr_layer: bool = False
    """The words are invisible print over a picture: what somebody's OCR made of it."""
    notes: tuple[str, ...] = ()
    """What a person should know of this page."""
    doubts: tuple[str, ...] = ()
    """Why its text layer is not to be taken at its word before print and pixels were compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document, by content, with its pages."""

    document_id: str
    """sha256 of the bytes, lower-case hexadecimal."""
    source: str
    """Path or URI as given."""
    media_type: str
    size_bytes: int
    pages: tuple[Page, ...] = field(default=())
    notes: tuple[str, ...] = ()
    """What a person should know of this document: a form whose contents cannot be shown, a damaged end."""
