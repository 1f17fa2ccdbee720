"""The process that worker processes are forked from, started before all else: it imports while its parent does.

Little is imported here, so that a command may start it before it imports what it needs itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

PRELOAD = (
    "flows.worker",
    "flows.parts",
    "flows.arrow_alone",
    "asyncio",
    "cv2",
    "pebble",
    "psutil",
    "tiling.open",
    "tiling.pdf",
    "tiling.picture",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.TiffImagePlugin",
    "PIL.WebPImagePlugin",
    "lxml.etree",
    "extractors.einvoice.reader",
    "extractors.layout.reader",
    "extractors.layout.parties",
    "extractors.layout.table",
    "rapidfuzz.fuzz",
    "rapidfuzz.process",
)
"""What the fork server imports once, for all worker processes; the rest is imported where it is used."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""One process a core is the plan; a library that starts threads of its own would only get in its way."""


def start(preload: Sequence[str]) -> Any:  # noqa: ANN401 - a context of multiprocessing
    """Starts the fork server, where there is none yet; returns what makes processes with it."""
    for variable in ONE_THREAD:
        os.environ.setdefault(variable, "1")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    # A Ctrl-C goes to all processes of the terminal; this one inherits the mask and leaves it to its parent.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context
