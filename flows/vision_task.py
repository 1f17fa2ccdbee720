"""What the worker processes and this process hand each other where a model reads: plain, picklable values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractors.catalogue.entry import Model
    from extractors.policy import Policy
    from extractors.vision.sheet import Sheet, TileReading
    from extractors.vision.verify import SecondLook
    from flows.parts import Packed
    from flows.worker import Task

DRAWN_AT_ONCE = 8
"""Tiles of a document whose pictures are held together; those behind them are drawn when these are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How a worker makes pictures for the models of a run."""

    reader: Model
    budget: int | None = None
    """Visual tokens of a request; None: the catalogue's."""
    verifier: Model | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that a worker has opened: done already (no model is needed), or its tiles."""

    packed: Packed | None = None
    outcome: bytes = field(default=b"", repr=False)
    """Pickled `DocumentOutcome`: its words stay as bytes in this process."""
    document_id: str = ""
    sheets: tuple[Sheet, ...] = ()
    """All tiles; the first `DRAWN_AT_ONCE` of them that are not blank have pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawTask:
    """Tiles to be drawn."""

    task: Task
    document_id: str
    """The bytes that the tiles were planned on."""
    sheets: tuple[Sheet, ...]
    """The tiles as `prepare` has named them; without pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalveTask:
    """A tile to be cut in two."""

    task: Task
    outcome: bytes = field(repr=False)
    sheet: Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeTask:
    """What the model said of all tiles of a document, to be made readings."""

    task: Task
    outcome: bytes = field(repr=False)
    tiles: tuple[TileReading, ...]
    model: str
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The document's rows, or what of it is to be looked at again, each value with a close picture."""

    packed: Packed | None = None
    outcome: bytes = field(default=b"", repr=False)
    closer: tuple[tuple[str, Sheet], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask:
    """The second looks at a document."""

    task: Task
    outcome: bytes = field(repr=False)
    looks: tuple[SecondLook, ...]
    model: str
