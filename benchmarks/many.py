"""`python -m benchmarks.many [COUNT]`: 100,000 documents. What a run takes beside reading, and what a second run takes.

Their readings are recorded ones (`benchmarks.recorded`), all else is a real run over real files. What reading takes is
measured on real PDFs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import corpus, measure
from benchmarks.measure import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.measure import Process

COUNT = 100_000
SHARE_OF_FEW = 10
"""COUNT is compared with the tenth part of it."""
PDFS = 2_000
FEW_PDFS = 500
RECORDED = 8
EXTRACT = [sys.executable, "-m", "flows"]
SCHEMA = ["--schema", "invoice", "--orchestrator", "none"]


def recorded_readings(folder: Path) -> Path:
    """A file with the readings of a few PDFs."""
    command = [sys.executable, "-m", "benchmarks.recorded", "record", str(folder / "readings")]
    done = measure.run([*command, str(folder / "recorded"), str(RECORDED)])
    if done.code:
        msg = f"the readings could not be recorded (exit code {done.code})"
        raise RuntimeError(msg)
    return folder / "readings"


def run_twice(extract: Sequence[str], source: Path, out: Path) -> tuple[Process, Process]:
    """A run, and the same again."""
    command = [*extract, "run", str(source), *SCHEMA, "--out", str(out)]
    first, second = measure.run(command), measure.run(command)
    if first.code not in {0, 1} or second.code not in {0, 1}:
        msg = f"{' '.join(command)} ended with {first.code}, then with {second.code}"
        raise RuntimeError(msg)
    return first, second


def with_recorded_readings(folder: Path, count: int, readings: Path) -> tuple[Process, Process]:
    """Runs over so many files, no two with the same bytes."""
    source = folder / f"in{count}"
    source.mkdir()
    for n in range(count):
        (source / f"{n:07}.pdf").write_text(f"document {n}", encoding="utf-8")
    return run_twice([sys.executable, "-m", "benchmarks.recorded", str(readings)], source, folder / f"out{count}")


def really_read(folder: Path, count: int) -> tuple[Process, Process]:
    """Runs over so many PDFs with the layout reader."""
    corpus.write(folder / f"pdfs{count}", count)
    return run_twice(EXTRACT, folder / f"pdfs{count}", folder / f"read{count}")


def results(folder: Path, count: int) -> Iterator[Result]:
    few_pdfs, _ = really_read(folder, FEW_PDFS)
    pdfs, _ = really_read(folder, PDFS)
    growth = pdfs.peak_mib / few_pdfs.peak_mib
    yield Result(name="memory", figure=f"x {growth:.2f} for {PDFS} against {FEW_PDFS} PDFs", target="1.15",
                 reached=growth <= 1.15,
                 detail=f"{pdfs.peak_mib:.0f} MiB, {pdfs.wall_s:.0f} s, all processes")  # fmt: skip

    readings, smaller = recorded_readings(folder), count // SHARE_OF_FEW
    few, _ = with_recorded_readings(folder, smaller, readings)
    many, again = with_recorded_readings(folder, count, readings)
    factor = (many.cpu_s / count) / (few.cpu_s / smaller)
    yield Result(name="linear", figure=f"x {factor:.2f} CPU a document, {count} against {smaller}", target="1.1",
                 reached=factor <= 1.1,
                 detail=f"{many.wall_s:.0f} s, {many.cpu_s:.0f} s of CPU, recorded readings")  # fmt: skip
    more = many.peak_mib - few.peak_mib
    yield Result(name="growth", figure=f"{more * 1024 / (count - smaller):.2f} KiB a document", target="1 KiB",
                 reached=more * 1024 <= count - smaller,
                 detail=f"{many.peak_mib:.0f} MiB against {few.peak_mib:.0f}: places and ids, no content")  # fmt: skip
    reading_s, reading_cpu = pdfs.wall_s / PDFS * count, pdfs.cpu_s / PDFS * count
    share = again.cpu_s / reading_cpu
    yield Result(name="again", figure=f"{share:.2%} of reading {count}", target="1%", reached=share < 0.01,
                 detail=f"{again.wall_s:.1f} s, {again.cpu_s:.1f} s of CPU, against {reading_s:.0f} s, "
                 f"{reading_cpu:.0f} s at the pace of the {PDFS} PDFs")  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    missed = 0
    with tempfile.TemporaryDirectory(prefix="extract-bench-") as name:
        for result in results(Path(name), int(arguments[0]) if arguments else COUNT):
            missed += not result.reached
            mark = "ok  " if result.reached else "MISS"
            print(f"{mark} {result.name:8} {result.figure:48} target {result.target:6} {result.detail}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
