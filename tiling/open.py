"""Opens a document of any supported kind, by content, within limits; what cannot be opened says why."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Self

from tiling.backend import Attachment, Drawing
from tiling.failure import DocumentError, Reason, Stage
from tiling.limits import Limits
from tiling.media import EMPTY, HEAD_BYTES, PDF, PICTURES, XML, name_of, sniff
from tiling.page import Document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from tiling.backend import Backend, Mask, Pixels
    from tiling.box import Box
    from tiling.page import Page

    Part = tuple[float, float, float, float]

RASTERIZERS = ("pdfium", "poppler")
DEFAULT_DPI = 200.0
"""For pages without a resolution of their own, where none is asked for."""


class OpenDocument:
    """A document that can be read; use it as a context manager. Pages are 0-based."""

    def __init__(
        self, *, source: str, document_id: str, media_type: str, data: bytes, backend: Backend | None, limits: Limits
    ) -> None:
        self.source = source
        self.document_id = document_id
        """sha256 of the bytes, lower-case hexadecimal."""
        self.media_type = media_type
        self.size_bytes = len(data)
        self._data = data
        self._backend = backend
        self._limits = limits

    @property
    def page_count(self) -> int:
        """0 for an electronic invoice in XML, which has nothing to look at."""
        return self._backend.page_count if self._backend else 0

    @property
    def is_picture(self) -> bool:
        """Whether its pages have a resolution of their own."""
        return self.media_type in PICTURES

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this document."""
        return self._backend.notes if self._backend else ()

    def page(self, index: int) -> Page:
        """Words, drawn lines, ink and state of a page; DocumentError (with the page) where it is damaged."""
        return self._pages(index).page(index)

    def document(self, pages: Sequence[Page] = ()) -> Document:
        """What is known of the document, as a value."""
        return Document(
            document_id=self.document_id,
            source=self.source,
            media_type=self.media_type,
            size_bytes=self.size_bytes,
            pages=tuple(pages),
            notes=self.notes,
        )

    def render(
        self,
        index: int,
        *,
        dpi: float | None = None,
        longest_side_px: int | None = None,
        grey: bool = False,
        crop: Box | None = None,
    ) -> Pixels:
        """The page, or the part of it within `crop` (points), as (H, W, 3) or, grey, (H, W, 1) uint8 on white.

        `longest_side_px` is that of what comes back. Without either, a picture keeps its own resolution and a PDF
        page gets 200 dpi. A picture is never enlarged; nothing is larger than the limit of pixels.
        """
        backend = self._pages(index)
        size_pt = backend.size_pt(index)
        part = _within(crop, *size_pt)
        scale = self._scale(backend.native_px(index), size_pt, part, dpi, longest_side_px)
        return backend.draw(index, _drawing(size_pt, part, scale, grey=grey))

    def ink(self, index: int) -> Mask:
        """Where there is ink on the page, (H, W) bool, about 50 dpi, as displayed; free for the page last taken."""
        return self._pages(index).ink(index)

    def native_px(self, index: int) -> tuple[int, int] | None:
        """Size of the picture that a page is; None where it has no resolution of its own."""
        return self._pages(index).native_px(index)

    def attachments(self) -> tuple[Attachment, ...]:
        """The files inside a PDF."""
        return self._backend.attachments() if self._backend else ()

    def xml(self) -> bytes | None:
        """The document itself, where it is an electronic invoice in XML."""
        return self._data if self.media_type == XML else None

    def close(self) -> None:
        if self._backend is not None:
            self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _pages(self, index: int) -> Backend:
        if self._backend is None or not 0 <= index < self._backend.page_count:
            msg = f"page index {index} of a document with {self.page_count} pages"
            raise IndexError(msg)
        return self._backend

    def _scale(
        self,
        native_px: tuple[int, int] | None,
        size_pt: tuple[float, float],
        part: Part,
        dpi: float | None,
        longest_side_px: int | None,
    ) -> float:
        """Pixels a point."""
        width, height = part[2] - part[0], part[3] - part[1]
        scale = (DEFAULT_DPI if dpi is None else dpi) / 72
        if longest_side_px is not None:
            scale = longest_side_px / max(width, height)
        if native_px is not None:
            # a fax has more pixels across than along; its pages are drawn with square ones all the same
            own = max(native_px[0] / size_pt[0], native_px[1] / size_pt[1])
            scale = own if dpi is None and longest_side_px is None else min(scale, own)
        return min(scale, math.sqrt(self._limits.max_pixels / (width * height)))


def open_document(
    path: Path | None,
    data: bytes | None,
    *,
    source: str,
    limits: Limits | None = None,
    passwords: Sequence[str] = (),
    rasterizer: str = "pdfium",
) -> OpenDocument:
    """The document at `path` or in `data`, whatever its name says; DocumentError where it cannot be opened.

    Its bytes are read once, so that what was hashed is what is read.
    """
    limits = limits or Limits()
    content = _content(path, data, limits)
    media_type = sniff(content[:HEAD_BYTES])
    document_id = hashlib.sha256(content).hexdigest()
    backend = _backend(content, media_type, limits, passwords, rasterizer)
    if backend is not None:
        _check_pages(backend, limits, is_counted=media_type == PDF)
    return OpenDocument(
        source=source, document_id=document_id, media_type=media_type, data=content, backend=backend, limits=limits
    )


def _content(path: Path | None, data: bytes | None, limits: Limits) -> bytes:
    if data is None and path is None:
        msg = "open_document needs a path or data"
        raise TypeError(msg)
    try:
        size = len(data) if data is not None else path.stat().st_size if path is not None else 0
        if size > limits.max_bytes:
            message = (
                f"the file has {size:,} bytes, more than the {limits.max_bytes:,} allowed; raise it with --max-bytes"
            )
            raise DocumentError(Stage.OPEN, Reason.TOO_MANY_BYTES, message)
        content = data if data is not None else path.read_bytes() if path is not None else b""
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}; --retry-failed reads it again"
        raise DocumentError(Stage.OPEN, Reason.STORE_FAILED, message) from error
    if not content:
        raise DocumentError(Stage.OPEN, Reason.EMPTY_FILE, "the file is empty (0 bytes); fetch it again")
    return content


def _backend(
    content: bytes, media_type: str, limits: Limits, passwords: Sequence[str], rasterizer: str
) -> Backend | None:
    if rasterizer not in RASTERIZERS:
        msg = f"unknown rasterizer {rasterizer!r}: one of {', '.join(RASTERIZERS)}"
        raise ValueError(msg)
    if media_type == PDF:
        from tiling.pdf import Pdf

        return Pdf(content, limits=limits, passwords=passwords, rasterizer=rasterizer)
    if media_type in PICTURES:
        from tiling.picture import Picture

        return Picture(content, media_type=media_type, limits=limits)
    if media_type == XML:
        return None
    if media_type == EMPTY:
        raise DocumentError(Stage.OPEN, Reason.EMPTY_FILE, "the file is empty; fetch it again")
    message = (
        f"this is {name_of(media_type)}; PDF, PNG, JPEG, TIFF, WebP, BMP, GIF, JPEG 2000 and e-invoice XML are read"
    )
    raise DocumentError(Stage.OPEN, Reason.UNSUPPORTED_TYPE, message)


def _check_pages(backend: Backend, limits: Limits, *, is_counted: bool) -> None:
    """`is_counted`: to the end; else no further than one past the limit."""
    many = f"{backend.page_count:,}, " if is_counted else ""
    problem: tuple[Reason, str] | None = None
    if backend.page_count == 0:
        problem = Reason.NO_PAGES, "the document opens, but has no page"
    elif backend.page_count > limits.max_pages:
        problem = (
            Reason.TOO_MANY_PAGES,
            f"the document has {many}more than the {limits.max_pages:,} pages allowed; raise it with --max-pages",
        )
    if problem is not None:
        backend.close()
        raise DocumentError(Stage.OPEN, *problem)


def _within(crop: Box | None, width_pt: float, height_pt: float) -> Part:
    """The wanted part of the page, never empty."""
    if crop is None:
        return 0.0, 0.0, width_pt, height_pt
    least_x, least_y = min(1.0, width_pt), min(1.0, height_pt)
    x0, y0 = min(max(0.0, crop.x0), width_pt - least_x), min(max(0.0, crop.y0), height_pt - least_y)
    return x0, y0, max(x0 + least_x, min(width_pt, crop.x1)), max(y0 + least_y, min(height_pt, crop.y1))


def _drawing(size_pt: tuple[float, float], part: Part, scale: float, *, grey: bool) -> Drawing:
    x0, y0, x1, y1 = part
    page_width, page_height = max(1, round(size_pt[0] * scale)), max(1, round(size_pt[1] * scale))
    left, top = min(page_width - 1, int(x0 * scale)), min(page_height - 1, int(y0 * scale))
    width = max(1, min(page_width - left, round((x1 - x0) * scale)))
    height = max(1, min(page_height - top, round((y1 - y0) * scale)))
    return Drawing(page_width, page_height, left, top, width, height, grey=grey)
