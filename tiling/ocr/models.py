"""The two PP-OCR networks: where print is, and what it says. Their files come in rapidocr's wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from tiling.ocr.alphabet import Alphabet, Recognised
from tiling.ocr.batches import batches, filled, strips
from tiling.ocr.engine import Engine
from tiling.ocr.regions import quads_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Quad = NDArray[np.float32]

DETECTOR = "*_det_small.onnx"
RECOGNISER = "*_rec_small.onnx"
SIDES_OF = 128
"""The detector wants sides that are multiples of 32; fewer shapes take less time to prepare for."""
LINE_HEIGHT_PX = 48
"""Height of a line of print as the recogniser was trained on it."""
STEP_PX = 8
"""It says what it sees at every so many pixels of the line."""
MIN_WIDTH_PX = 32
MAX_WIDTH_PX = 3200
LARGE_PX = 1_000_000
"""After a picture of so many pixels the detector's memory is given back."""


class Models:
    """The networks in this process. `threads`: of each network; 1 where a pool of processes shares the cores."""

    def __init__(self, threads: int = 1) -> None:
        cv2.setNumThreads(threads)
        engine = Engine(threads)
        self._detector = engine.compiled(engine.model(DETECTOR))
        recogniser = engine.model(RECOGNISER)
        last, weights, bias = _last_layer(recogniser)
        named = str(recogniser.get_rt_info(["framework", "character"]).value)
        self._alphabet = Alphabet(["", *named.splitlines(), " "], weights, bias)
        self._recogniser = engine.compiled(engine.up_to(recogniser, last))
        self._look = self._detector.create_infer_request()
        self._read = self._recogniser.create_infer_request()

    def detect(self, pixels: Pixels, longest_side_px: int) -> list[Quad]:
        """Quads (4, 2) around lines of print in a (H, W, 3) picture, in its pixels; see `quads_of`.

        The network sees the picture with about this longest side, smaller or larger than it is.
        """
        height, width = pixels.shape[:2]
        scale = max(SIDES_OF, round(longest_side_px / SIDES_OF) * SIDES_OF) / max(height, width)
        size = tuple(max(1, round(side * scale)) for side in (width, height))
        seen = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA)
        canvas = cv2.copyMakeBorder(seen, 0, -size[1] % SIDES_OF, 0, -size[0] % SIDES_OF, cv2.BORDER_REPLICATE)
        heat = self._heat(np.asarray(canvas, np.uint8))[: size[1], : size[0]]
        return quads_of(np.ascontiguousarray(heat), width_px=width, height_px=height)

    def _heat(self, canvas: Pixels) -> NDArray[np.float32]:
        """Where print is, (H, W) 0 to 1; of a large picture strip by strip, for memory's sake."""
        heat = np.empty(canvas.shape[:2], np.float32)
        for top, bottom, start, end in strips(*canvas.shape[:2]):
            part = self._look.infer([_normalised(canvas[start:end])])[0][0, 0]
            heat[top:bottom] = part[top - start : bottom - start]
            del part
        if heat.size > LARGE_PX:
            self._detector.release_memory()
        return heat

    def recognise(self, lines: Sequence[Pixels]) -> list[Recognised]:
        """The texts of lines of print (48 px high)."""
        read: dict[int, Recognised] = {}
        for width, some in batches([line.shape[1] for line in lines]):
            features = self._read.infer([filled([lines[i] for i in some], width)])[0]
            for row, i in zip(features, some, strict=False):
                steps = lines[i].shape[1] / STEP_PX
                read[i] = self._alphabet.read(row[: int(np.ceil(steps))], steps)
        return [read[i] for i in range(len(lines))]


def _last_layer(recogniser: Any) -> tuple[Any, NDArray[np.float32], NDArray[np.float32]]:  # noqa: ANN401
    """What goes into the recogniser's last layer, and that layer's weights and bias."""
    nodes = recogniser.get_ordered_ops()
    product = [node for node in nodes if node.get_type_name() == "MatMul"][-1]
    summed = next(iter(product.output(0).get_target_inputs())).get_node()
    weights, bias = (node.input(1).get_source_output().get_node().data.copy() for node in (product, summed))
    return product.input(0).get_source_output(), weights, bias


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
