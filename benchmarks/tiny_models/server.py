"""The real vLLM with a tiny model on the CPU: started, waited for, asked for its counters, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-vllm" / "bin" / "python"
ENVIRONMENT = Path(__file__).with_name("environment")
NAME = "tiny"
START_S = 600
"""For weights of 16 GB, or a busy machine."""
COMPACT = '{"backend":"guidance","disable_any_whitespace":true}'
SPACED = '{"backend":"guidance","disable_any_whitespace":false}'


class StartError(Exception):
    """The server ended, or was not ready in time."""


def environment(*, gpu: bool = False) -> dict[str, str]:
    """For any process of the servers' environment."""
    path = os.pathsep.join((str(ROOT),) if gpu else (str(ENVIRONMENT), str(ROOT)))
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "VLLM_NO_USAGE_STATS": "1"}
    on_cpu = {
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "OMP_NUM_THREADS": "1",
        # what is compiled pays after thousands of requests; here the first one would wait a minute for it
        "TORCHDYNAMO_DISABLE": "1",
    }
    return {**os.environ, **quiet, **({} if gpu else on_cpu), "PYTHONPATH": path}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a server is started."""

    model: Path
    structured: str = COMPACT
    flags: tuple[str, ...] = ()
    gpu: bool = False
    python: Path = PYTHON
    names: tuple[str, ...] = ()
    """Under which it is served too: those of models whose part it plays."""

    def command(self, port: int) -> list[str]:
        """The module, not `vllm serve`: that looks up a version which the CPU build has under another name."""
        on_cpu = ("--enforce-eager", "--dtype", "float32", "--max-model-len", "4096")
        return [
            *(str(self.python), "-m", "vllm.entrypoints.openai.api_server"),
            *("--model", str(self.model), "--served-model-name", NAME, *self.names),
            *("--host", "127.0.0.1", "--port", str(port)),
            *(("--max-model-len", "16384") if self.gpu else on_cpu),
            *("--generation-config", "vllm", "--max-num-batched-tokens", "16384"),
            *("--structured-outputs-config", self.structured, "--enable-prompt-tokens-details"),
            *self.flags,
        ]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(slots=True)
class Server:
    """A server that answers."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """What `--endpoint` takes."""
        return f"{self.root}/v1"

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.root}/health", timeout=5) as answer:  # noqa: S310 - http, our own
                return bool(answer.status == 200)
        except OSError:
            return False

    def counters(self) -> Mapping[str, float]:
        """All of /metrics by name, summed over their labels."""
        with urllib.request.urlopen(f"{self.root}/metrics", timeout=30) as answer:  # noqa: S310 - http, our own
            lines = answer.read().decode().splitlines()
        sums: dict[str, float] = {}
        for line in lines:
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                name = name.partition("{")[0]
                sums[name] = sums.get(name, 0.0) + float(value)
        return sums

    def signal(self, which: signal.Signals) -> None:
        """To the server's own process; SIGKILL to all that it started, as the kernel would for a container."""
        with contextlib.suppress(ProcessLookupError):
            if which is signal.SIGKILL:
                os.killpg(self.process.pid, which)
            else:
                self.process.send_signal(which)

    def stop(self) -> None:
        self.signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=30)
        self.signal(signal.SIGKILL)
        self.process.wait()


def start(settings: Settings, log: Path, *, port: int | None = None) -> Server:
    """A server that is ready; StartError with the end of its log where it does not get there."""
    port = port or free_port()
    with log.open("ab") as written:
        process = subprocess.Popen(
            settings.command(port),
            env=environment(gpu=settings.gpu),
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(port=port, process=process, log=log)
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        if server.healthy():
            return server
        time.sleep(0.5)
    server.stop()
    end = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])
    msg = f"the server did not become ready in {START_S} s; {log} ends:\n{end}"
    raise StartError(msg)


@contextlib.contextmanager
def running(settings: Settings, log: Path) -> Iterator[Server]:
    """A server for the length of a block."""
    server = start(settings, log)
    try:
        yield server
    finally:
        server.stop()


def run_module(name: str, *arguments: str, python: Path = PYTHON, gpu: bool = False) -> str:
    """Runs a module of the benchmarks in the servers' environment; what it printed. StartError where it fails."""
    done = subprocess.run(
        [str(python), "-m", f"benchmarks.{name}", *arguments],
        cwd=ROOT, env=environment(gpu=gpu), check=False, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    if done.returncode:
        msg = f"`{name} {' '.join(arguments)}` ended with exit code {done.returncode}: {done.stdout[-2000:]}"
        raise StartError(msg)
    return done.stdout
