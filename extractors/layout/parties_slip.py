"""The merchant of a till slip: its name and address are the first lines, before telephone and tax numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.layout import addresses, names
from extractors.layout.headings import family_of
from extractors.layout.parties_lines import LineKind, kind_of
from extractors.layout.segments import Segment, segments_of
from extractors.layout.spelling import Spelling
from schemas import Kind
from schemas.values import Locale, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiling import Page

_REGISTRATION = re.compile(
    r"\s*[\[({]?\s*(?:co\.?\s*(?:reg(?:istration)?\.?)?\s*(?:no)?\.?|reg\.?\s*no\.?|roc(?:\s*no)?\.?|"
    r"company\s+no\.?|no\s*\.?)?\s*[:.]?\s*"
    r"[\[({]?\s*[A-Z]{0,3}\d(?:[\dOIl]){3,11}\s?-?\s?[A-Z]?\s*[\])}]?(?:\s*\([A-Z0-9]{1,6}\))?[\s,.;]*$",
    re.IGNORECASE,
)
_OWNER = re.compile(r"^(?:own(?:ed)?|operated|managed|run)\s+by\s*:?\s*", re.IGNORECASE)
_END = re.compile(
    r"\b(?:t[eé]l|phone|fax|hp|h/p|mobile|e-?mail|www|gst|sst|vat|tax|tva|ust|siret|co\.?\s*reg|reg\s*no|invoice|"
    r"receipt|resit|bill|date|"
    r"tarikh|time|cashier|table|order|pos|operator|served|counter|terminal|qty|item|description|rm|trn|facture|"
    r"rechnung|bon|ticket|"
    r"ticket|datum|uhrzeit|fecha|welcome|thank)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"^(?:no|lot|unit|blk|block|suite|shop)\b[\s.:]{0,3}[A-Z]{0,2}-?\d\S*[\s,]+\S*[^\W\d_]{3}", re.IGNORECASE
)
"""A house or lot, as addresses begin: `No 19-G, Jalan Tasik`."""
_REGISTER = re.compile(r"\(\s?[\dOIl]{4,8}\s?-\s?[A-Z]\s?\)")
_ENDINGS = Spelling(("invoice", "receipt", "cashier", "description", "operator", "terminal", "telephone", "counter"))
"""Words that begin what follows the address, however OCR spells them."""
_AMOUNT_LAST = re.compile(r"\d[.,]\d{2}$")
_SKIP = re.compile(
    r"^(?:\*+|-+|=+|welcome.*|original|copy|duplicate|reprint.*|tax\s+invoice|cash\s+\w+|receipt|invoice)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Where a slip prints who issued it."""

    name: tuple[Segment, ...]
    name_text: str
    address: tuple[Segment, ...]
    others: tuple[str, ...] = ()


def _printed_lines(page: Page) -> list[Segment]:
    """Whole printed lines, however wide their gaps: slips have one column at the top."""
    return list(segments_of(page, gap=6.0))


def merchant_of(page: Page) -> Merchant | None:
    """The merchant at the top of a slip; None where the first lines name nobody."""
    lines = _printed_lines(page)[:16]
    start = next((i for i, line in enumerate(lines) if _may_be_name(line.text)), None)
    if start is None:
        return None
    at = _best_name(lines, start)
    name, after = [lines[at]], at + 1
    if (
        after < len(lines)
        and names.only_legal_form(_without_number(lines[after].text))
        and not names.has_legal_form(name[0].text)
    ):
        name.append(lines[after])
        after += 1
    address = _address(lines, after)
    others = tuple(line.text for line in lines[start:at])
    return Merchant(
        name=tuple(name),
        name_text=" ".join(_without_number(line.text) for line in name),
        address=tuple(address),
        others=others,
    )


def _without_number(text: str) -> str:
    bare = _OWNER.sub("", _REGISTRATION.sub("", text)).strip(" ,;-")
    return bare if sum(c.isalpha() for c in bare) >= 3 else text.strip()


def _may_be_name(text: str) -> bool:
    bare = _without_number(text)
    letters = sum(c.isalpha() for c in bare)
    title = _SKIP.match(bare.strip()) or names.is_title(bare) or _names_paper(bare)
    if letters < 3 or letters < 0.5 * len(bare.replace(" ", "")) or title:
        return False
    return names.looks_like_name(bare) and kind_of(bare) not in {LineKind.CONTACT, LineKind.TAX, LineKind.BANK}


def _names_paper(text: str) -> bool:
    """`Purchase order`: the last word says what kind of paper this is, and no word is a company's."""
    words = names.plain(text).split()
    few = 0 < len(words) <= 3
    return few and bool(family_of(words[-1])) and not names.has_company_word(text) and not names.has_legal_form(text)


def _best_name(lines: Sequence[Segment], start: int) -> int:
    """The first line that may be a name, or one below it that plainly is one, before the address begins."""
    worded: int | None = start if names.has_company_word(lines[start].text) else None
    for i in range(start, min(start + 5, len(lines))):
        bare = _without_number(lines[i].text)
        if i > start and (addresses.is_city(bare) or addresses.is_street(bare) or _END.search(bare)):
            break
        if not _may_be_name(lines[i].text):
            continue
        if names.has_legal_form(bare):
            return i
        if names.only_legal_form(bare) and i > start:
            return i - 1
        if worded is None and names.has_company_word(bare):
            worded = i
    return start if worded is None else worded


def _address(lines: Sequence[Segment], start: int) -> list[Segment]:
    """The lines from the first address-like one to the first that is about something else."""
    found: list[Segment] = []
    for line in lines[start : start + 9]:
        text = line.text
        if _REGISTRATION.fullmatch(text) or (not found and (_is_branding(text) or _is_register(text))):
            continue
        if _is_moment(text):
            continue
        if _ends(text):
            if found or not (line is lines[start] or kind_of(text) is LineKind.TAX):
                break
            continue
        if found and line.box.y0 - found[-1].box.y1 > 2.0 * max(line.box.height, found[-1].box.height):
            break
        found.append(line)
    while found and not _addresslike(found[0].text) and len(found) > 1:
        found.pop(0)
    return found if any(_addresslike(line.text) for line in found) else []


def _ends(text: str) -> bool:
    """Whether a line is about something else than the address; OCR may have run its words together."""
    joined = names.plain(text).replace(" ", "")
    if _END.search(text) or any(word in joined for word in ("invoice", "receipt", "cashbill", "cashsale")):
        return True
    if _AMOUNT_LAST.search(text) or _ENDINGS.names(text):
        return True
    return sum(c.isalpha() for c in text) < 2 or kind_of(text) in {LineKind.CONTACT, LineKind.TAX, LineKind.BANK}


def _is_moment(text: str) -> bool:
    return re.search(r"\b\d{1,2}:\d{2}\b", text) is not None or parse(Kind.DATE, text, Locale()) is not None


def _addresslike(text: str) -> bool:
    return (
        _UNIT.match(text) is not None
        or addresses.is_address(text)
        or addresses.has_place(text)
        or (any(c.isdigit() for c in text) and "," in text)
    )


def _is_register(text: str) -> bool:
    return _REGISTER.search(text) is not None and not _addresslike(text)


def _is_branding(text: str) -> bool:
    """A line between name and address that is neither: a slogan, a branch, a register number."""
    return not _addresslike(text) and (text.startswith("(") or len(text.split()) == 1)
