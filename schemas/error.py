"""What is wrong with a schema: what, where, and the nearest names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SchemaError(Exception):
    """A schema that cannot be found, read or understood; the message is for the user."""

    def __init__(self, where: object, what: str) -> None:
        super().__init__(str(where), what)
        self.where, self.what = str(where), what

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


def nearest(name: str, names: Iterable[str]) -> str:
    """` Did you mean ...?` with the most similar names, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(names), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(close)}?" if close else ""
