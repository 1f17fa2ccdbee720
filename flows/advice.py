"""Which model to begin with on this machine: the smallest that is likely to be enough, why, and how to check it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.catalogue.catalogue import packaged_models
from extractors.catalogue.entry import Strategy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractors.catalogue.entry import Model

LEAST_B = 3.0
"""Billions of parameters: smaller models are in the catalogue for tests, single questions and machines at the edge."""
BYTES = 2
"""A parameter, in 16 bits."""
FILLED = 0.8
"""Of a GPU's memory, at most, by the weights: the rest is for the cache of many requests at once."""
CHECK = "extract run FILES --schema S --model {name} --out out, then extract eval out --truth DIR (some 50 documents)"


def advice(gpu_memory_gib: float | None) -> str:
    """A sentence or two; None: there is no GPU."""
    models = list(packaged_models().values())
    if gpu_memory_gib is None:
        return (
            "without a GPU, begin with the layout reader (PDFs with a text layer; scans by OCR) and measure it: "
            "extract run FILES --schema S --out out, then extract eval out --truth DIR; where that is not enough, "
            f"{_smallest(models, None).name} on a server elsewhere (--endpoint) is the smallest model to try"
        )
    try:
        model = _smallest(models, gpu_memory_gib)
    except ValueError:
        return (
            f"{gpu_memory_gib:.0f} GiB hold no model of the catalogue that fills in a schema in 16 bits; a server "
            "elsewhere (--endpoint) does, and the layout reader needs no GPU"
        )
    size = _size_b(model)
    return (
        f"{model.name}: the smallest model that is made to fill in a schema and may be used commercially ({size:g}B "
        f"parameters, {size * BYTES:.0f} of {gpu_memory_gib:.0f} GiB in 16 bits, {model.a4_tokens:,} visual tokens an "
        f"A4 page; {model.best_use}). Nothing but your own documents shows whether it is enough: "
        f"{CHECK.format(name=model.name)}"
    )


def memory_gib(gpu: str) -> float | None:
    """Memory of the largest GPU in a text such as `NVIDIA L4, 23034 MiB`; None without one."""
    found = [int(mib) / 1024 for mib in re.findall(r"(\d+) MiB", gpu)]
    return max(found, default=None)


def _smallest(models: Iterable[Model], gpu_memory_gib: float | None) -> Model:
    """ValueError where none fits."""
    fitting = [model for model in models if _is_candidate(model) and _fits(model, gpu_memory_gib)]
    return min(fitting, key=lambda model: (_size_b(model), model.a4_tokens, not model.best_use.startswith("made for")))


def _is_candidate(model: Model) -> bool:
    free = model.licence.startswith(("Apache", "MIT"))
    return not model.api and free and model.strategy is Strategy.DIRECT and _size_b(model) >= LEAST_B


def _fits(model: Model, gpu_memory_gib: float | None) -> bool:
    return gpu_memory_gib is None or _size_b(model) * BYTES <= FILLED * gpu_memory_gib


def _size_b(model: Model) -> float:
    return model.weights_b or (model.language_b or 0.0) + (model.vision_b or 0.0)
