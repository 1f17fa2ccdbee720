"""Pages a second of RolmOCR's architecture at its real size, with weights that are made up; `--tiny` tries it out.

Speed does not depend on what the weights say, so nothing is downloaded. With vLLM where the environment has it
(`--python`), else with transformers, one page after the other.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from benchmarks import corpus
from benchmarks.tiny_models import chat, server
from benchmarks.tiny_models.pictures import tiles_of
from extractors.catalogue.catalogue import load_models

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

INSTRUCTION = load_models()["rolmocr"].prompts[0]
STAGES = ("queue", "prefill", "decode")
SAMPLE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked."""

    pages: int
    at_once: int
    output_tokens: int
    tiny: bool
    python: Path
    """Of the environment that has vLLM, or torch and transformers."""


@dataclass(slots=True)
class Gauge:
    """Use of the first GPU, sampled while a block runs; empty where there is no nvidia-smi."""

    percent: list[float] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if shutil.which("nvidia-smi"):
            self._thread = threading.Thread(target=self._sample, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def told(self) -> str:
        if not self.percent:
            return "no GPU here"
        return f"GPU {sum(self.percent) / len(self.percent):.0f} % busy"

    def _sample(self) -> None:
        asked = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--id=0"]
        while not self._ended.wait(SAMPLE_S):
            with suppress(ValueError):
                self.percent.append(float(subprocess.run(asked, capture_output=True, text=True, check=False).stdout))


def measure(load: Load, scratch: Path) -> list[str]:
    """The lines of the report."""
    model = scratch / "model"
    server.run_module(
        "tiny_models.qwen25vl", str(model), *([] if load.tiny else ["rolmocr"]), python=load.python, gpu=not load.tiny
    )
    begun = time.monotonic()
    pictures = _pictures(scratch, load.pages)
    prepared_s = time.monotonic() - begun
    visual = sum(tokens for tokens, _ in pictures) / len(pictures)
    told = [
        f"{len(pictures)} tiles of {load.pages} documents, {visual:.0f} visual tokens each",
        f"drawn and encoded in {prepared_s:.1f} s on one core",
    ]
    measured = _with_vllm if has_module(load.python, "vllm") else _with_transformers
    return [*told, *measured(load, model, pictures, scratch)]


def has_module(python: Path, name: str) -> bool:
    """Whether this interpreter finds it."""
    found = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"
    return subprocess.run([str(python), "-c", found], check=False, capture_output=True).returncode == 0


def _pictures(scratch: Path, documents: int) -> list[tuple[int, dict[str, Any]]]:
    """(visual tokens, part of a message) of each tile."""
    paths = corpus.write(scratch / "pages", documents)
    return [(tile.tokens, part) for path in paths for tile, part in tiles_of(path, "rolmocr")]


def _with_vllm(load: Load, model: Path, pictures: Sequence[tuple[int, dict[str, Any]]], scratch: Path) -> list[str]:
    log = scratch / "server.log"
    settings = server.Settings(model=model, flags=_flags(load), gpu=not load.tiny, python=load.python)
    with server.running(settings, log) as started:
        chat.ask_all(started, [_body(picture, 8) for _, picture in pictures[:2]])
        before, begun = started.counters(), time.monotonic()
        with Gauge() as gauge:
            statuses = chat.ask_all(
                started, [_body(picture, load.output_tokens) for _, picture in pictures], at_once=load.at_once
            )
        seconds, after = time.monotonic() - begun, started.counters()
    if set(statuses) != {200}:
        msg = f"the server answered {sorted(set(statuses))}; see {log}"
        raise RuntimeError(msg)
    spent = {
        stage: after[f"vllm:request_{stage}_time_seconds_sum"] - before[f"vllm:request_{stage}_time_seconds_sum"]
        for stage in STAGES
    }
    written = after["vllm:generation_tokens_total"] - before["vllm:generation_tokens_total"]
    whole = sum(spent.values())
    shares = ", ".join(f"{stage} {part / whole:.0%}" for stage, part in spent.items())
    return [
        (
            f"vLLM: {len(pictures) / seconds:.2f} tiles a second, {written / seconds:.0f} output tokens a second, "
            f"{load.at_once} at once, {gauge.told()}"
        ),
        f"share of a request's time: {shares}",
    ]


def _flags(load: Load) -> tuple[str, ...]:
    if load.tiny:
        return ("--max-num-seqs", str(load.at_once))
    return ("--load-format", "dummy", "--max-num-seqs", str(load.at_once))


def _body(picture: dict[str, Any], tokens: int) -> Any:  # noqa: ANN401 - JSON
    content = [{"type": "text", "text": INSTRUCTION}, picture]
    return chat.body(
        [{"role": "user", "content": content}], max_completion_tokens=tokens, min_tokens=tokens, ignore_eos=True
    )


def _with_transformers(
    load: Load, model: Path, pictures: Sequence[tuple[int, dict[str, Any]]], scratch: Path
) -> list[str]:
    requests = scratch / "pictures.json"
    requests.write_text(json.dumps([part["image_url"]["url"] for _, part in pictures]), encoding="utf-8")
    with Gauge() as gauge:
        printed = server.run_module(
            "vision.one_by_one", str(model), str(requests), str(load.output_tokens),
            python=load.python, gpu=not load.tiny,
        )  # fmt: skip
    told = json.loads(printed.splitlines()[-1])
    return [
        (
            f"transformers on {told['device']}: {len(pictures) / told['seconds']:.3f} tiles a second, one at a time, "
            f"{gauge.told()}"
        ),
        (
            f"share of a request's time: picture {told['picture'] / told['seconds']:.0%}, "
            f"model {1 - told['picture'] / told['seconds']:.0%}"
        ),
    ]
