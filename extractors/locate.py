"""Finding a value again in the words of the pages: where it stands, how exactly, and whether only there.

Nobody is believed about places, a model least of all: a value that came from XML or from a model is looked up in the
words of the page. Texts are compared without case, accents, spaces and punctuation; numbers and dates by value, in
every form they may be printed in. Where several places are equally good, one beside a label of the field, or in the
row that the table's other cells stand in, is the better one.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.page_index import PageIndex, Place, numbers_in, squash
from extractors.reading import Evidence, Match, Value
from schemas import Kind
from schemas.values.currencies import SHARED, SYMBOLS
from tiling import Box, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FUZZY_CUTOFF = 85.0
FUZZY_CUTOFF_CODE = 90.0
"""A code with two wrong characters is another code."""
MIN_FUZZY, MAX_FUZZY = 5, 400
"""Letters of a value that is worth, and bounded enough for, a fuzzy search."""
MAX_FUZZY_STREAM = 200_000
DISTINCT_LETTERS = 6
"""A text of so many letters that is printed twice is the same thing said twice, not an ambiguity."""
LABEL_REACH_PT = 260.0
LABEL_ABOVE_HEIGHTS = 3.0
FAR_PT = 4 * LABEL_REACH_PT
WRAP_LINES = 4
MOSTLY = 0.6
CODE_LETTERS = 2
NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.INTEGER})
WORDLESS = frozenset({Kind.BOOLEAN, Kind.ENUM, Kind.TABLE})
SYMBOL_OF: dict[str, tuple[str, ...]] = {
    code: tuple(s for s, c in (*SYMBOLS.items(), *SHARED.items()) if c == code)
    for code in {*SYMBOLS.values(), *SHARED.values()}
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Where a value is to be expected: labels beside it, or an area of a page."""

    labels: tuple[str, ...] = ()
    page: int | None = None
    """Position among the document's pages."""
    box: Box | None = None
    """Points; a place in the same rows is better than one that is not, whatever its column."""


NO_HINT = Hint()


def locate(index: PageIndex, kind: Kind, value: Value, text: str = "", hint: Hint = NO_HINT) -> Evidence:
    """The evidence of a value; `Match.NONE` (page 0, no box) where the pages do not show it."""
    places, match = candidates(index, kind, value, text)
    if not places:
        return Evidence(page=0, box=None, text="", match=Match.NONE)
    best, alone = choose(index, places, hint)
    if not alone and _repeats_matter(kind, value):
        match = Match.AMBIGUOUS
    page = index.pages[best.page].index
    return Evidence(page=page, box=index.box(best), text=index.text(best), match=match)


def candidates(index: PageIndex, kind: Kind, value: Value, text: str = "") -> tuple[list[Place], Match]:
    """All places of the best kind of match, in reading order."""
    if kind in WORDLESS or isinstance(value, bool):
        return _texts(index, text, fuzzy=False) if text and kind is not Kind.TABLE else ([], Match.NONE)
    if isinstance(value, Decimal | int):
        return _numbers(index, Decimal(value), text)
    if isinstance(value, dt.date):
        places = index.dates.get(value, [])
        return _graded(index, places, text or value.isoformat())
    if isinstance(value, dt.time):
        return _first(_texts(index, t, fuzzy=False) for t in (text, value.strftime("%H:%M")))
    if kind is Kind.CURRENCY:
        return _currency(index, value)
    tries = dict.fromkeys(t for t in (text, value) if t)
    exact = _first(_texts(index, t, fuzzy=False) for t in tries)
    if exact[0]:
        return exact
    return _fuzzy(index, value or text, code=kind in (Kind.CODE, Kind.IBAN, Kind.VAT_ID))


def choose(index: PageIndex, places: Sequence[Place], hint: Hint) -> tuple[Place, bool]:
    """The best place under the hint (the first of equals), and whether it is the only one or clearly the best."""
    if len(places) == 1:
        return places[0], True
    labels = _labels_of(index, places, hint)
    distances = [_distance(index, p, hint, labels[p.page]) for p in places]
    scored = sorted(zip(distances, range(len(places)), strict=True), key=lambda s: (round(s[0], 1), s[1]))
    (best, position), (second, _) = scored[0], scored[1]
    clear = best < LABEL_REACH_PT and second > best * 1.5 + 6.0
    return places[position], clear


def _repeats_matter(kind: Kind, value: Value) -> bool:
    if kind is Kind.CURRENCY:
        return False
    return not isinstance(value, str) or len(squash(value)) < DISTINCT_LETTERS


def _first(found: Iterable[tuple[list[Place], Match]]) -> tuple[list[Place], Match]:
    return next((f for f in found if f[0]), ([], Match.NONE))


def _graded(index: PageIndex, places: list[Place], text: str) -> tuple[list[Place], Match]:
    """Places that print the text itself before those that print the same value in another form."""
    exact = [p for p in places if _bare(index.text(p)) == _bare(text)]
    if exact:
        return exact, Match.EXACT
    return (places, Match.NORMALISED) if places else ([], Match.NONE)


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .,;:()[]*")


def _numbers(index: PageIndex, value: Decimal, text: str) -> tuple[list[Place], Match]:
    """The places of a number by value; a place with the other sign is only like it."""
    places = list(index.numbers.get(abs(value), []))
    for stated in numbers_in(text) - {abs(value)} if text else ():
        places += index.numbers.get(stated, []) if not places else []
    signed = [p for p in places if _negative(index.text(p)) == (value < 0)]
    if not signed:
        return places, Match.FUZZY if places else Match.NONE
    return _graded(index, signed, text or str(value))


def _negative(text: str) -> bool:
    bare = text.strip()
    return bare[:1] in "-−–(" or bare[-1:] in "-−–"


def _currency(index: PageIndex, code: str) -> tuple[list[Place], Match]:
    places = index.runs(squash(code))
    if places:
        return _graded(index, places, code)
    symbols = SYMBOL_OF.get(code, ())
    found = [
        Place(n, (i,))
        for n, page in enumerate(index.pages)
        for i, word in enumerate(page.words)
        if _names_currency(word.text, code, symbols)
    ]
    return found, Match.NORMALISED if found else Match.NONE


def _names_currency(word: str, code: str, symbols: Sequence[str]) -> bool:
    letters = re.sub(r"[\d.,'\s()+-]", "", word).lower()
    return letters in symbols or letters == code.lower()


def _texts(index: PageIndex, text: str, *, fuzzy: bool) -> tuple[list[Place], Match]:
    """A text in one run, else wrapped over the lines of a column, else line by line."""
    wanted = squash(text)
    if not wanted:
        return [], Match.NONE
    places = index.runs(wanted)
    if places:
        return _graded(index, places, text)
    places = _wrapped(index, text)
    if places:
        return _graded(index, places, text)
    place, share = _by_lines(index, text)
    if place and share == 1.0:
        return [place], Match.NORMALISED
    return ([place], Match.FUZZY) if place and (fuzzy or share > MOSTLY) else ([], Match.NONE)


def _wrapped(index: PageIndex, text: str) -> list[Place]:
    """The words of a text that goes on in the next lines of its column, with other columns' words between."""
    tokens = [t for t in (squash(w) for w in text.split()) if t]
    if len(tokens) < 2:
        return []
    found = []
    for n, page_text in enumerate(index.texts):
        for start in page_text.word_at.get(tokens[0], ()):
            walked = _walk(index, n, start, tokens)
            if walked:
                found.append(Place(n, walked))
    return found


def _walk(index: PageIndex, page: int, start: int, tokens: Sequence[str]) -> tuple[int, ...] | None:
    words, squashed = index.pages[page].words, index.texts[page].squashed
    walked, column = [start], words[start].box
    for token in tokens[1:]:
        last = walked[-1]
        here = last + 1
        while here < len(words) and not squashed[here] and words[here].line == words[last].line:
            here += 1
        if here >= len(words) or squashed[here] != token or words[here].line != words[last].line:
            nearby = (p for p in index.texts[page].word_at.get(token, ()) if p > last)
            here = next((p for p in nearby if _continues(words[p].box, words[last].box, column)), -1)
            if here < 0:
                return None
        walked.append(here)
        column = union((column, words[here].box))
    return tuple(walked)


def _continues(box: Box, last: Box, column: Box) -> bool:
    below = 0 < box.cy - last.cy < WRAP_LINES * max(last.height, 4.0)
    return below and box.x0 < column.x1 and box.x0 > column.x0 - 2 * column.height


def _by_lines(index: PageIndex, text: str) -> tuple[Place | None, float]:
    """The page that shows most of a text's lines, their words, and the share of its letters that are there.

    Lines of two letters are country codes, which XML states and paper does not; they are found, but not asked for.
    """
    lines = [line for line in (squash(part) for part in re.split(r"[\n,;]", text)) if len(line) > CODE_LETTERS]
    if not lines or squash(text) == lines[0]:
        return None, 0.0
    best: tuple[float, Place | None] = (0.0, None)
    for n, page_text in enumerate(index.texts):
        words: list[int] = []
        length = 0
        for line in lines:
            runs = list(page_text.runs(line))
            if runs:
                near = min(runs, key=lambda r: abs(r[0] - words[-1]) if words else r[0])
                words += near
                length += len(line)
        share = length / sum(map(len, lines))
        if share > best[0]:
            best = (share, Place(n, tuple(sorted(set(words)))))
    return best[1], best[0]


def _fuzzy(index: PageIndex, text: str, *, code: bool) -> tuple[list[Place], Match]:
    """The passage most like the text, if it is like it; bounded in the length of both."""
    from rapidfuzz import fuzz

    wanted = squash(text)
    cutoff = FUZZY_CUTOFF_CODE if code else FUZZY_CUTOFF
    if not MIN_FUZZY <= len(wanted) <= MAX_FUZZY:
        return [], Match.NONE
    best: tuple[float, Place | None] = (0.0, None)
    for n, page_text in enumerate(index.texts):
        if len(page_text.stream) < len(wanted) or len(page_text.stream) > MAX_FUZZY_STREAM:
            continue
        found = fuzz.partial_ratio_alignment(wanted, page_text.stream, score_cutoff=max(cutoff, best[0] + 0.01))
        if found is not None and found.dest_end > found.dest_start:
            best = (found.score, Place(n, page_text.words_between(found.dest_start, found.dest_end)))
    return ([best[1]], Match.FUZZY) if best[1] else ([], Match.NONE)


def _labels_of(index: PageIndex, places: Sequence[Place], hint: Hint) -> dict[int, list[Box]]:
    """Page -> where the hint's labels stand on it, for the pages that have places at all."""
    wanted = list(dict.fromkeys(filter(None, map(squash, hint.labels))))
    return {
        page: [index.box(Place(page, words)) for label in wanted for words in index.texts[page].runs(label)]
        for page in {p.page for p in places}
    }


def _distance(index: PageIndex, place: Place, hint: Hint, labels: Sequence[Box]) -> float:
    """Points between a place and where it is expected; far where nothing expects it there."""
    box = index.box(place)
    distances = [_label_distance(box, label) for label in labels]
    if hint.box is not None and hint.page == place.page:
        distances.append(_row_distance(box, hint.box))
    return min(distances, default=FAR_PT)


def _row_distance(box: Box, row: Box) -> float:
    if box.overlap_y(row) > 0.5 * min(box.height, row.height):
        return 0.0
    return min(abs(box.y0 - row.y1), abs(row.y0 - box.y1)) * 2 + 10


def _label_distance(box: Box, label: Box) -> float:
    """To a label at the left in the same line, or close above."""
    if label.overlap_y(box) > 0.4 * min(label.height, box.height) and label.x1 <= box.x0 + 2:
        return box.x0 - label.x1
    if 0 < box.y0 - label.y1 + 2 < LABEL_ABOVE_HEIGHTS * box.height and label.overlap_x(box) > 0:
        return (box.y0 - label.y1) + abs(box.x0 - label.x0) / 4 + 20
    return FAR_PT
