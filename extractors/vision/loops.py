"""Repetition that a model does not come out of: found in the text itself, whatever the server said of its end."""

from __future__ import annotations

LONGEST_PATTERN = 240
"""Characters: a row of a table with all its keys."""
TIMES = 12
"""So often must a pattern stand one after the other; rows of equal cells come a few times on real pages."""
LEAST = 60
"""Characters that the whole repetition takes."""


def looping_tail(text: str) -> str:
    """The pattern that the end of a text repeats without end; empty where it does not.

    The last repetition may be cut. Patterns without a letter or digit (leader dots, rules, white space) count as well:
    at the end of an answer nothing is printed that long.
    """
    tail = text[-LONGEST_PATTERN * (TIMES + 1) :]
    for period in range(1, min(LONGEST_PATTERN, len(tail) // TIMES) + 1):
        length = _repeated(tail, period)
        if length >= max(LEAST, TIMES * period):
            return tail[len(tail) - period :]
    return ""


def looping_value(text: str) -> bool:
    """Whether one value is a pattern said over and over: its bound ends it, and the answer goes on.

    Leader dots and rules are print; only what has a letter or digit in it is a loop.
    """
    pattern = looping_tail(text)
    return any(c.isalnum() for c in pattern)


def _repeated(text: str, period: int) -> int:
    """Characters at the end that equal those a period before them, that period included."""
    at = len(text) - 1
    while at >= period and text[at] == text[at - period]:
        at -= 1
    return len(text) - 1 - at + period
