"""OpenVINO runs the networks: on processors that have bfloat16 at half the time of float32, or less."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Network = Callable[[Floats], Floats]

CONVERTER = "openvino.tools.ovc"
"""A part of OpenVINO that reports its use to Google Analytics as soon as it is imported; we have no use for it."""
SETTINGS = {"NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY", "ENABLE_CPU_PINNING": False}


class ModelsMissingError(Exception):
    """The networks, or what runs them, are not installed."""


class Engine:
    """Compiles the networks of rapidocr's wheel for this process; `threads`: of each of them."""

    def __init__(self, threads: int) -> None:
        self._openvino = _openvino()
        self._core = self._openvino.Core()
        self._settings = {**SETTINGS, "INFERENCE_NUM_THREADS": threads}
        self._folder = _folder()

    def model(self, pattern: str) -> Any:  # noqa: ANN401 - OpenVINO's own types
        """The network of the file that fits the pattern, not compiled yet."""
        found = sorted(self._folder.glob(pattern))
        if not found:
            msg = f"{self._folder} has no file {pattern}"
            raise ModelsMissingError(msg)
        return self._core.read_model(str(found[-1]))

    def up_to(self, model: Any, output: Any) -> Any:  # noqa: ANN401
        """The part of a network that ends with this output of one of its nodes."""
        return self._openvino.Model([self._openvino.opset13.result(output)], model.get_parameters(), "part")

    def compiled(self, model: Any) -> Any:  # noqa: ANN401
        return self._core.compile_model(model, "CPU", self._settings)


def _openvino() -> Any:  # noqa: ANN401
    """OpenVINO without the part that calls home: with that marked as missing, it goes on without."""
    if "openvino" not in sys.modules:
        sys.modules.setdefault(CONVERTER, None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        msg = f"openvino cannot be imported ({error})"
        raise ModelsMissingError(msg) from error
    return openvino


def _folder() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        msg = "rapidocr, whose wheel holds the OCR networks, is not installed"
        raise ModelsMissingError(msg)
    return Path(next(iter(spec.submodule_search_locations))) / "models"
