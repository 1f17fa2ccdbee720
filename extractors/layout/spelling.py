"""Words of OCR put right by the words that labels are made of: `lnvoice`, `T o t a l`, `TAXINVOICE`, `Rechnungsnunmer`.

Only labels are read through this, never values: a value stays what was read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from extractors.layout.tokens import known_words, parts, token_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LOOKS = str.maketrans("01|!ij5826q9", "olllllsbzbgg")
_SHAPES = (("rn", "m"), ("vv", "w"))
SHORTEST = 4
"""Letters of the shortest word that is put right."""
SHORTEST_PART = 3
"""Letters of the shortest word that is found in a run of words without spaces."""
LONGEST_RUN = 8
"""Pieces into which a word may be cut."""
_SMALL = frozenset({"rm", "no", "nr", "id", "of", "to", "de"})
"""Short words that do stand in runs of words without spaces."""


def skeleton(word: str) -> str:
    """The word with letters that look alike made one."""
    for shape, letter in _SHAPES:
        word = word.replace(shape, letter)
    return word.translate(_LOOKS)


class Spelling:
    """What can be said with the words of some labels."""

    def __init__(self, texts: Iterable[str], *, general: frozenset[str] = frozenset()) -> None:
        words = {w for text in texts for w in parts(text)} | general
        self.words = frozenset(w for w in words if w and not w.isdigit())
        self.by_skeleton: dict[str, str] = {}
        self.by_length: dict[int, list[tuple[str, str]]] = {}
        for word in sorted(self.words):
            if len(word) >= SHORTEST:
                shape = skeleton(word)
                self.by_skeleton.setdefault(shape, word)
                self.by_length.setdefault(len(shape), []).append((shape, word))
        self.memo: dict[str, str | None] = {}

    def tokens(self, text: str) -> tuple[str, ...]:
        """As `tokens.tokens`, of the words that were meant."""
        return tuple(t for word in self._whole(parts(text)) for t in token_of(word))

    def names(self, text: str) -> bool:
        """Whether some word of a text is one of these, well or badly spelt."""
        return any(self._meant(word) is not None for word in parts(text))

    def _whole(self, words: Sequence[str]) -> list[str]:
        """The words, those that were cut put together and those that were run together cut."""
        meant: list[str] = []
        at = 0
        while at < len(words):
            end = next(
                (e for e in range(min(len(words), at + LONGEST_RUN), at + 1, -1) if self._is_cut(words[at:e])), 0
            )
            if end:
                meant.append(self._meant("".join(words[at:end])) or "")
                at = end
            else:
                meant.extend(self._one(words[at]))
                at += 1
        return meant

    def _is_cut(self, pieces: Sequence[str]) -> bool:
        """Pieces of a word: at least one is none by itself, and together they are one."""
        if all(p in self.words and len(p) > 1 for p in pieces) or any(p.isdigit() for p in pieces):
            return False
        if len(pieces) > 2 and max(map(len, pieces)) > SHORTEST + 2 and min(map(len, pieces)) > 2:
            return False
        joined = "".join(pieces)
        return len(joined) >= SHORTEST and self._exact(joined) is not None

    def _one(self, word: str) -> list[str]:
        meant = self._meant(word)
        if meant is not None:
            return [meant]
        return self._apart(word) or [word]

    def _exact(self, word: str) -> str | None:
        return word if word in self.words else self.by_skeleton.get(skeleton(word))

    def _meant(self, word: str) -> str | None:
        if word in self.words:
            return word
        if len(word) < SHORTEST or sum(c.isalpha() for c in word) < SHORTEST - 1:
            return None
        if word not in self.memo:
            self.memo[word] = self._exact(word) or self._nearest(word)
        return self.memo[word]

    def _nearest(self, word: str) -> str | None:
        """The one word that is as near as OCR gets; none where two are."""
        from rapidfuzz.distance import Levenshtein

        shape = skeleton(word)
        allowed = 2 if len(shape) >= 9 else 1 if len(shape) >= 5 else 0
        best = allowed + 1
        found: set[str] = set()
        for length in range(len(shape) - allowed, len(shape) + allowed + 1):
            for known, whole in self.by_length.get(length, ()):
                if known[0] != shape[0] and known[-1] != shape[-1]:
                    continue
                distance = Levenshtein.distance(shape, known, score_cutoff=min(best, allowed))
                if distance > allowed:
                    continue
                if distance < best:
                    best, found = distance, set()
                if distance == best:
                    found.add(whole)
        if not found and len(shape) == SHORTEST:
            found = {w for k, w in self.by_length.get(SHORTEST + 1, ()) if k[:-1] == shape}
        return min(found) if len({token_of(w) for w in found}) == 1 else None

    def _apart(self, run: str) -> list[str]:
        """The known words that a run of letters is made of, the fewest; nothing where it is not."""
        if len(run) < 2 * SHORTEST_PART or not run.isalpha():
            return []
        ways: list[list[str] | None] = [[], *([None] * len(run))]
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 16), end):
                before, piece = ways[start], run[start:end]
                if before is None or not self._is_part(piece):
                    continue
                best = ways[end]
                if best is None or len(before) + 1 < len(best):
                    ways[end] = [*before, piece]
        return ways[-1] or []

    def _is_part(self, piece: str) -> bool:
        return piece in _SMALL or (len(piece) >= SHORTEST_PART and piece in self.words)


@lru_cache(maxsize=16)
def spelling_of(texts: tuple[str, ...]) -> Spelling:
    """One for each schema."""
    return Spelling(texts, general=known_words())
