"""What OCR reads on a picture as a model would see it; kept in a folder, as it takes seconds."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tiling.ocr.reader import OcrReader


class Seen:
    """The texts of pictures, read when first asked for."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache
        self._reader: OcrReader | None = None
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True)

    def file(self, data: bytes) -> str:
        """Of an encoded picture."""
        import cv2

        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return self._text(np.ascontiguousarray(pixels[:, :, ::-1]))

    def pixels(self, pixels: NDArray[np.uint8], size: tuple[int, int]) -> str:
        """Of a (H, W, 3) picture after the model has made it so large (width, height)."""
        import cv2

        same = (pixels.shape[1], pixels.shape[0]) == size
        return self._text(pixels if same else cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC))

    def _text(self, pixels: NDArray[np.uint8]) -> str:
        name = hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).hexdigest()
        kept = None if self._cache is None else self._cache / f"{name}.txt"
        if kept is not None and kept.is_file():
            return kept.read_text(encoding="utf-8")
        if self._reader is None:
            from tiling.ocr.reader import OcrReader

            self._reader = OcrReader()
        words = self._reader.read(pixels).words
        lines: dict[int, list[str]] = {}
        for word in words:
            lines.setdefault(word.row, []).append(word.text)
        text = "\n".join(" ".join(line) for line in lines.values())
        if kept is not None:
            kept.write_text(text, encoding="utf-8")
        return text
