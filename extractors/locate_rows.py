"""Finding a table's row again on the page: its cells stand side by side, so they are looked for together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors.locate import candidates, locate
from extractors.page_index import squash
from extractors.reading import Evidence, Match
from tiling import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.page_index import PageIndex, Place
    from extractors.reading import Finding
    from schemas import Field

MAX_ANCHORS = 40
ABOVE, BELOW = 0.6, 1.2
"""Heights of the anchor's letters within which the other cells of a row begin, above and below it."""


def locate_rows(
    index: PageIndex, columns: Sequence[Field], rows: Sequence[Mapping[str, Finding]]
) -> list[dict[str, Evidence]]:
    """For each row the evidence of its cells, by column; rows come in the order in which they are printed."""
    located = []
    after: tuple[int, float] = (-1, 0.0)
    for row in rows:
        places, after = _row(index, columns, row, after)
        located.append(places)
    return located


def _row(
    index: PageIndex, columns: Sequence[Field], row: Mapping[str, Finding], after: tuple[int, float]
) -> tuple[dict[str, Evidence], tuple[int, float]]:
    cells = {c.name: c for c in columns if c.name in row and row[c.name].value is not None}
    found = {name: candidates(index, c.kind, row[name].value, row[name].text) for name, c in cells.items()}  # type: ignore[arg-type]
    anchor = _anchor(index, row, found, after)
    if anchor is None:
        return {name: locate(index, c.kind, row[name].value, row[name].text) for name, c in cells.items()}, after  # type: ignore[arg-type]
    page, band = anchor
    evidence: dict[str, Evidence] = {}
    used: set[Place] = set()
    for name, field in cells.items():
        places, match = found[name]
        inside = [p for p in places if _inside(index, p, page, band)]
        free = [p for p in inside if p not in used] or inside
        if free:
            best = min(free, key=lambda p: index.box(p).x0)
            used.add(best)
            evidence[name] = _evidence(index, best, match)
        else:
            evidence[name] = locate(index, field.kind, row[name].value, row[name].text)  # type: ignore[arg-type]
    return evidence, (page, band.y0)


def _evidence(index: PageIndex, place: Place, match: Match) -> Evidence:
    page = index.pages[place.page].index
    return Evidence(page=page, box=index.box(place), text=index.text(place), match=match)


def _anchor(
    index: PageIndex,
    row: Mapping[str, Finding],
    found: Mapping[str, tuple[list[Place], Match]],
    after: tuple[int, float],
) -> tuple[int, Box] | None:
    """The page and the band in which most of the row's cells stand; the next below the last row among equals."""
    shown = [name for name, (places, _) in found.items() if places]
    if not shown:
        return None
    # The longest text is the rarest; among numbers, the one printed least often.
    name = max(
        shown, key=lambda n: (len(squash(row[n].text)) if isinstance(row[n].value, str) else 0, -len(found[n][0]))
    )
    best: tuple[tuple[int, bool, int, float], int, Box] | None = None
    for place in found[name][0][:MAX_ANCHORS]:
        first = index.words(place)[0].box
        band = Box(0.0, first.y0 - ABOVE * first.height, float("inf"), first.y1 + BELOW * first.height)
        count = sum(any(_inside(index, p, place.page, band) for p in places) for places, _ in found.values())
        later = (place.page, band.y0) > after
        rank = (count, later, -place.page, -band.y0)
        if best is None or rank > best[0]:
            best = (rank, place.page, band)
    return None if best is None else (best[1], best[2])


def _inside(index: PageIndex, place: Place, page: int, band: Box) -> bool:
    if place.page != page:
        return False
    box = index.words(place)[0].box
    return band.y0 <= box.cy < band.y1
