"""How many visual tokens a picture costs: one frozen formula a model family, exact, in plain Python.

Every formula takes the size of the picture as sent. `tokens` is what the prompt grows by; `shrinkage` is the factor
(at most 1) by which the model makes the picture smaller before it looks: below 1, pixels were sent in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from tiling.tokens_patches import Area, Native, Patches, Square
from tiling.tokens_tiles import AnyRes, CandidateTiles, CropUnits, DynamicTiles, FixedTiles, SplitTiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Formula(Protocol):
    """The visual tokens of one picture."""

    def tokens(self, width_px: int, height_px: int) -> int:
        """Visual tokens; ValueError where the model refuses such a picture."""

    def shrinkage(self, width_px: int, height_px: int) -> float:
        """Above 0, at most 1: the smaller of the two sides' factors."""

    def canvas(self, width_px: int, height_px: int) -> tuple[int, int]:
        """The size, nowhere smaller, that the model does not distort: what is added is white paper."""


FORMULAS: Mapping[str, Callable[..., Formula]] = {
    "patches": Patches,
    "native": Native,
    "square": Square,
    "area": Area,
    "dynamic_tiles": DynamicTiles,
    "split_tiles": SplitTiles,
    "candidate_tiles": CandidateTiles,
    "anyres": AnyRes,
    "fixed_tiles": FixedTiles,
    "crop_units": CropUnits,
}
"""A formula by the name that the catalogue uses."""


def build_formula(kind: str, **figures: Any) -> Formula:  # noqa: ANN401 - the figures of the data file
    """The formula `kind` with these figures; ValueError where there is none or a figure is missing or too much."""
    if kind not in FORMULAS:
        msg = f"there is no token formula {kind!r}; there are {', '.join(FORMULAS)}"
        raise ValueError(msg)
    try:
        return FORMULAS[kind](**{name: _frozen(value) for name, value in figures.items()})
    except TypeError as error:
        msg = f"the token formula {kind!r}: {error}"
        raise ValueError(msg) from error


def _frozen(value: Any) -> Any:  # noqa: ANN401 - TOML values
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
