"""A slip row by row: what each row speaks of, and its amounts, those that OCR damaged among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from extractors.layout.candidates import SYMBOL
from extractors.layout.till_words import Concept, concept_of, is_summary
from extractors.layout.tokens import tokens
from schemas.schema import Kind
from schemas.values import Locale, Parsed, parse
from tiling import Box, Word, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from extractors.layout.cells import PageIndex

_CURRENCY = rf"(?:{SYMBOL}|[A-Z]{{3}})"
_AMOUNT = re.compile(
    rf"^[*:(]{{0,3}}[-–+]?(?:{_CURRENCY})?[-–]?(?P<digits>(?:\d{{1,3}}(?:[.,'’]\d{{3}})+|\d*)[.,]\d{{2}})[-–]?\)?"
    r"(?P<after>[*A-Za-z]{0,2})$",
    re.IGNORECASE,
)
_SIGN = re.compile(rf"^(?P<minus>[-–])?(?:{_CURRENCY})?(?P<minus2>[-–])?$", re.IGNORECASE)
_BROKEN = re.compile(
    rf"^[*:(]{{0,3}}(?:{_CURRENCY}|[S§])?(?P<digits>[\dOoQDlI|iSsBZz]{{1,5}}[.,:;][\dOoQDlI|iSsBZz]{{2}})$"
)
_GROUP = re.compile(r"^\d{1,3}$")
_REST_OF_GROUP = re.compile(r"^\d{3}[.,]\d{2}$")
_DIGITS = str.maketrans("OoQDlI|iSsBZz:;", "0000111155822..")
_TWO = re.compile(r"^\d{2}$")
_FEW = re.compile(rf"^(?:{_CURRENCY})?\d{{1,4}}$", re.IGNORECASE)
LARGEST_ROUNDING = Decimal("0.55")
SAID_SO = "OCR read `{}`; the sums of the slip say {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount of a row."""

    value: Decimal
    text: str
    """Verbatim."""
    box: Box
    repaired: bool = False
    """Its characters were not those of an amount: to be believed only where the sums confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A printed row of a slip."""

    page: int
    text: str
    concept: Concept
    strength: float
    amounts: tuple[Amount, ...]
    label_box: Box | None = None
    of_summary: bool = False
    """It stands in the breakdown of the taxes."""

    @property
    def amount(self) -> Amount | None:
        """The last is the row's own; a breakdown's total is its first."""
        if not self.amounts:
            return None
        sure = [a for a in self.amounts if not a.repaired] or list(self.amounts)
        return sure[-1]


def rows_of(index: PageIndex, locale: Locale, spell: Callable[[str], tuple[str, ...]] = tokens) -> tuple[Row, ...]:
    """The rows of a page, from top to bottom; a label alone on its row is that of the amount alone on the next."""
    by_line: dict[int, list[Word]] = {}
    for segment in index.segments:
        by_line.setdefault(segment.line, []).extend(segment.words)
    rows: list[Row] = []
    summary = False
    for line in sorted(by_line, key=lambda k: min(w.box.cy for w in by_line[k])):
        words = sorted(by_line[line], key=lambda w: w.box.x0)
        row = _row(index.page, words, locale, spell)
        said = spell(row.text)
        summary = (summary and not _ends_summary(row)) or (is_summary(said) and not row.amounts)
        rows.append(_placed(row, summary=summary))
    return tuple(_with_labels_above(rows))


def _ends_summary(row: Row) -> bool:
    return row.concept in {Concept.PAID, Concept.CHANGE} and bool(row.amounts)


def _placed(row: Row, *, summary: bool) -> Row:
    if not summary:
        return row
    return Row(
        page=row.page,
        text=row.text,
        concept=row.concept,
        strength=0.3 * row.strength,
        amounts=row.amounts,
        label_box=row.label_box,
        of_summary=True,
    )


def _row(page: int, words: Sequence[Word], locale: Locale, spell: Callable[[str], tuple[str, ...]]) -> Row:
    amounts, taken = _amounts(words, locale)
    label = [w for i, w in enumerate(words) if i not in taken]
    concept, strength = concept_of(spell(" ".join(w.text for w in label if any(c.isalpha() for c in w.text))))
    last = next((a for a in reversed(amounts) if not a.repaired), None)
    if concept is Concept.ROUNDING and last is not None and abs(last.value) > LARGEST_ROUNDING:
        concept = Concept.ROUNDED
    return Row(
        page=page,
        text=" ".join(w.text for w in words),
        concept=concept,
        strength=strength,
        amounts=tuple(amounts),
        label_box=union(w.box for w in label) if label else None,
    )


def _with_labels_above(rows: Sequence[Row]) -> Iterator[Row]:
    """`CASH` on one row, `RM 170.00` on the next."""
    before: Row | None = None
    for row in rows:
        bare = row.amounts and row.concept is Concept.NOTHING and _is_bare(row.text)
        if bare and before is not None and _is_label(before):
            yield Row(
                page=row.page,
                text=f"{before.text} {row.text}",
                concept=before.concept,
                strength=0.8 * before.strength,
                amounts=row.amounts,
                label_box=before.label_box,
                of_summary=row.of_summary,
            )
        else:
            yield row
        before = row


def _is_bare(text: str) -> bool:
    """An amount and its currency, and no other word."""
    return all(any(c.isdigit() for c in w) or _SIGN.match(w) for w in text.split())


def _is_label(row: Row) -> bool:
    return row.concept is not Concept.NOTHING and not any(c.isdigit() for c in row.text)


def _amounts(words: Sequence[Word], locale: Locale) -> tuple[list[Amount], set[int]]:
    """The row's amounts from left to right, and the words they are made of."""
    found: list[Amount] = []
    taken: set[int] = set()
    for at in range(len(words)):
        parts, parsed = _sure(words, at, locale)
        if parsed is not None:
            taken.update(parts)
            found.append(_amount(words, parts, parsed, locale))
            continue
        parts, value = _damaged(words, at)
        if value is not None:
            if len(parts) == 1:
                taken.update(parts)
            text = " ".join(words[i].text for i in parts)
            found.append(Amount(value=value, text=text, box=union(words[i].box for i in parts), repaired=True))
    return found, taken


def _sure(words: Sequence[Word], at: int, locale: Locale) -> tuple[tuple[int, ...], Parsed | None]:
    match = _AMOUNT.match(words[at].text)
    if match is None:
        return (), None
    digits: str = match["digits"]
    parts: tuple[int, ...] = (at,)
    if at and _REST_OF_GROUP.match(digits) and _GROUP.match(words[at - 1].text) and _near(words[at - 1], words[at]):
        digits, parts = f"{words[at - 1].text} {digits}", (at - 1, at)
    return parts, parse(Kind.MONEY, digits, locale)


def _amount(words: Sequence[Word], parts: tuple[int, ...], parsed: Parsed, locale: Locale) -> Amount:
    value = parsed.value if isinstance(parsed.value, Decimal) else Decimal(0)
    if parsed.ambiguous and locale.decimal is None:
        value = next((v for v in parsed.alternatives if isinstance(v, Decimal)), value)
    text = " ".join(words[i].text for i in parts)
    before = _SIGN.match(words[parts[0] - 1].text) if parts[0] else None
    negative = re.search(r"[-–]", text) is not None or (text.startswith("(") and text.endswith(")"))
    if before is not None and (before["minus"] or before["minus2"]):
        negative = True
    return Amount(value=-value if negative else value, text=text, box=union(words[i].box for i in parts))


def _near(left: Word, right: Word) -> bool:
    return right.box.x0 - left.box.x1 < 0.8 * max(left.box.height, right.box.height)


def _damaged(words: Sequence[Word], at: int) -> tuple[tuple[int, ...], Decimal | None]:
    """`80 91`, `RMO.00`, `S8.20`, `26:58`: what an amount could have been."""
    text = words[at].text
    match = _BROKEN.match(text)
    if match is not None and any(c.isdigit() for c in match["digits"]):
        return (at,), Decimal(match["digits"].translate(_DIGITS).replace(",", "."))
    if at and _TWO.match(text) and _FEW.match(words[at - 1].text) and _near(words[at - 1], words[at]):
        whole = re.sub(r"\D", "", words[at - 1].text)
        return (at - 1, at), Decimal(f"{whole}.{text}")
    return (), None
