"""What goes to a model and what comes back: a sheet is a tile with its picture, a tile reading what was said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractors.call import Call
    from extractors.engine.interface import Picture
    from extractors.vision.answers import Said
    from tiling import Box, Reason

MOST_HALVINGS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A tile, encoded once where the document was open."""

    page: int
    """0-based."""
    order: tuple[int, ...]
    """Its place among the page's tiles, from above; a half has the place of the whole and its own."""
    box: Box
    """Points of the page as it is cut: upright."""
    tokens: int
    """Visual."""
    picture: Picture | None = None
    """None where it is drawn later, or blank."""
    blank: bool = False
    """No ink on the very picture: no model sees it."""
    overlaps: bool = False
    """It begins above the end of the tile before it: rows may be in both."""
    repeated: Mapping[str, int] = field(default_factory=dict)
    """Table -> how many of its rows the page's words show in what the tile before has too; for tables they show."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Table -> how many of its rows the page's words show here: what an answer is held against."""

    @property
    def may_be_halved(self) -> bool:
        return len(self.order) <= MOST_HALVINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class TileReading:
    """What a model said of one sheet, or of a half of its text."""

    page: int
    order: tuple[int, ...]
    overlaps: bool = False
    repeated: Mapping[str, int] = field(default_factory=dict)
    """As of the sheet."""
    said: tuple[Said, ...] = ()
    transcript: str = ""
    problem: str = ""
    """Why a person must look: no usable answer, or only the beginning of one."""
    failure: Reason | None = None
    """Of the engine; None where it answered."""
    tokens: int = 0
    """Visual, of the sheet."""
    calls: tuple[Call, ...] = ()
