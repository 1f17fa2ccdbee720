"""Pages drawn by Poppler (`pdftoppm`, through pdf2image): the other rasterizer, and the second try of the first."""

from __future__ import annotations

import importlib.util
import math
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tiling.failure import DocumentError, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from tiling.backend import Drawing, Pixels

MOST_PIXELS = 100_000_000

_PAGE_SIZE = re.compile(r"([\d.]+) x ([\d.]+) pts")


def missing() -> str | None:
    """What Poppler lacks on this machine, with the remedy; None where it can be used."""
    if importlib.util.find_spec("pdf2image") is None:
        return "--rasterizer poppler needs the package pdf2image: pip install pdf2image"
    if shutil.which("pdftoppm") is None:
        return "--rasterizer poppler needs pdftoppm: install poppler-utils (Debian, Ubuntu) or poppler (Homebrew)"
    return None


class Poppler:
    """Draws pages of one PDF; each page in a process of its own."""

    def __init__(self, data: bytes, *, passwords: Sequence[str], seconds: float) -> None:
        problem = missing()
        if problem is not None:
            raise DocumentError(Stage.RENDER, Reason.ENGINE_UNAVAILABLE, problem)
        self._data = data
        self._passwords: tuple[str | None, ...] = (None, *passwords)
        self._seconds = seconds
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def draw(self, index: int, drawing: Drawing) -> Pixels:
        from pdf2image import convert_from_path
        from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

        # pdftoppm draws whole pages only: of a very large one a smaller picture, enlarged afterwards
        shrink = min(1.0, math.sqrt(MOST_PIXELS / (drawing.page_width_px * drawing.page_height_px)))
        dpi = 72 * drawing.page_width_px * shrink / self.size_pt(index)[0]
        reason = "no picture came back"
        for password in self._passwords:
            try:
                pictures = convert_from_path(
                    str(self._file()),
                    dpi=dpi,  # type: ignore[arg-type]  # pdftoppm takes fractions
                    first_page=index + 1,
                    last_page=index + 1,
                    grayscale=drawing.grey,
                    use_cropbox=True,
                    userpw=password or "",
                    timeout=max(1, round(self._seconds)),
                )
            except PDFPopplerTimeoutError as error:
                message = f"Poppler needed more than {self._seconds:.0f} seconds for page {index + 1}"
                raise DocumentError(Stage.RENDER, Reason.TIME_LIMIT, message, index) from error
            except (PDFPageCountError, PDFSyntaxError, OSError, ValueError) as error:
                reason = " ".join(str(error).split())[:200]
                continue
            if pictures:
                return _window(pictures[0].convert("L" if drawing.grey else "RGB"), drawing)
        message = f"Poppler cannot draw page {index + 1}: {reason}"
        raise DocumentError(Stage.RENDER, Reason.RENDER_FAILED, message, index)

    def size_pt(self, index: int) -> tuple[float, float]:
        """Of the page as displayed."""
        from pdf2image import exceptions, pdfinfo_from_path

        errors = (exceptions.PDFPageCountError, exceptions.PDFPopplerTimeoutError, OSError, ValueError)
        for password in self._passwords:
            try:
                found = pdfinfo_from_path(
                    str(self._file()),
                    userpw=password or "",
                    first_page=index + 1,
                    last_page=index + 1,
                    timeout=round(self._seconds),
                )
            except errors:
                continue
            size = _PAGE_SIZE.match(str(found.get(f"Page {index + 1:4d} size") or found.get("Page size") or ""))
            if size and float(size[1]) > 0 and float(size[2]) > 0:
                width, height = float(size[1]), float(size[2])
                sideways = str(found.get(f"Page {index + 1:4d} rot", "0")).strip() in {"90", "270"}
                return (height, width) if sideways else (width, height)
        message = f"Poppler cannot load page {index + 1}"
        raise DocumentError(Stage.RENDER, Reason.RENDER_FAILED, message, index)

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _file(self) -> Path:
        """The document on disk, written once: Poppler is another program."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="extract-")
            Path(self._folder.name, "document.pdf").write_bytes(self._data)
        return Path(self._folder.name, "document.pdf")


def _window(page: Image.Image, drawing: Drawing) -> Pixels:
    """The wanted part; Poppler's rounding may differ from ours by a pixel."""
    across, along = page.width / drawing.page_width_px, page.height / drawing.page_height_px
    if abs(page.width - drawing.page_width_px) <= 1 and abs(page.height - drawing.page_height_px) <= 1:
        across = along = 1.0
    box = (
        drawing.left * across,
        drawing.top * along,
        min(page.width, (drawing.left + drawing.width) * across),
        min(page.height, (drawing.top + drawing.height) * along),
    )
    window = page.resize((drawing.width, drawing.height), box=box)
    return np.array(window, np.uint8).reshape(drawing.height, drawing.width, drawing.channels)
