"""The command that starts vLLM for a model on a machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.vllm_server.sizing import CONTEXT_TOKENS, MOST, fit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from extractors.catalogue.entry import Model
    from flows.vllm_server.machine import Machine

MODULE = "vllm.entrypoints.openai.api_server"
"""Started as a module: the CPU build has no `vllm` command that works."""
BATCHED_TOKENS = 16384
QUEUED = 512
KEY_FLAG = "--api-k"
"""vLLM takes it shortened, too."""
RENDERERS = 4
BACKEND = {"backend": "guidance", "disable_any_whitespace": True}
"""Pinned: with `auto` the first request decides for all, and white space lets a model fill its tokens with blanks."""


def command_of(
    model: Model,
    machine: Machine,
    *,
    python: Path,
    folder: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    cpu: bool = False,
    drain_s: int = 120,
    flags: Sequence[str] = (),
) -> tuple[str, ...]:
    """The words of the command; the catalogue's flags go over ours, the given ones over both.

    `folder` is one that pictures are read from. UsageError where the model cannot be served on this machine.
    """
    if model.api or model.hub_id is None:
        msg = f"{model.name} is reached at its maker's API only; give its address with --endpoint instead."
        raise UsageError(msg)
    own = {
        "--model": model.hub_id,
        "--served-model-name": tuple(dict.fromkeys((model.name, model.hub_id))),
        "--host": host,
        "--port": str(port),
        "--max-num-batched-tokens": str(BATCHED_TOKENS),
        "--limit-mm-per-prompt": _json({"image": 4 if model.several_pictures else 1, "video": 0}),
        "--structured-outputs-config": _json(BACKEND),
        "--generation-config": "vllm",
        "--renderer-num-workers": str(max(1, min(RENDERERS, machine.cores))),
        "--max-num-queued-reqs": str(QUEUED),
        "--shutdown-timeout": str(drain_s),
        "--enable-prompt-tokens-details": (),
        **({"--allowed-local-media-path": str(folder.absolute())} if folder else {}),
        **(_of_cpu(model) if cpu else _of_gpus(model, machine)),
    }
    return (str(python), "-m", MODULE, *_words({**own, **_parsed(model.server_flags), **_parsed(flags)}))


def _of_cpu(model: Model) -> dict[str, str | tuple[str, ...]]:
    context = min(model.context_tokens or CONTEXT_TOKENS, CONTEXT_TOKENS // 2)
    return {"--max-model-len": str(context), "--max-num-seqs": "16", "--enforce-eager": ()}


def _of_gpus(model: Model, machine: Machine) -> dict[str, str | tuple[str, ...]]:
    if not machine.gpus:
        msg = (
            "There is no NVIDIA GPU here (nvidia-smi does not answer). Start the worker on a machine that has one and "
            "give its address to `extract run` with --endpoint, or give a CPU build of vLLM with --python."
        )
        raise UsageError(msg)
    fit = fit_of(model, machine.gpus)
    if fit is None:
        size = model.weights_b or model.language_b
        memory = ", ".join(f"{gpu.name} {gpu.memory_gib:.0f} GiB" for gpu in machine.gpus)
        msg = (
            f"{model.name} ({size}B parameters) does not fit on this machine ({memory}). "
            "`extract models` lists smaller ones."
        )
        raise UsageError(msg)
    flags: dict[str, str | tuple[str, ...]] = {
        "--max-model-len": str(fit.context_tokens),
        "--max-num-seqs": str(min(MOST, fit.requests)),
    }
    if fit.fp8:
        flags["--quantization"] = "fp8"
    if fit.gpus_a_copy > 1:
        flags["--tensor-parallel-size"] = str(fit.gpus_a_copy)
    if fit.copies > 1:
        flags["--data-parallel-size"] = str(fit.copies)
    return flags


def _parsed(flags: Iterable[str]) -> dict[str, str | tuple[str, ...]]:
    """Flags by name: `--a b`, `--a=b`, `--a` and `b` apart; a flag may have several values or none."""
    found: dict[str, list[str]] = {}
    name = ""
    for text in flags:
        words = text.split(" ", 1) if text.startswith("--") else [text]
        for word in words:
            if word.startswith("--"):
                name, equals, value = word.partition("=")
                found[name] = [value] if equals else []
            elif not name:
                msg = f"{word!r} after -- is no flag of vLLM: flags begin with --."
                raise UsageError(msg)
            else:
                found[name].append(word)
    if any(name.replace("_", "-").startswith(KEY_FLAG) for name in found):
        msg = "A key in a command line is seen by everybody: put it into EXTRACT_API_KEY, or name --api-key-file FILE."
        raise UsageError(msg)
    return {name: values[0] if len(values) == 1 else tuple(values) for name, values in found.items()}


def _words(flags: dict[str, str | tuple[str, ...]]) -> list[str]:
    words = []
    for name, value in flags.items():
        words += [name, value] if isinstance(value, str) else [name, *value]
    return words


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
