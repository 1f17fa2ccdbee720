"""`python -m benchmarks.vision [NAME ...]`: prints a line each; exit code 1 where a target is missed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.tiny_models import lessons, server
from benchmarks.vision import on_cpu, on_gpu, paligemma

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.measure import Result

ON_CPU: dict[str, Callable[[server.Server, Path], Result]] = {
    "engine": on_cpu.throughput,
    "cache": on_cpu.cache,
    "probabilities": on_cpu.probabilities,
    "schema": on_cpu.schema,
}
PALIGEMMA, GPU = "paligemma", "gpu"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    known = (*ON_CPU, PALIGEMMA, GPU)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; default: all but {GPU}")
    parser.add_argument("--tiny", action="store_true", help="gpu: a tiny model on the CPU, to try the script")
    parser.add_argument("--pages", type=int, default=256, help="gpu: documents of one or two pages")
    parser.add_argument("--at-once", type=int, default=256, help="gpu: requests in flight")
    parser.add_argument("--tokens", type=int, default=400, help="gpu: written for each page")
    parser.add_argument("--python", type=Path, default=server.PYTHON, help="gpu: that has vLLM, or transformers")
    arguments = parser.parse_args()
    names = arguments.names or [name for name in known if name != GPU]
    unknown = set(names) - set(known)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="extract-vision-") as name:
        missed = _on_cpu([each for each in names if each in ON_CPU], Path(name))
        if PALIGEMMA in names:
            print("\n".join(paligemma.measure(Path(name))), flush=True)
        if GPU in names:
            load = on_gpu.Load(pages=arguments.pages, at_once=arguments.at_once, output_tokens=arguments.tokens,
                               tiny=arguments.tiny, python=arguments.python)  # fmt: skip
            print("\n".join(on_gpu.measure(load, Path(name))), flush=True)
    return 1 if missed else 0


def _on_cpu(names: Sequence[str], scratch: Path) -> int:
    """How many missed their target."""
    if not names:
        return 0
    missed = 0
    settings = server.Settings(model=lessons.taught_model(), flags=on_cpu.flags())
    with server.running(settings, scratch / "server.log") as started:
        for name in names:
            result = ON_CPU[name](started, scratch)
            missed += not result.reached
            mark = "ok  " if result.reached else "MISS"
            print(f"{mark} {result.name:9} {result.figure:45} target {result.target:6} {result.detail}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
