"""A picture as a document: PNG, JPEG, TIFF (a page a frame), WebP, BMP, GIF, JPEG 2000, through Pillow."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from tiling.backend import Attachment, Drawing
from tiling.failure import DocumentError, Reason, Stage
from tiling.ink import ink_in, ink_mask
from tiling.media import name_of
from tiling.page import Page, PageState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiling.backend import Mask, Pixels
    from tiling.limits import Limits

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "DIB", "GIF", "JPEG2000")
SANE_DPI = (50.0, 1200.0)
SANE_PT = (72.0, 1800.0)
"""Longest side of a page: a photo that says 72 dpi of its 4,000 pixels knows nothing of the paper."""
A4_LONG_PT = 842.0
LOOK_PX = 600
ORIENTATION_TAG = 0x0112
SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""
SEVERAL_PAGES = frozenset({"TIFF"})
"""Formats whose frames are pages; elsewhere they are an animation or a thumbnail, and the first counts."""
DAMAGE = (OSError, SyntaxError, ValueError, TypeError, EOFError, KeyError, IndexError, ZeroDivisionError, OverflowError)
"""What Pillow's decoders raise on damaged files."""


class Picture:
    """An open picture; see `backend.Backend`. The pixels of the page last used are kept, never more."""

    def __init__(self, data: bytes, *, media_type: str, limits: Limits) -> None:
        self._limits = limits
        self._name = name_of(media_type)
        self.notes: tuple[str, ...] = ()
        self._kept: tuple[int, Image.Image] | None = None
        self._inked: tuple[int, Mask] | None = None
        with _quiet():
            try:
                self._image = Image.open(io.BytesIO(data), formats=FORMATS)
                self.page_count = self._frames()
                if self.page_count == 1:  # before the orientation is looked up: Pillow decodes a PNG for it
                    self._check_pixels(*self._image.size, page=None)
                self._sizes = {0: self._frame_size(0)}
            except (UnidentifiedImageError, *DAMAGE) as error:
                message = f"it begins like {self._name}, but cannot be opened: {_short(error)}"
                raise DocumentError(Stage.OPEN, Reason.BROKEN, message) from error

    def size_pt(self, index: int) -> tuple[float, float]:
        width, height, (across, along) = self._size(index)
        if across and along:
            found = width / across * 72, height / along * 72
            if SANE_PT[0] <= max(found) <= SANE_PT[1]:
                return found
        scale = A4_LONG_PT / max(width, height)
        return width * scale, height * scale

    def native_px(self, index: int) -> tuple[int, int] | None:
        width, height, _ = self._size(index)
        return width, height

    def page(self, index: int) -> Page:
        width_pt, height_pt = self.size_pt(index)
        ink = ink_in(self.ink(index))
        state = PageState.BLANK if ink.blank else PageState.READ
        return Page(index=index, width_pt=width_pt, height_pt=height_pt, ink=ink.share, state=state)

    def ink(self, index: int) -> Mask:
        if self._inked is None or self._inked[0] != index:
            width_pt, height_pt = self.size_pt(index)
            scale = LOOK_PX / max(width_pt, height_pt)
            width, height = max(1, round(width_pt * scale)), max(1, round(height_pt * scale))
            drawing = Drawing(width, height, 0, 0, width, height, grey=True)
            self._inked = index, ink_mask(self.draw(index, drawing))
        return self._inked[1]

    def draw(self, index: int, drawing: Drawing) -> Pixels:
        image = self._decoded(index)
        across, along = image.width / drawing.page_width_px, image.height / drawing.page_height_px
        window = (
            drawing.left * across,
            drawing.top * along,
            min(image.width, (drawing.left + drawing.width) * across),
            min(image.height, (drawing.top + drawing.height) * along),
        )
        size = (drawing.width, drawing.height)
        if window != (0, 0, *size) or image.size != size:
            image = image.resize(size, Image.Resampling.LANCZOS, box=window, reducing_gap=2.0)
        pixels = np.array(image.convert("L" if drawing.grey else "RGB"), np.uint8)
        return pixels.reshape(drawing.height, drawing.width, drawing.channels)

    def attachments(self) -> tuple[Attachment, ...]:
        return ()

    def close(self) -> None:
        self._kept = self._inked = None
        self._image.close()

    def _frames(self) -> int:
        """Pages, counted no further than one past the limit."""
        if self._image.format not in SEVERAL_PAGES:
            return 1
        count = 1
        with contextlib.suppress(EOFError):
            while count <= self._limits.max_pages:
                self._image.seek(count)
                count += 1
        self._image.seek(0)
        return count

    def _frame_size(self, index: int) -> tuple[int, int, tuple[float, float]]:
        """Width and height in pixels as displayed, and the resolution (0, 0 where it is not known)."""
        self._image.seek(index)
        width, height = self._image.size
        across, along = _resolution(self._image)
        if self._image.getexif().get(ORIENTATION_TAG) in SIDEWAYS:
            width, height, across, along = height, width, along, across
        return width, height, (across, along)

    def _size(self, index: int) -> tuple[int, int, tuple[float, float]]:
        if index not in self._sizes:
            with self._damage(index), _quiet():
                self._sizes[index] = self._frame_size(index)
        return self._sizes[index]

    def _check_pixels(self, width: int, height: int, *, page: int | None) -> None:
        if width * height > self._limits.max_pixels:
            message = (
                f"the picture has {width:,} x {height:,} pixels, more than the {self._limits.max_pixels:,} allowed; "
                "raise it with --max-pixels"
            )
            raise DocumentError(Stage.OPEN, Reason.TOO_MANY_PIXELS, message, page)

    def _decoded(self, index: int) -> Image.Image:
        """The page's pixels as RGB or L, upright, on white."""
        if self._kept is None or self._kept[0] != index:
            self._kept = None
            width, height, _ = self._size(index)
            self._check_pixels(width, height, page=index)
            with self._damage(index), _quiet():
                self._image.seek(index)
                self._kept = (index, on_white(ImageOps.exif_transpose(self._image)))
        return self._kept[1]

    @contextlib.contextmanager
    def _damage(self, index: int) -> Iterator[None]:
        try:
            yield
        except MemoryError as error:
            message = f"page {index + 1} does not fit into the worker's memory"
            raise DocumentError(Stage.RENDER, Reason.MEMORY_LIMIT, message, index) from error
        except DAMAGE as error:
            message = f"{self._name} that cannot be decoded (page {index + 1} of {self.page_count}): {_short(error)}"
            raise DocumentError(Stage.RENDER, Reason.BROKEN, message, index) from error


def on_white(image: Image.Image) -> Image.Image:
    """Any mode as RGB or L: transparency on white, deep grey scaled to 8 bits."""
    if image.mode in {"RGB", "L"} and "transparency" not in image.info:
        image.load()
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_eight_bits(np.asarray(image), image.mode))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("RGB")


def _eight_bits(deep: np.ndarray[Any, Any], mode: str) -> Pixels:
    """Grey of more than 8 bits as uint8; the scale is the format's, or where it has none, the brightest pixel."""
    if mode.startswith("I;16"):
        high: Pixels = (deep >> 8).astype(np.uint8)
        return high
    brightest = float(deep.max(initial=0))
    full = next((top for top in (1.0 if mode == "F" else 255.0, 255.0, 65535.0) if brightest <= top), brightest)
    scaled: Pixels = np.clip(deep.astype(np.float32) * (255.0 / full), 0, 255).astype(np.uint8)
    return scaled


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and along; 0, 0 where it is unknown or cannot be."""
    try:
        across, along = (float(d) for d in image.info.get("dpi", (0, 0)))
    except DAMAGE:
        return 0.0, 0.0
    sane = all(SANE_DPI[0] <= d <= SANE_DPI[1] for d in (across, along)) and 0.4 <= across / along <= 2.5
    return (across, along) if sane else (0.0, 0.0)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Pillow without warnings, log lines and its own limit of pixels: ours is checked before anything is decoded."""
    limit = Image.MAX_IMAGE_PIXELS
    log = logging.getLogger("PIL")
    level = log.level
    Image.MAX_IMAGE_PIXELS = None
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit
        log.setLevel(level)


def _short(error: BaseException) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "its contents are damaged or of a rare variety"
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:200]
