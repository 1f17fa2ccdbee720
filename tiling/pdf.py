"""A PDF through PDFium: its pages, words, drawn lines, attachments and pixels.

PDFium is not thread-safe and can take the process down with it: this runs in worker processes, one thread each.
"""

from __future__ import annotations

import contextlib
import ctypes
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c

from tiling import attached, hidden, poppler
from tiling.backend import Attachment, Drawing
from tiling.failure import DocumentError, Reason, Stage
from tiling.frame import frame_of
from tiling.glyphs import glyphs_of
from tiling.ink import ink_in, ink_mask
from tiling.page import Page, PageState, WordsSource
from tiling.painted import painted
from tiling.poppler import Poppler
from tiling.rulings import rulings_of
from tiling.text_layer import layer_words, turned_to_read
from tiling.trust import doubts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tiling.backend import Mask, Pixels
    from tiling.frame import Frame
    from tiling.glyphs import Glyphs
    from tiling.ink import Ink
    from tiling.limits import Limits
    from tiling.page import Word
    from tiling.painted import Painted
    from tiling.text_layer import LayerWord

LOOK_DPI = 50.0
LOOK_PX = (300, 1000)
"""Resolution at which ink is measured and words are compared with pixels; shortest and longest side allowed."""
MOST_PICTURES = 20
MOST_HIDDEN = 1000
"""Words that nobody sees are kept up to this number."""
TAIL_BYTES = 2048
HEADER_BYTES = 1024


class Pdf:
    """An open PDF; see `backend.Backend`."""

    def __init__(self, data: bytes, *, limits: Limits, passwords: Sequence[str], rasterizer: str) -> None:
        self._data = data
        self._limits = limits
        self._passwords = passwords
        self._poppler = self._second() if rasterizer == "poppler" else None
        self._by_poppler = self._poppler is not None
        self._flattened: set[int] = set()
        self._rescued_pages: set[int] = set()
        self._inked: tuple[int, Mask] | None = None
        self._loaded_page: tuple[int, pdfium.PdfPage] | None = None
        self._pdf = _opened(data, passwords)
        self.page_count = len(self._pdf)
        form = self._pdf.get_formtype()
        self.notes = _form_notes(form)
        if form == c.FORMTYPE_ACRO_FORM:
            with contextlib.suppress(pdfium.PdfiumError):
                self._pdf.init_forms()

    def size_pt(self, index: int) -> tuple[float, float]:
        size = c.FS_SIZEF()
        if c.FPDF_GetPageSizeByIndexF(self._pdf.raw, index, size) and size.width > 0 and size.height > 0:
            return size.width, size.height
        return self._rescuer(index, self._unloadable(index)).size_pt(index)

    def native_px(self, index: int) -> tuple[int, int] | None:  # noqa: ARG002 - pages of a PDF have no resolution
        return None

    def page(self, index: int) -> Page:
        try:
            with self._loaded(index) as page:
                look = _drawn(page, _look(*_size(page)))
                self._inked = index, ink_mask(look)
                return _read(page, index, look, ink_in(self._inked[1]))
        except DocumentError as error:
            return self._rescued(index, error)

    def ink(self, index: int) -> Mask:
        if self._inked is None or self._inked[0] != index:
            self._inked = index, ink_mask(self.draw(index, _look(*self.size_pt(index))))
        return self._inked[1]

    def draw(self, index: int, drawing: Drawing) -> Pixels:
        if self._poppler is not None and (self._by_poppler or index in self._rescued_pages):
            return self._poppler.draw(index, drawing)
        try:
            with self._loaded(index) as page:
                return _drawn(page, drawing)
        except DocumentError as error:
            if error.reason is Reason.MEMORY_LIMIT:
                raise
            return self._rescuer(index, error).draw(index, drawing)

    def attachments(self) -> tuple[Attachment, ...]:
        return attached.files_of(self._pdf, self._data, self._limits.max_bytes)

    def close(self) -> None:
        self._inked = None
        self._unload()
        self._pdf.close()
        if self._poppler is not None:
            self._poppler.close()

    def _second(self) -> Poppler:
        return Poppler(self._data, passwords=self._passwords, seconds=self._limits.seconds)

    def _rescuer(self, index: int, error: DocumentError) -> Poppler:
        """Poppler, where it is installed and can say how large the page is; else the error of the first try."""
        if self._poppler is None:
            if poppler.missing() is not None:
                raise error
            self._poppler = self._second()
        try:
            self._poppler.size_pt(index)
        except DocumentError:
            raise error from None
        return self._poppler

    def _rescued(self, index: int, error: DocumentError) -> Page:
        """A page that only Poppler can draw: pixels, no words. The first error stands where it draws nothing either."""
        rescuer = self._rescuer(index, error)
        width_pt, height_pt = rescuer.size_pt(index)
        self._inked = index, ink_mask(rescuer.draw(index, _look(width_pt, height_pt)))
        ink = ink_in(self._inked[1])
        if ink.blank:
            raise error
        self._rescued_pages.add(index)
        return Page(
            index=index,
            width_pt=width_pt,
            height_pt=height_pt,
            ink=ink.share,
            notes=("PDFium cannot draw the page, Poppler can; its text layer is not read",),
        )

    @contextlib.contextmanager
    def _loaded(self, index: int) -> Iterator[pdfium.PdfPage]:
        """The page, with what is filled into forms and stamped on it made part of it; open until another is asked for.

        To load a page is to parse it: that is done once for its words, its look and its tiles.
        """
        if self._loaded_page is None or self._loaded_page[0] != index:
            self._unload()
            page = self._load(index)
            self._loaded_page = index, page
            if index not in self._flattened:
                self._flattened.add(index)
                if _has_appearances(page) and c.FPDFPage_Flatten(page.raw, c.FLAT_NORMALDISPLAY) == c.FLATTEN_SUCCESS:
                    self._unload()
                    self._loaded_page = index, self._load(index)
        yield self._loaded_page[1]

    def _unload(self) -> None:
        if self._loaded_page is not None:
            self._loaded_page[1].close()
            self._loaded_page = None

    def _load(self, index: int) -> pdfium.PdfPage:
        try:
            return self._pdf[index]
        except pdfium.PdfiumError as error:
            raise self._unloadable(index) from error

    def _unloadable(self, index: int) -> DocumentError:
        message = f"page {index + 1} of {self.page_count} is damaged: its page object cannot be loaded"
        return DocumentError(Stage.RENDER, Reason.RENDER_FAILED, message, index)


def _size(page: pdfium.PdfPage) -> tuple[float, float]:
    """Width and height in points of the page as displayed."""
    frame = frame_of(page)
    return frame.width_pt, frame.height_pt


def _read(page: pdfium.PdfPage, index: int, looked: Pixels, ink: Ink) -> Page:
    """The page; `looked` is what `_look` shows of it, with so much ink."""
    stored = frame_of(page)
    glyphs = glyphs_of(page)
    turned = turned_to_read(glyphs, stored)
    frame = replace(stored, rotation=(stored.rotation + turned) % 360)
    look = _look(stored.width_pt, stored.height_pt)
    pixels = _turned(looked, turned)
    trace = painted(
        glyphs, frame, pixels, lambda numbers: _turned(_drawn_without(page, look, glyphs.handles[numbers]), turned)
    )
    seen = hidden.seen(_layer_words(glyphs, frame, trace), pixels, trace, frame)
    words, unseen = _words(seen)
    blank = ink.blank and not words
    if blank and _has_undecodable(page):
        message = f"page {index + 1} has a picture that cannot be decoded, and nothing else"
        raise DocumentError(Stage.RENDER, Reason.RENDER_FAILED, message, index)
    return Page(
        index=index,
        width_pt=frame.width_pt,
        height_pt=frame.height_pt,
        words=words,
        words_source=WordsSource.TEXT_LAYER if words else WordsSource.NONE,
        rulings=rulings_of(page, frame),
        rotation=stored.rotation,
        turned=turned,
        ink=ink.share,
        state=PageState.BLANK if blank else PageState.READ,
        hidden_words=unseen,
        ocr_layer=seen.ocr_layer,
        notes=_notes(seen, blank=blank),
        doubts=doubts_of(words, ocr_layer=seen.ocr_layer),
    )


def _turned(pixels: Pixels, degrees: int) -> Pixels:
    """Clockwise."""
    return np.ascontiguousarray(np.rot90(pixels, -(degrees // 90))) if degrees else pixels


def _layer_words(glyphs: Glyphs, frame: Frame, trace: Painted) -> list[LayerWord]:
    """Words of what is seen and of what is not; those of a scan's OCR layer are not torn from the print beside it."""
    unseen = int(trace.unseen[glyphs.objects].sum())
    return layer_words(glyphs, frame, trace.unseen if unseen <= hidden.LAYER_SHARE * len(glyphs.codes) else None)


def _words(seen: hidden.Seen) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """What a person with all fonts would see, in reading order, and what nobody sees."""
    shown = seen.printed + seen.undrawn + (seen.laid if seen.ocr_layer else ())
    unseen = seen.hidden + (() if seen.ocr_layer else seen.laid)
    ordered = sorted(shown, key=lambda w: w.word.line)
    return tuple(w.word for w in ordered), tuple(w.word for w in unseen[:MOST_HIDDEN])


def _drawn_without(page: pdfium.PdfPage, drawing: Drawing, handles: NDArray[np.uint64]) -> Pixels:
    """The page drawn as if these text objects were not in it."""
    objects = [ctypes.cast(int(h), c.FPDF_PAGEOBJECT) for h in np.unique(handles)]
    switched = [o for o in objects if c.FPDFPageObj_SetIsActive(o, 0)]
    try:
        return _drawn(page, drawing)
    finally:
        for handle in switched:
            c.FPDFPageObj_SetIsActive(handle, 1)


def _look(width_pt: float, height_pt: float) -> Drawing:
    """The whole page, small and grey, to look for ink."""
    longest = max(width_pt, height_pt)
    scale = min(max(LOOK_DPI / 72, LOOK_PX[0] / longest), LOOK_PX[1] / longest)
    width, height = max(1, round(width_pt * scale)), max(1, round(height_pt * scale))
    return Drawing(width, height, 0, 0, width, height, grey=True)


def _opened(data: bytes, passwords: Sequence[str]) -> pdfium.PdfDocument:
    """The document, with the first password that fits; DocumentError with the true reason where none does."""
    code: int | None = None
    for password in (None, *passwords):
        try:
            return pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            code = error.err_code
            if code != c.FPDF_ERR_PASSWORD:
                break
    if code == c.FPDF_ERR_PASSWORD and not passwords:
        raise DocumentError(Stage.OPEN, Reason.ENCRYPTED, "the PDF is locked: give its password with --password")
    if code == c.FPDF_ERR_PASSWORD:
        tried = f"none of the {len(passwords)} passwords fits" if len(passwords) > 1 else "the password does not fit"
        raise DocumentError(Stage.OPEN, Reason.WRONG_PASSWORD, f"the PDF is locked and {tried}: check --password")
    if code == c.FPDF_ERR_SECURITY:
        message = (
            "the PDF is encrypted by a method that cannot be opened with a password (certificate or private handler)"
        )
        raise DocumentError(Stage.OPEN, Reason.ENCRYPTED, message)
    if _loads(data):
        raise DocumentError(Stage.OPEN, Reason.NO_PAGES, "the PDF opens, but lists no page")
    raise DocumentError(Stage.OPEN, Reason.BROKEN, f"the PDF cannot be opened: {_damage(data)}")


def _loads(data: bytes) -> bool:
    """Whether it is only pages that the document lacks; PDFium's error code may then be that of an earlier document."""
    handle = c.FPDF_LoadMemDocument64(data, len(data), None)
    if handle:
        c.FPDF_CloseDocument(handle)
    return bool(handle)


def _damage(data: bytes) -> str:
    """What a look at the bytes says of a PDF that cannot be opened."""
    if len(data) < HEADER_BYTES and b"obj" not in data:
        return f"there is a header and nothing of a document in its {len(data)} bytes"
    if b"%%EOF" not in data[-TAIL_BYTES:]:
        return f"it is cut off (no end mark after {len(data):,} bytes); fetch it again"
    return "its structure is damaged (no readable list of objects or pages)"


def _form_notes(form: int) -> tuple[str, ...]:
    if form == c.FORMTYPE_XFA_FULL:
        return ("dynamic XFA form: what is printed may only be a placeholder, the contents need Adobe Reader",)
    if form == c.FORMTYPE_XFA_FOREGROUND:
        return ("static XFA form: read as printed, values that only its XFA data hold are not seen",)
    return ()


def _notes(seen: hidden.Seen, *, blank: bool) -> tuple[str, ...]:
    if blank and seen.hidden:
        return (f"nothing is printed, although the text layer has {len(seen.hidden)} words",)
    if seen.undrawn:
        return (
            f"{len(seen.undrawn)} words are in fonts that neither the PDF nor this machine has: no picture shows them",
        )
    return ()


def _has_undecodable(page: pdfium.PdfPage) -> bool:
    """Whether a picture lies on the page that PDFium gets no pixels from."""
    for i in range(min(c.FPDFPage_CountObjects(page.raw), MOST_PICTURES)):
        handle = c.FPDFPage_GetObject(page.raw, i)
        if c.FPDFPageObj_GetType(handle) == c.FPDF_PAGEOBJ_IMAGE:
            bitmap = c.FPDFImageObj_GetBitmap(handle)
            if not bitmap:
                return True
            c.FPDFBitmap_Destroy(bitmap)
    return False


def _has_appearances(page: pdfium.PdfPage) -> bool:
    """Whether anything but links and pop-ups lies on the page."""
    plain = {c.FPDF_ANNOT_LINK, c.FPDF_ANNOT_POPUP}
    for i in range(c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = c.FPDFPage_GetAnnot(page.raw, i)
        if annotation:
            kind = c.FPDFAnnot_GetSubtype(annotation)
            c.FPDFPage_CloseAnnot(annotation)
            if kind not in plain:
                return True
    return False


def _drawn(page: pdfium.PdfPage, drawing: Drawing) -> Pixels:
    """The window of the page, drawn straight into our own memory: no second copy of the pixels."""
    channels = drawing.channels
    pixels = np.full((drawing.height, drawing.width, channels), 255, np.uint8)
    kind = c.FPDFBitmap_Gray if drawing.grey else c.FPDFBitmap_BGR
    bitmap = c.FPDFBitmap_CreateEx(
        drawing.width, drawing.height, kind, pixels.ctypes.data_as(ctypes.c_void_p), drawing.width * channels
    )
    if not bitmap:
        message = f"no picture of {drawing.width} x {drawing.height} pixels can be made"
        raise DocumentError(Stage.RENDER, Reason.MEMORY_LIMIT, message)
    # To turn the bytes of a grey picture round ends the process inside PDFium (SIGTRAP).
    flags = c.FPDF_ANNOT | (c.FPDF_GRAYSCALE if drawing.grey else c.FPDF_REVERSE_BYTE_ORDER)
    size = (drawing.page_width_px, drawing.page_height_px)
    try:
        c.FPDF_RenderPageBitmap(bitmap, page.raw, -drawing.left, -drawing.top, *size, 0, flags)
    finally:
        c.FPDFBitmap_Destroy(bitmap)
    return pixels
