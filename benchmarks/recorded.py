"""`extract` with readings that were recorded before: all of a run but the reading itself, on as many files as wanted.

python -m benchmarks.recorded record FILE PDF ...     reads the PDFs, and keeps what a worker gives back
python -m benchmarks.recorded FILE run ...            `extract run ...`; each file gets one of those readings
"""

from __future__ import annotations

import os
import pickle
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.parts import Packed
    from flows.worker import Task

VARIABLE = "RECORDED_READINGS"


def record(file: Path, pdfs: Sequence[Path]) -> None:
    """Reads each of these with the schema of invoices."""
    from flows.run import task_maker
    from flows.run_options import RunOptions
    from flows.work import Entry, Origin
    from flows.worker import read_packed
    from schemas.registry import load_schema

    task_of = task_maker(RunOptions(paths=(), schema="invoice"), load_schema("invoice"))
    entries = [
        Entry(origins=(Origin(source=str(pdf), location=str(pdf), version=None),), document_id=None) for pdf in pdfs
    ]
    file.write_bytes(pickle.dumps([read_packed(task_of(entry)) for entry in entries]))


@lru_cache(maxsize=1)
def _recorded() -> list[Packed]:
    found: list[Packed] = pickle.loads(Path(os.environ[VARIABLE]).read_bytes())  # noqa: S301 - made by `record`
    return found


def read_recorded(task: Task) -> Packed:
    """One of the recorded readings, as if it were of this document."""
    if task.document_id is None:
        msg = f"{task.source}: recorded readings are for files, whose bytes are known"
        raise ValueError(msg)
    found = _recorded()
    packed = found[int(task.document_id[:8], 16) % len(found)]
    document = packed.document | {"_source_version": task.source_version, "attempt": task.attempt}
    return replace(packed, source=task.source, document_id=task.document_id, document=document)


def main(arguments: Sequence[str]) -> int:
    from flows import reader
    from flows.cli import main as extract

    if arguments[0] == "record":
        record(Path(arguments[1]), [Path(name) for name in arguments[2:]])
        return 0
    os.environ[VARIABLE] = arguments[0]
    reader.read_packed = read_recorded
    return extract(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
