"""How busy a vLLM server is, from the text of its `/metrics`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SAMPLE = re.compile(r"^(vllm:\w+)(?:\{[^}]*\})? ([-+.\deE]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One look; a server of several engines is the sum of them."""

    running: int
    waiting: int
    kv_share: float
    """Of the cache that is in use, 0 to 1, in the fullest engine."""
    preemptions: int
    """Since its start."""


def load_of(text: str) -> Load | None:
    """None where the text is not that of a vLLM server."""
    samples: dict[str, list[float]] = {}
    for name, value in _SAMPLE.findall(text):
        samples.setdefault(name, []).append(float(value))
    if "vllm:num_requests_waiting" not in samples:
        return None
    return Load(
        running=int(sum(samples.get("vllm:num_requests_running", [0]))),
        waiting=int(sum(samples["vllm:num_requests_waiting"])),
        kv_share=max(samples.get("vllm:kv_cache_usage_perc", [0.0])),
        preemptions=int(sum(samples.get("vllm:num_preemptions_total", [0]))),
    )


def counter(text: str, name: str) -> float:
    """The sum of a counter (such as `vllm:prefix_cache_hits_total`) over its labels; 0 where it is not there."""
    return sum(float(value) for found, value in _SAMPLE.findall(text) if found == name)
