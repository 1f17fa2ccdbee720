"""From what the recogniser saw at each step of a line to characters: the last layer of the network, done here.

It knows 18,709 characters, most of them Chinese, and its last layer is a fifth of its work. Where a step is surely a
Latin letter, a digit, a sign or nothing, only those are weighed; all others are where it is not.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BLANK = 0
"""The CTC class that stands for no character."""
SURE = 0.6
"""Probability among the usual characters from which no other is looked for."""
USUAL_BELOW = 0x0180
USUAL_SIGNS = frozenset("–—‘’‚“”„†•…‰‹›€™−×÷°′″℮№")
FULL_WIDTH = range(0xFF01, 0xFF5F)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The text of one line."""

    text: str
    positions: tuple[float, ...]
    """Of each character's centre along the line, as a share of its width."""
    scores: tuple[float, ...]
    """Probability of each character."""

    @property
    def score(self) -> float:
        return float(np.mean(self.scores)) if self.scores else 0.0


class Alphabet:
    """The recogniser's characters. `weights` (C, N) and `bias` (N,) of its last layer; character 0 is the blank."""

    def __init__(self, characters: Sequence[str], weights: Floats, bias: Floats) -> None:
        self._characters = [_plain(c) for c in characters]
        usual = [i for i, c in enumerate(characters) if i == BLANK or _usual(c)]
        self._usual = np.array(usual)
        self._weights, self._bias = weights, bias
        self._usual_weights = np.ascontiguousarray(weights[:, usual])
        self._usual_bias = bias[usual]

    def read(self, features: Floats, width: float) -> Recognised:
        """The text of a line from its features (T, C); `width`: of the line, in steps, which may be less than T."""
        best, scores = self._best(features)
        kept = np.flatnonzero((best != BLANK) & np.concatenate(([True], best[1:] != best[:-1])))
        return Recognised(
            text="".join(self._characters[best[i]] for i in kept),
            positions=tuple(min(1.0, (i + 0.5) / width) for i in kept.tolist()),
            scores=tuple(float(scores[i]) for i in kept.tolist()),
        )

    def _best(self, features: Floats) -> tuple[NDArray[np.int64], Floats]:
        """The most probable character of each step, and its probability."""
        at, scores = _top(features @ self._usual_weights + self._usual_bias)
        best = self._usual[at]
        doubtful = np.flatnonzero(scores < SURE)
        if len(doubtful):
            best[doubtful], scores[doubtful] = _top(features[doubtful] @ self._weights + self._bias)
        return best, scores


def _top(logits: Floats) -> tuple[NDArray[np.int64], Floats]:
    at = logits.argmax(axis=1)
    highest = np.take_along_axis(logits, at[:, np.newaxis], axis=1)
    return at, (1 / np.exp(logits - highest).sum(axis=1)).astype(np.float32)


def _usual(character: str) -> bool:
    return len(character) == 1 and (ord(character) < USUAL_BELOW or character in USUAL_SIGNS)


def _plain(character: str) -> str:
    """Full-width signs of Chinese print are those of any other."""
    return unicodedata.normalize("NFKC", character) if character and ord(character[0]) in FULL_WIDTH else character
