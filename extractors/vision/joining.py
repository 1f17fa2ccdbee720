"""The readings of all tiles of all pages as one reading of the document: one value a field, tables row after row."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from extractors.agreement import SAME_ROW, row_similarity
from extractors.reading import Finding, Reading, State
from extractors.record import ReviewReason
from extractors.revisions import VISION
from extractors.vision import prompts
from extractors.vision.values import Understood, texts_of, understood
from schemas.compare import same
from schemas.schema import Kind
from schemas.values import detect_locale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.reading import Value
    from extractors.vision.sheet import TileReading
    from schemas import Field, Schema
    from schemas.values import Locale
    from tiling import Page

READER = "vision"
_CELL = re.compile(r"\[(\d+)\]\.(.+)$")
MOST_REPEATED = 3
"""Rows that tiles may have in common, where no words show how many: the overlap is three lines high."""
_SUMS = frozenset({Kind.MONEY})
"""Of several different amounts the last counts: sums are carried over from page to page."""
Row = dict[str, Understood]


def join_tiles(schema: Schema, tiles: Sequence[TileReading], pages: Sequence[Page], *, model: str) -> Reading:
    """The document's reading; tiles whose engine failed say nothing, their pages are failures of their own.

    Values have no evidence: they are looked up in the words of the page when readings are merged.
    """
    read = sorted((t for t in tiles if t.failure is None), key=lambda t: (t.page, t.order))
    locale = _locale(read, pages)
    cut = [t for t in read if t.problem]
    findings: list[Finding] = []
    for spec in schema.fields:
        found = _table(spec, read, locale) if spec.kind is Kind.TABLE else _scalar(spec, read, locale)
        findings += found or ([_missing(spec)] if cut and (spec.required or spec.kind is Kind.TABLE) else [])
    return Reading(
        reader=READER,
        revision=VISION,
        findings=tuple(findings),
        model=model,
        prompt_version=prompts.VERSION,
        finish_reason="length" if cut else "stop",
        seconds=sum(call.seconds for tile in tiles for call in tile.calls),
        notes=tuple(dict.fromkeys(t.problem for t in cut)),
    )


def _locale(tiles: Sequence[TileReading], pages: Sequence[Page]) -> Locale:
    lines: dict[tuple[int, int], list[str]] = defaultdict(list)
    for page in pages:
        for word in page.words:
            lines[page.index, word.line].append(word.text)
    printed = [" ".join(words) for words in lines.values()]
    written = [line for tile in tiles for line in tile.transcript.splitlines()]
    return detect_locale([*printed, *written, *(text for tile in tiles for text in texts_of(tile.said))])


def _missing(spec: Field) -> Finding:
    """A field that may stand in what could not be read."""
    return Finding(path=spec.name, state=State.ABSENT, reasons=(ReviewReason.INCOMPLETE.value,))


def _scalar(spec: Field, tiles: Sequence[TileReading], locale: Locale) -> list[Finding]:
    """One finding of a field, out of what the tiles say; none where no tile said anything."""
    heard = [
        understood(spec, said, locale, tile.page, tile.transcript)
        for tile in tiles
        for said in tile.said
        if said.path == spec.name
    ]
    values = [u for u in heard if u.state is State.VALUE]
    if not values:
        doubtful = next((u for u in heard if u.state is State.UNREADABLE), None)
        chosen = doubtful or (heard[0] if heard else None)
        return [chosen.finding(spec.name)] if chosen else []
    groups: list[list[Understood]] = []
    for value in values:
        group = next((g for g in groups if same(spec, g[0].value, value.value)), None)
        if group is None:
            groups.append([value])
        else:
            group.append(value)
    return [_chosen(spec, groups)]


def _chosen(spec: Field, groups: Sequence[Sequence[Understood]]) -> Finding:
    """What most tiles say; where none is in the majority the first (of sums the last), and a person looks."""
    most = max(len(group) for group in groups)
    leaders = [group for group in groups if len(group) == most]
    group = leaders[-1] if spec.kind in _SUMS else leaders[0]
    best = max(group, key=lambda u: u.signals.get("token_probability", 0.0))
    others = [g[0] for g in groups if g is not group]
    notes = tuple(f"page {other.page + 1} has `{other.text}`" for other in others)
    reasons = (ReviewReason.AMBIGUOUS.value,) if len(leaders) > 1 else ()
    return best.finding(spec.name, reasons=reasons, notes=notes, alternatives=tuple(o.text for o in others))


def _table(spec: Field, tiles: Sequence[TileReading], locale: Locale) -> list[Finding]:
    """The cells of all rows, numbered through the document; of a table without rows, whether it is there."""
    rows: list[Row] = []
    for tile in tiles:
        new = [row for row in _rows(spec, tile, locale) if any(u.state is not State.ABSENT for u in row.values())]
        rows += new[_repeated(spec, rows, new, tile) :]
    cells = [
        u.finding(f"{spec.name}[{n}].{name}")
        for n, row in enumerate(rows)
        for name, u in row.items()
        if u.state is not State.ABSENT
    ]
    cut = any(tile.problem for tile in tiles)
    if rows:
        return [*([_missing(spec)] if cut else []), *cells]
    said = [s for tile in tiles for s in tile.said if s.path == spec.name]
    if not said or cut:
        return []
    state = State.EMPTY if any(s.items == 0 for s in said) else State.ABSENT
    return [Finding(path=spec.name, state=state)]


def _rows(spec: Field, tile: TileReading, locale: Locale) -> Iterator[Row]:
    columns = {column.name: column for column in spec.columns}
    found: dict[int, Row] = defaultdict(dict)
    for said in tile.said:
        cell = _CELL.match(said.path.removeprefix(spec.name)) if said.path.startswith(f"{spec.name}[") else None
        if cell and cell.group(2) in columns:
            name = cell.group(2)
            found[int(cell.group(1))][name] = understood(columns[name], said, locale, tile.page, tile.transcript)
    return (found[n] for n in sorted(found))


def _repeated(spec: Field, rows: Sequence[Row], new: Sequence[Row], tile: TileReading) -> int:
    """How many of the tile's first rows are the last ones of the tile before it.

    Where rows are equal, several numbers fit: as many are taken as the words show in what both tiles have.
    """
    if not tile.overlaps:
        return 0
    most = min(tile.repeated.get(spec.name, MOST_REPEATED), len(rows), len(new))
    fitting = (k for k in range(most, 0, -1) if all(map(partial(_alike, spec), rows[len(rows) - k :], new[:k])))
    return next(fitting, 0)


def _alike(spec: Field, a: Row, b: Row) -> bool:
    """Whether two rows at the seam of overlapping tiles are one row, seen twice."""
    return row_similarity(spec.columns, _values(a), _values(b)) >= SAME_ROW


def _values(row: Row) -> dict[str, Value]:
    return {name: u.value for name, u in row.items() if u.value is not None}
