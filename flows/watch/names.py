"""Names for originals that are moved: the own one, then others that tell contents of the same name apart."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_IN_NAMES = re.compile(r"[^\w.-]")


def names(name: str, version: str) -> Iterator[str]:
    """`a/scan.pdf`, `a/scan.<version>.pdf`, `a/scan.<version>.2.pdf` and so on, without end."""
    yield name
    stem, dot, suffix = name.rpartition(".")
    if not dot or "/" in suffix:
        stem, suffix = name, ""
    marked = f"{stem}.{NOT_IN_NAMES.sub('_', version)}"
    yield marked + dot * bool(suffix) + suffix
    for number in count(2):
        yield f"{marked}.{number}" + dot * bool(suffix) + suffix
