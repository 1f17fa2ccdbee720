"""Shards that are read on another machine: a process there that opens the same output, reads, commits and counts.

A process of its own, because a worker of Dask may be a daemon, which must not have children, and reading needs children
that can be killed. What goes there is pickled (it comes from the flow of the same user); what comes back is JSON.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from flows.errors import UnavailableError, UsageError
from flows.run_files import installed
from flows.stopping import first_of
from flows.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.output import Output
    from flows.run_options import RunOptions
    from flows.work import Shard, Work

PACKAGE = "pagewise-extract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is to be read there."""

    options: RunOptions
    """Without passwords: those come from EXTRACT_PASSWORD of the machine that reads."""
    work: Work
    shards: tuple[str, ...]
    """Names of shards of committed lists."""
    version: str | None
    """Of the package here: another one there might read differently."""


def errand(options: RunOptions, work: Work, shards: Sequence[Shard]) -> Errand:
    return Errand(
        options=replace(options, password=()),
        work=work,
        shards=tuple(shard.name for shard in shards),
        version=installed(PACKAGE),
    )


def run_errand(task: Errand) -> dict[str, Any]:
    """The counters of a tally; UnavailableError, UsageError with the sentence that the process said."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.orchestration.errand"], input=pickle.dumps(task), capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        kind = UsageError if done.returncode == UsageError.exit_code else UnavailableError
        msg = f"Shard {task.shards[0]} could not be read elsewhere: {said[-1].removeprefix('extract: ')}"
        raise kind(msg)
    counted: dict[str, Any] = json.loads(done.stdout)
    return counted


def add_to(tally: Tally, counted: dict[str, Any]) -> None:
    """Counts here what was read there."""
    for name, value in counted.items():
        match value:
            case list():
                getattr(tally, name).extend(value)
            case dict():
                getattr(tally, name).update(value)
            case _:
                setattr(tally, name, getattr(tally, name) + value)


def main() -> int:
    """Reads the errand from standard input; exit code and message as those of any command."""
    try:
        task: Errand = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - see above
        print(json.dumps(_counted(_read(task))))  # noqa: T201 - this is the answer
    except Exception as error:  # noqa: BLE001 - the border of the program
        cause = first_of(error)
        text = " ".join(str(cause).split()) or type(cause).__name__
        print(f"extract: {text}", file=sys.stderr)  # noqa: T201
        return int(getattr(cause, "exit_code", 3))
    return 0


def _counted(tally: Tally) -> dict[str, Any]:
    """As plain values: `asdict` takes a Counter for pairs."""
    return {field.name: getattr(tally, field.name) for field in fields(tally)}


def _read(task: Errand) -> Tally:
    from flows.claims import Claims
    from flows.output import open_output
    from flows.run import Run, open_pool
    from flows.settings import resolve

    if installed(PACKAGE) != task.version:
        msg = f"this machine has version {installed(PACKAGE)} of extract and the flow {task.version}: install the same."
        raise UsageError(msg)
    options = replace(task.options, password=resolve({})["password"].value)
    output = open_output(options.out, access=options.access)
    claims = Claims(store=output.store)
    run = Run(options=options, work=task.work, output=output, progress=Silent(), tally=Tally(), claims=claims)

    async def read() -> None:
        pool = open_pool(options)
        try:
            shards = _found(output, task)
            async with run.feed(pool, shards) as feed:
                await feed.run(shards)
        finally:
            pool.stop()

    asyncio.run(read())
    return run.tally


def _found(output: Output, task: Errand) -> list[Shard]:
    names = {
        lists.name(number): (lists, number)
        for lists in output.listed(task.work).lists
        for number in range(lists.shards)
    }
    missing = [name for name in task.shards if name not in names]
    if missing:
        msg = f"{task.options.out} has no list with {missing[0]}: does this machine see the same output?"
        raise UsageError(msg)
    return [lists.shard(number) for lists, number in (names[name] for name in task.shards)]


class Silent:
    """Progress that nobody watches: the flow tells it."""

    def say(self, text: str) -> None: ...
    def begin(self, total: int) -> None: ...
    def document(self, *, failed: bool, source: str) -> None: ...
    def end(self) -> None: ...


if __name__ == "__main__":
    sys.exit(main())
