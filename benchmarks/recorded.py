"""`extract` with readings that were recorded before: all of a run but the reading itself, on as many files as wanted.

`python -m benchmarks.recorded record FILE FOLDER COUNT` makes that many PDFs, and keeps what a worker gives back for
them. `python -m benchmarks.recorded FILE run ...` is `extract run ...`; every document gets one of those readings, with
a number of its own: those with one seller and number would be held for copies of each other.
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


def record(file: Path, folder: Path, count: int) -> None:
    """Reads so many made invoices with the schema of invoices."""
    from benchmarks import corpus
    from flows.run import task_maker
    from flows.run_options import RunOptions
    from flows.work import Entry, Origin
    from flows.worker import read_packed
    from schemas.registry import load_schema

    task_of = task_maker(RunOptions(paths=(), schema="invoice"), load_schema("invoice"))
    recorded = []
    for n, pdf in enumerate(corpus.write(folder, count)):
        origin = Origin(source=str(pdf), location=str(pdf), version=None)
        recorded.append((read_packed(task_of(Entry(origins=(origin,), document_id=None))), corpus.number(n)))
    file.write_bytes(pickle.dumps(recorded))


@lru_cache(maxsize=1)
def _recorded() -> list[tuple[Packed, str]]:
    """Readings, and the number of the invoice that each is of."""
    found: list[tuple[Packed, str]] = pickle.loads(Path(os.environ[VARIABLE]).read_bytes())  # noqa: S301 - ours
    return found


def read_recorded(task: Task) -> Packed:
    """One of the recorded readings, as if it were of this document."""
    if task.document_id is None:
        msg = f"{task.source}: recorded readings are for files, whose bytes are known"
        raise ValueError(msg)
    found, chosen = _recorded(), int(task.document_id[:12], 16)
    packed, number = found[chosen % len(found)]
    own = f"N{chosen:015}"
    body = tuple(
        {k: v.replace(number, own) if isinstance(v, str) else v for k, v in row.items()} for row in packed.body
    )
    document = packed.document | {"_source_version": task.source_version, "attempt": task.attempt}
    return replace(packed, source=task.source, document_id=task.document_id, document=document, body=body)


def main(arguments: Sequence[str]) -> int:
    from flows import reader
    from flows.cli import main as extract

    if arguments[0] == "record":
        record(Path(arguments[1]), Path(arguments[2]), int(arguments[3]))
        return 0
    os.environ[VARIABLE] = arguments[0]
    reader.read_packed = read_recorded
    return extract(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
