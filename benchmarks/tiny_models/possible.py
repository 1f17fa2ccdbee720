"""Whether the real vLLM can run here on the CPU: exit code 0, or 1 and a sentence that says why not."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

NEEDED_MIB = 6000
"""Of memory: the server with its cache, and the tests beside it."""


def obstacle() -> str | None:
    """What stands against it; None where nothing does."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return f"vLLM's CPU build is for Linux on x86-64; this is {platform.system()} on {platform.machine()}"
    if sys.version_info[:2] != (3, 11):
        return f"the environment is pinned for Python 3.11; this is {platform.python_version()}: make PYTHON=python3.11"
    flags = _line("/proc/cpuinfo", "flags").split()
    if "avx512f" not in flags:
        return "vLLM's CPU build needs a processor with AVX-512, which this one has not"
    free = int(_line("/proc/meminfo", "MemAvailable").split()[0]) // 1024
    if free < NEEDED_MIB:
        return f"{free} MiB of memory are free, {NEEDED_MIB} are needed"
    return None


def _line(path: str, name: str) -> str:
    lines = (line.partition(":") for line in Path(path).read_text(encoding="utf-8").splitlines())
    return next((value for key, _, value in lines if key.strip() == name), "0")


def main() -> int:
    found = obstacle()
    if found:
        print(f"The real vLLM cannot run here: {found}.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
