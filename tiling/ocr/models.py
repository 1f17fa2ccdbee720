"""The three PP-OCR networks, one session each: where print is, which way up it stands, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Quad = NDArray[np.float32]

LINE_HEIGHT_PX = 48
"""Height of a line of print as the recogniser was trained on it."""
MIN_WIDTH_PX = 32
MAX_WIDTH_PX = 3200
BLANK = 0
"""The CTC class that stands for no character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The text of one line."""

    text: str
    positions: tuple[float, ...]
    """Of each character's centre along the line, as a share of its width."""
    scores: tuple[float, ...]
    """Probability of each character."""


class Models:
    """The networks in this process. `threads`: of each network; 1 where a pool of processes shares the cores."""

    def __init__(self, threads: int = 1) -> None:
        from rapidocr import RapidOCR

        engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            }
        )
        self._detector: Any = engine._load_det_model()  # noqa: SLF001 - the parts have no public door
        self._classifier: Any = engine._load_cls_model()  # noqa: SLF001
        self._recogniser: Any = engine._load_rec_model()  # noqa: SLF001
        self._characters: list[str] = self._recogniser.postprocess_op.character

    def detect(self, pixels: Pixels, longest_side_px: int) -> list[Quad]:
        """Quads (4, 2) in pixels of the picture (top left, top right, bottom right, bottom left) around lines of print."""
        self._detector.limit_side_len = longest_side_px
        self._detector.limit_type = "max"
        found = self._detector(pixels).boxes
        return [] if found is None else [np.asarray(quad, np.float32) for quad in found]

    def upside_down(self, lines: Sequence[Pixels]) -> float:
        """How surely the lines stand on their heads: the mean of the votes, -1 (upright) to 1."""
        if not lines:
            return 0.0
        votes = self._classifier(list(lines)).cls_res
        return float(np.mean([score if label == "180" else -score for label, score in votes]))

    def recognise(self, line: Pixels) -> Recognised:
        """The text of one line of print (48 px high)."""
        probabilities = self._recogniser.session(_normalised(line))[0]
        best = probabilities.argmax(axis=1)
        kept = np.flatnonzero((best != BLANK) & np.concatenate(([True], best[1:] != best[:-1])))
        return Recognised(
            text="".join(self._characters[best[i]] for i in kept),
            positions=tuple((i + 0.5) / len(best) for i in kept.tolist()),
            scores=tuple(probabilities[i, best[i]] for i in kept.tolist()),
        )


def _normalised(line: Pixels) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = line.astype(np.float32).transpose(2, 0, 1)[np.newaxis] / 127.5 - 1.0
    return scaled


def straightened(pixels: Pixels, quad: Quad) -> Pixels:
    """The part of the picture within the quad as an upright line of 48 px height."""
    width = float(np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])) / 2
    height = float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    target = round(min(MAX_WIDTH_PX, max(MIN_WIDTH_PX, width * LINE_HEIGHT_PX / max(height, 1.0))))
    corners = np.array([[0, 0], [target, 0], [target, LINE_HEIGHT_PX], [0, LINE_HEIGHT_PX]], np.float32)
    transform = cv2.getPerspectiveTransform(quad, corners)
    how = cv2.INTER_AREA if height > 2 * LINE_HEIGHT_PX else cv2.INTER_CUBIC
    out: Pixels = cv2.warpPerspective(
        pixels, transform, (target, LINE_HEIGHT_PX), flags=how, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8, copy=False)
    return out
