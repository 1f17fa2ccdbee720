"""Real servers, started when a test wants one and kept for those that want the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from benchmarks.tiny_models import chat, lessons, server

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = 24
FLAGS = ("--max-num-seqs", "4", "--max-num-queued-reqs", str(QUEUE), "--shutdown-timeout", "120")
AS_QWEN = ("Qwen/Qwen2.5-VL-7B-Instruct", "reducto/RolmOCR")
AS_PALIGEMMA = ("google/paligemma2-3b-mix-224",)


@dataclass(slots=True)
class Servers:
    """Those that run, by name, and how to get another."""

    folder: Path
    running: dict[str, server.Server] = field(default_factory=dict)
    models: dict[str, Path] = field(default_factory=dict)

    def get(self, name: str, *, port: int | None = None) -> server.Server:
        """The one that runs and is well, else a new one."""
        known = self.running.pop(name, None)
        if known is not None and known.healthy():
            self.running[name] = known
            return known
        if known is not None:
            known.stop()
        self.running[name] = server.start(self.settings(name), self.folder / f"{name}.log", port=port)
        return self.running[name]

    def settings(self, name: str) -> server.Settings:
        qwen = name == "qwen"
        return server.Settings(
            model=self.model("qwen" if qwen else "paligemma"),
            structured=server.SPACED if name == "spaced" else server.COMPACT,
            flags=FLAGS,
            names=AS_QWEN if qwen else AS_PALIGEMMA,
        )

    def model(self, name: str) -> Path:
        """The folder of its weights."""
        if name not in self.models:
            self.models[name] = lessons.taught_model() if name == "qwen" else self.folder / name
            if name != "qwen":
                server.run_module("tiny_models.paligemma2", str(self.folder / name))
        return self.models[name]

    def stop(self, name: str) -> None:
        if name in self.running:
            self.running.pop(name).stop()


@pytest.fixture(scope="session")
def servers():
    folder = lessons.CACHE / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    all_of_them = Servers(folder=folder)
    yield all_of_them
    for name in tuple(all_of_them.running):
        all_of_them.stop(name)


@pytest.fixture
def qwen(servers):
    """The taught Qwen2.5-VL."""
    return servers.get("qwen")


@pytest.fixture
def paligemma(servers):
    """PaliGemma 2 with random weights."""
    return servers.get("paligemma")


@pytest.fixture
def spaced(servers):
    """The same, where the decoder may write white space."""
    yield servers.get("spaced")
    servers.stop("spaced")


@pytest.fixture(scope="session")
def queue():
    """As many requests the servers take, those in work included."""
    return QUEUE


@pytest.fixture(scope="session")
def schema():
    return lessons.schema()


@pytest.fixture(scope="session")
def ask():
    """Sends one request; the status and the JSON of the answer."""

    def asked(to, messages, schema=None, **more):
        return chat.ask(to, chat.body(messages, schema, **more))

    return asked
