"""The GPUs of this machine, as the driver tells them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

QUERY = ("--query-gpu=index,name,memory.total,compute_cap", "--format=csv,noheader,nounits")
ANSWER_S = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU that vLLM would see."""

    name: str
    memory_gib: float
    capability: float
    """CUDA compute capability; FP8 in hardware from 8.9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a server can be given."""

    gpus: tuple[Gpu, ...]
    cores: int


def machine(environment: Mapping[str, str] | None = None) -> Machine:
    """What is here: no GPU without nvidia-smi. `CUDA_VISIBLE_DEVICES` counts, where it is a list of numbers."""
    environment = os.environ if environment is None else environment
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    command = shutil.which("nvidia-smi", path=environment.get("PATH"))
    if command is None:
        return Machine(gpus=(), cores=cores)
    try:
        done = subprocess.run([command, *QUERY], capture_output=True, text=True, timeout=ANSWER_S, check=True)  # noqa: S603 - found on PATH
    except (OSError, subprocess.SubprocessError):
        return Machine(gpus=(), cores=cores)
    return Machine(gpus=gpus_of(done.stdout, environment.get("CUDA_VISIBLE_DEVICES")), cores=cores)


def gpus_of(answer: str, visible: str | None = None) -> tuple[Gpu, ...]:
    """The GPUs in nvidia-smi's answer; lines that are no GPU are left out."""
    wanted = None if visible is None else {part.strip() for part in visible.split(",")}
    if wanted is not None and not all(part.isdigit() for part in wanted if part):
        wanted = None  # by UUID: rare, and vLLM sees to it itself
    found = []
    for line in answer.splitlines():
        index, *cells = (cell.strip() for cell in line.split(","))
        try:
            name, memory_mib, capability = cells
            gpu = Gpu(name=name, memory_gib=float(memory_mib) / 1024, capability=float(capability))
        except ValueError:
            continue
        if wanted is None or index in wanted:
            found.append(gpu)
    return tuple(found)
