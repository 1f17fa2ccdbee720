"""Taking times on a noisy machine: both sides of a ratio in turn, the median of several rounds."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the report."""

    name: str
    figure: str
    target: str
    reached: bool
    detail: str = ""


def cpu_seconds(*, children: bool = False) -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def ratio(
    slow: Callable[[], object],
    fast: Callable[[], object],
    *,
    before: Callable[[], object] = lambda: None,
    rounds: int = 3,
) -> tuple[float, float, float]:
    """Median CPU seconds of `slow` and of `fast`, run in turn, and the median of their ratios by round.

    `before` runs before each of them and is not counted.
    """
    pairs = []
    for _ in range(rounds):
        seconds = []
        for call in (slow, fast):
            before()
            gc.collect()
            gc.freeze()  # what lies there already is neither side's to look through
            start = cpu_seconds() + cpu_seconds(children=True)
            call()
            seconds.append(cpu_seconds() + cpu_seconds(children=True) - start)
            gc.unfreeze()
        pairs.append(seconds)
    return (
        statistics.median(p[0] for p in pairs),
        statistics.median(p[1] for p in pairs),
        statistics.median(p[0] / p[1] for p in pairs),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What a command took."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    code: int


def run(command: Sequence[str]) -> Process:
    """Runs a command to its end; CPU time and peak memory are those of its whole process tree, sampled."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tree = psutil.Process(process.pid)
    peak, cpu = 0, dict[int, float]()
    while process.poll() is None:
        peak = max(peak, _sample(tree, cpu))
        time.sleep(0.05)
    wall_s = time.monotonic() - start
    return Process(wall_s=wall_s, cpu_s=sum(cpu.values()), peak_mib=peak / 2**20, code=process.returncode)


def run_unwatched(command: Sequence[str]) -> Process:
    """Runs a command to its end; CPU time is what the system counted for its whole tree, memory is not looked at.

    To sample takes several per cent of the cores that the command could use. Processes that outlive the command become
    children of this one (Linux), so that theirs is counted too: all end when the command does.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = cpu_seconds(children=True)
    start = time.monotonic()
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    wall_s = time.monotonic() - start
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    return Process(wall_s=wall_s, cpu_s=cpu_seconds(children=True) - before, peak_mib=0.0, code=code)


def _sample(tree: psutil.Process, cpu: dict[int, float]) -> int:
    """Notes the CPU seconds of every process of the tree; returns their memory in bytes (shared pages counted once)."""
    total = 0
    try:
        processes = [tree, *tree.children(recursive=True)]
    except psutil.Error:
        return 0
    for one in processes:
        try:
            times = one.cpu_times()
            cpu[one.pid] = times.user + times.system
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def run_quick(command: Sequence[str]) -> float:
    """Wall seconds of a short command."""
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start
