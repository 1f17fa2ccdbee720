"""The two PP-OCR networks, one session each: where print is, and what it says. Their files come in rapidocr's wheel."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from tiling.ocr.regions import quads_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Quad = NDArray[np.float32]

DETECTOR = "*_det_small.onnx"
RECOGNISER = "*_rec_small.onnx"
SIDES_OF = 32
"""The detector wants sides that are multiples of this."""
LINE_HEIGHT_PX = 48
"""Height of a line of print as the recogniser was trained on it."""
MIN_WIDTH_PX = 32
MAX_WIDTH_PX = 3200
BLANK = 0
"""The CTC class that stands for no character."""


class ModelsMissingError(Exception):
    """The networks, or what runs them, are not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The text of one line."""

    text: str
    positions: tuple[float, ...]
    """Of each character's centre along the line, as a share of its width."""
    scores: tuple[float, ...]
    """Probability of each character."""

    @property
    def score(self) -> float:
        return float(np.mean(self.scores)) if self.scores else 0.0


class Models:
    """The networks in this process. `threads`: of each network; 1 where a pool of processes shares the cores."""

    def __init__(self, threads: int = 1) -> None:
        cv2.setNumThreads(threads)
        folder = _folder()
        self._detector = _session(folder, DETECTOR, threads)
        self._recogniser = _session(folder, RECOGNISER, threads)
        named = self._recogniser.get_modelmeta().custom_metadata_map["character"]
        self._characters = ["", *named.splitlines(), " "]

    def detect(self, pixels: Pixels, longest_side_px: int) -> list[Quad]:
        """Quads (4, 2) around lines of print in a (H, W, 3) picture, in its pixels; see `quads_of`.

        The network sees the picture with this longest side, smaller or larger than it is.
        """
        height, width = pixels.shape[:2]
        scale = longest_side_px / max(height, width)
        size = tuple(max(SIDES_OF, round(side * scale / SIDES_OF) * SIDES_OF) for side in (width, height))
        seen = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA)
        (heat,) = self._detector.run(
            None, {self._detector.get_inputs()[0].name: _normalised(np.asarray(seen, np.uint8))}
        )
        return quads_of(heat[0, 0], width_px=width, height_px=height)

    def recognise(self, line: Pixels) -> Recognised:
        """The text of one line of print (48 px high)."""
        (batch,) = self._recogniser.run(None, {self._recogniser.get_inputs()[0].name: _normalised(line)})
        probabilities = batch[0]
        best = probabilities.argmax(axis=1)
        kept = np.flatnonzero((best != BLANK) & np.concatenate(([True], best[1:] != best[:-1])))
        return Recognised(
            text="".join(self._characters[best[i]] for i in kept),
            positions=tuple((i + 0.5) / len(best) for i in kept.tolist()),
            scores=tuple(float(probabilities[i, best[i]]) for i in kept.tolist()),
        )


def _folder() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        msg = "rapidocr, whose wheel holds the OCR networks, is not installed"
        raise ModelsMissingError(msg)
    return Path(next(iter(spec.submodule_search_locations))) / "models"


def _session(folder: Path, pattern: str, threads: int) -> Any:  # noqa: ANN401 - onnxruntime has no types
    try:
        import onnxruntime
    except ImportError as error:
        msg = f"onnxruntime cannot be imported ({error})"
        raise ModelsMissingError(msg) from error
    found = sorted(folder.glob(pattern))
    if not found:
        msg = f"{folder} has no file {pattern}"
        raise ModelsMissingError(msg)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False  # it keeps the largest picture's memory, for 4 % of the time
    return onnxruntime.InferenceSession(str(found[-1]), options, providers=["CPUExecutionProvider"])


def _normalised(pixels: Pixels) -> NDArray[np.float32]:
    """(1, 3, H, W), -1 to 1."""
    scaled: NDArray[np.float32] = pixels.transpose(2, 0, 1)[np.newaxis].astype(np.float32, order="C")
    scaled *= 1 / 127.5
    scaled -= 1.0
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
