"""A model of the catalogue, and a GPU: what is known of them, None where no source says it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tiling.tokens import Formula  # noqa: TC001 - the types of the fields can be asked for at run time

if TYPE_CHECKING:
    from collections.abc import Mapping

A4_PX = (905, 1280)
"""An A4 page at 110 dpi, about what OCR models are trained on (longest side 1,280)."""


class Strategy(StrEnum):
    """How a model is put to use."""

    DIRECT = "direct"
    """Tile -> JSON under the schema."""
    TRANSCRIBE = "transcribe"
    """Tile -> text; then text -> JSON."""
    ASK = "ask"
    """One short question a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model. Sizes in billions of parameters."""

    name: str
    title: str
    licence: str
    formula: Formula
    strategy: Strategy
    best_use: str
    sources: tuple[str, ...]
    """Where the figures come from; addresses and titles."""
    hub_id: str | None = None
    api: bool = False
    """Reached at its maker's API only; there is nothing to run on a GPU of one's own."""
    vision_encoder: str | None = None
    projector: str | None = None
    tokens_per_patch: float | None = None
    """Visual tokens for each patch of the encoder; below 1, the projector compresses."""
    language_model: str | None = None
    weights_b: float | None = None
    language_b: float | None = None
    active_b: float | None = None
    """What a token passes through, where that is not all of the language model (a mixture of experts)."""
    vision_b: float | None = None
    kv_bytes: int | None = None
    """Of the cache, a token, in 16 bits."""
    context_tokens: int | None = None
    budget_tokens: int | None = None
    """Visual tokens of one request, where nobody says otherwise; None: what the formula allows."""
    resolutions: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    server_flags: tuple[str, ...] = ()
    json_schema: bool | None = None
    log_probabilities: bool | None = None
    several_pictures: bool | None = None

    @property
    def a4_tokens(self) -> int:
        """Visual tokens of an A4 page at 110 dpi."""
        return self.formula.tokens(*A4_PX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU, by its data sheet."""

    name: str
    title: str
    tflops_bf16: float
    """Dense."""
    bandwidth_gb_s: float
    memory_gb: float
    dollars_hour: float | None = None


def known_keys(kind: type[Model | Gpu]) -> tuple[str, ...]:
    """What a table of the data file may say."""
    return tuple(field.name for field in fields(kind) if field.name != "name")


def frozen(table: Mapping[str, Any]) -> dict[str, Any]:
    """TOML's lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
