"""How long a model takes on a GPU, from the roofline: arithmetic while it reads, memory traffic while it writes.

An estimate until it is measured. Reading: 2 operations a parameter and token, in the language model for all tokens
and in the vision encoder for all patches, at `READ_SHARE` of the peak. Writing: each step reads all weights (shared
by `BATCH` requests) and each request's own cache, at `WRITE_SHARE` of the bandwidth. `REAL_SHARE` is what servers
reach of that: olmOCR's published 3,400 tokens a second on an H100 are .4 of the same reckoning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.catalogue.entry import Gpu, Model

READ_SHARE = 0.5
WRITE_SHARE = 0.65
REAL_SHARE = 0.5
BATCH = 256
BYTES = 2
"""A parameter, in bfloat16."""


def gpu_seconds(model: Model, gpu: Gpu, *, visual: int, prompt: int, output: int) -> float | None:
    """GPU seconds of one request in a full batch; None where the model's size is unknown or it is an API."""
    if model.api or model.language_b is None:
        return None
    active = (model.active_b or model.language_b) * 1e9
    patches = visual / (model.tokens_per_patch or 1.0)
    operations = 2 * active * (visual + prompt) + 2 * (model.vision_b or 0.0) * 1e9 * patches
    read = operations / (gpu.tflops_bf16 * 1e12 * READ_SHARE)
    cache = (model.kv_bytes or 0) * (visual + prompt + output / 2)
    weights = (model.weights_b or model.language_b) * 1e9 * BYTES / BATCH
    write = output * (weights + cache) / (gpu.bandwidth_gb_s * 1e9 * WRITE_SHARE)
    return (read + write) / REAL_SHARE


def fits(model: Model, gpu: Gpu) -> bool | None:
    """Whether the weights leave a tenth of the memory free; None where the size is unknown."""
    size = model.weights_b or model.language_b
    return None if model.api or size is None else size * BYTES <= 0.9 * gpu.memory_gb
