"""How a model fits on the GPUs: 16 bits on as few of them as hold it, FP8 where nothing else does.

Accuracy before speed: what makers measured are 16-bit weights. What is left beside the weights is the cache, and says
how many requests can run together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.catalogue.entry import Model
    from flows.vllm_server.machine import Gpu

USED = 0.9
"""Of a GPU's memory: vLLM's own default."""
BESIDE_GIB = 3.0
"""Activations, the vision encoder at work, CUDA graphs."""
REQUEST_TOKENS = 3000
"""Of an ordinary page with its prompt and answer."""
FEWEST, MOST = 8, 256
"""Requests that run together."""
CONTEXT_TOKENS = 16384
FP8_FROM = 8.9
GIB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What to tell vLLM."""

    gpus_a_copy: int
    copies: int
    fp8: bool
    requests: int
    context_tokens: int


def fit_of(model: Model, gpus: Sequence[Gpu]) -> Fit | None:
    """The way to serve this model, None where it does not fit. Of unequal GPUs the smallest counts."""
    context = min(model.context_tokens or CONTEXT_TOKENS, CONTEXT_TOKENS)
    weights_b = model.weights_b or (model.language_b or 0.0) + (model.vision_b or 0.0)
    smallest = min(gpu.memory_gib for gpu in gpus)
    fp8_able = all(gpu.capability >= FP8_FROM for gpu in gpus)
    for fp8 in (False, True) if fp8_able else (False,):
        gpus_a_copy = 1
        while gpus_a_copy <= len(gpus):
            weights_gib = weights_b * 1e9 * (1 if fp8 else 2) / GIB
            left = gpus_a_copy * (USED * smallest - BESIDE_GIB) - weights_gib
            requests = _together(left, model.kv_bytes)
            if requests >= FEWEST and left * GIB >= (model.kv_bytes or 0) * context:
                return Fit(
                    gpus_a_copy=gpus_a_copy,
                    copies=len(gpus) // gpus_a_copy,
                    fp8=fp8,
                    requests=min(MOST, requests),
                    context_tokens=context,
                )
            gpus_a_copy *= 2
    return None


def _together(left_gib: float, kv_bytes: int | None) -> int:
    """Requests whose cache fits into what is left."""
    if left_gib <= 0:
        return 0
    return MOST if kv_bytes is None else int(left_gib * GIB / (kv_bytes * REQUEST_TOKENS))
