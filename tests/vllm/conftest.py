"""One real server at a time, started when a test wants it and kept for those that want the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from benchmarks.tiny_models import chat, lessons, server

if TYPE_CHECKING:
    from pathlib import Path

QUEUE = 24
FLAGS = ("--max-num-seqs", "4", "--max-num-queued-reqs", str(QUEUE), "--shutdown-timeout", "120")


@dataclass(slots=True)
class Servers:
    """What runs now, and how to get another."""

    folder: Path
    running: server.Server | None = None
    name: str = ""
    models: dict[str, Path] = field(default_factory=dict)

    def get(self, name: str, *, port: int | None = None) -> server.Server:
        if self.running is not None and self.name == name and self.running.healthy():
            return self.running
        self.stop()
        structured = server.SPACED if name == "paligemma" else server.COMPACT
        settings = server.Settings(model=self.model(name), structured=structured, flags=FLAGS)
        self.running = server.start(settings, self.folder / f"{name}.log", port=port)
        self.name = name
        return self.running

    def model(self, name: str) -> Path:
        if name not in self.models:
            self.models[name] = self.folder / name
            if name == "qwen":
                self.models[name] = lessons.taught_model()
            else:
                server.run_module("tiny_models.paligemma2", str(self.folder / name))
        return self.models[name]

    def stop(self) -> None:
        if self.running is not None:
            self.running.stop()
        self.running = None


@pytest.fixture(scope="session")
def servers():
    folder = lessons.CACHE / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    all_of_them = Servers(folder=folder)
    yield all_of_them
    all_of_them.stop()


@pytest.fixture
def qwen(servers):
    """The taught Qwen2.5-VL."""
    return servers.get("qwen")


@pytest.fixture
def paligemma(servers):
    """PaliGemma 2 with random weights; its server lets the decoder write white space."""
    return servers.get("paligemma")


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
