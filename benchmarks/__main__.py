"""`python -m benchmarks [NAME ...] [--files DIR]`: prints a table; exit code 1 where a target is missed."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import corpus, measure, ocr_speed, tile_cost
from benchmarks.measure import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXTRACT = [sys.executable, "-m", "flows", "run"]


def words(files: Sequence[Path], _: Path) -> Result:
    """Words of a page against pdfplumber's `extract_words`, both from documents that are open already."""
    import pdfplumber
    import pypdfium2

    from tiling.text_layer import words_of

    theirs: list[pdfplumber.PDF] = []
    ours: list[pypdfium2.PdfDocument] = []

    def reopened() -> None:
        for document in (*theirs, *ours):
            document.close()
        theirs[:] = [pdfplumber.open(path) for path in files]
        ours[:] = [pypdfium2.PdfDocument(path) for path in files]

    slow, fast, factor = measure.ratio(
        lambda: [page.extract_words() for document in theirs for page in document.pages],
        lambda: [words_of(document[index]) for document in ours for index in range(len(document))],
        before=reopened,
    )
    return Result(name="words", figure=f"{factor:.1f} times faster than pdfplumber", target="10", reached=factor >= 10,
                  detail=f"{slow:.2f} s against {fast:.2f} s of CPU, {len(files)} files")  # fmt: skip


def pictures(files: Sequence[Path], _: Path) -> Result:
    """First page to a JPEG of 1288 px against `pdftoppm -png` at the same size."""
    if shutil.which("pdftoppm") is None:
        return Result(name="pictures", figure="not measured: no pdftoppm here", target="10", reached=True)
    import subprocess

    from tiling.encode import encode_pixels
    from tiling.limits import Limits
    from tiling.open import open_document

    def theirs() -> None:
        for path in files:
            subprocess.run(["pdftoppm", "-png", "-scale-to", "1288", "-f", "1", "-l", "1", str(path)],
                           check=True, stdout=subprocess.DEVNULL)  # fmt: skip

    def ours() -> None:
        for path in files:
            with open_document(path, None, source=str(path), limits=Limits()) as document:
                encode_pixels(document.render(0, longest_side_px=1288))

    slow, fast, factor = measure.ratio(theirs, ours)
    return Result(name="pictures", figure=f"{factor:.1f} times less CPU than pdftoppm -png", target="10",
                  reached=factor >= 10, detail=f"{slow:.2f} s against {fast:.2f} s, {len(files)} pages")  # fmt: skip


def layout(files: Sequence[Path], _: Path) -> Result:
    """Layout reading against the taking of the words."""
    from extractors.layout.reader import read_layout
    from schemas.registry import load_schema
    from tiling.text_layer import pages_of

    schema = load_schema("invoice")
    pages = [pages_of(path) for path in files]

    def reading() -> None:
        for document in pages:
            read_layout(document, schema)

    def taking() -> None:
        for path in files:
            pages_of(path)

    slow, fast, factor = measure.ratio(reading, taking)
    return Result(name="layout", figure=f"{factor:.1f} times the time of the words", target="at most 5",
                  reached=factor <= 5, detail=f"{slow:.2f} s against {fast:.2f} s, {len(files)} files")  # fmt: skip


def cores(_: Sequence[Path], scratch: Path) -> Result:
    """Share of the cores that is busy over 200 PDFs (start and end included); the median of three runs."""
    corpus.write(scratch / "two_hundred", 200)
    command = [*EXTRACT, str(scratch / "two_hundred"), "--schema", "invoice", "--out"]
    runs = [measure.run_unwatched([*command, str(scratch / f"out200-{n}")]) for n in range(3)]
    count = os.cpu_count() or 1
    share = statistics.median(run.cpu_s / (run.wall_s * count) for run in runs)
    reached = share >= 0.9 and all(run.code in {0, 1} for run in runs)
    return Result(name="cores", figure=f"{share:.0%} of {count} cores busy", target="90%", reached=reached,
                  detail=f"{statistics.median(run.wall_s for run in runs):.1f} s, 200 files")  # fmt: skip


def scale(_: Sequence[Path], scratch: Path) -> Result:
    """5,000 documents against 1,000: time by document, and memory."""
    results = {}
    for count in (1000, 5000):
        folder = scratch / f"scale{count}"
        corpus.write(folder, count)
        results[count] = measure.run(
            [*EXTRACT, str(folder), "--schema", "invoice", "--out", str(scratch / f"out{count}")]
        )
    time_factor = (results[5000].wall_s / 5000) / (results[1000].wall_s / 1000)
    memory_factor = results[5000].peak_mib / results[1000].peak_mib
    return Result(name="scale", figure=f"time a document x {time_factor:.2f}, memory x {memory_factor:.2f}",
                  target="1.1, 1.15", reached=time_factor <= 1.1 and memory_factor <= 1.15,
                  detail=f"{results[5000].wall_s:.0f} s, {results[5000].peak_mib:.0f} MiB at 5,000")  # fmt: skip


def planning(_: Sequence[Path], scratch: Path) -> Result:
    """`extract plan` of 1,000 PDFs against reading them with the layout reader (CPU of all processes)."""
    folder = scratch / "planned"
    corpus.write(folder, 1000)
    plan = measure.run_unwatched([sys.executable, "-m", "flows", "plan", str(folder), "--schema", "invoice", "--json"])
    read = measure.run_unwatched(
        [*EXTRACT, str(folder), "--schema", "invoice", "--reader", "layout", "--out", str(scratch / "p")]
    )
    share = plan.cpu_s / read.cpu_s
    return Result(name="planning", figure=f"{share:.0%} of the CPU of reading", target="33%",
                  reached=share <= 1 / 3 and plan.code == 0,
                  detail=f"{plan.cpu_s:.1f} s against {read.cpu_s:.1f} s")  # fmt: skip


def start(_: Sequence[Path], __: Path) -> Result:
    """`extract --help` against an empty Python start (wall clock, median of 15 in turn)."""
    script = shutil.which("extract", path=str(Path(sys.executable).parent))
    command = [script] if script else [sys.executable, "-m", "flows"]
    pairs = [
        (measure.run_quick([*command, "--help"]), measure.run_quick([sys.executable, "-c", ""])) for _ in range(15)
    ]
    factor = statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)
    return Result(name="start", figure=f"{factor:.1f} times an empty Python start", target="at most 3",
                  reached=factor <= 3, detail=f"{statistics.median(a for a, _ in pairs) * 1000:.0f} ms")  # fmt: skip


BENCHMARKS: dict[str, Callable[[Sequence[Path], Path], Result]] = {
    "start": start, "words": words, "pictures": pictures, "layout": layout, "cores": cores, "scale": scale,
    "tiles": tile_cost.tiles, "planning": planning, "ocr": ocr_speed.ocr,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument(
        "--files", type=Path, help="a folder of your own: PDFs for words, pictures and layout, pictures for ocr"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    missed = 0
    with tempfile.TemporaryDirectory(prefix="extract-bench-") as name:
        scratch = Path(name)
        files = sorted(arguments.files.rglob("*.*")) if arguments.files else corpus.write(scratch / "few", 40)
        pdfs = [path for path in files if path.suffix.lower() == ".pdf"]
        for benchmark in arguments.names or BENCHMARKS:
            result = BENCHMARKS[benchmark](files if benchmark == "ocr" else pdfs, scratch)
            missed += not result.reached
            mark = "ok  " if result.reached else "MISS"
            print(f"{mark} {result.name:9} {result.figure:45} target {result.target:11} {result.detail}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
