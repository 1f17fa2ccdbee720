"""Reading an element tree by XPath: a getter is what a concept of an invoice is found by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias, cast

from extractors.einvoice.lexical import Stated, decimal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from lxml.etree import _Element

Getter: TypeAlias = "Callable[[_Element], Sequence[Stated]]"
"""From the invoice, or one of its lines, to what it states: the chosen first, then what else it says."""

CENT = 0.006
"""Two amounts that differ by less are the same amount, rounded."""


def _found(node: _Element, path: str) -> list[_Element | str]:
    return cast("list[_Element | str]", node.xpath(path))


def elements(node: _Element, path: str) -> list[_Element]:
    return [found for found in _found(node, path) if not isinstance(found, str)]


def text_of(element: _Element) -> str:
    """All text below, white space collapsed within lines; line ends are kept (addresses, descriptions)."""
    lines = "".join(str(t) for t in element.itertext()).splitlines()
    return "\n".join(filter(None, (re.sub(r"\s+", " ", line).strip() for line in lines)))


def texts(node: _Element, path: str) -> list[str]:
    """The different non-empty texts at `path` (elements or attributes), in document order."""
    found = (f.strip() if isinstance(f, str) else text_of(f) for f in _found(node, path))
    return list(dict.fromkeys(filter(None, found)))


def number(node: _Element, path: str) -> Decimal | None:
    return next((n for n in map(decimal_of, texts(node, path)) if n is not None), None)


def at(*paths: str) -> Getter:
    """What stands at the first of `paths` that has text."""

    def get(node: _Element) -> list[Stated]:
        return next(([Stated(text=t) for t in found] for p in paths if (found := texts(node, p))), [])

    return get


def only(*paths: str) -> Getter:
    """Like `at`, for what an invoice has once: a second, different text makes the first doubtful."""
    get = at(*paths)

    def get_one(node: _Element) -> list[Stated]:
        found = list(get(node))
        if len(found) > 1:
            note = f"the XML states {len(found)} values: {'; '.join(s.text for s in found[:5])}"
            found[0] = Stated(text=found[0].text, note=note, doubtful=True)
        return found

    return get_one


def joined(separator: str, *paths: str) -> Getter:
    """The texts at all `paths` as one value."""

    def get(node: _Element) -> list[Stated]:
        parts = list(dict.fromkeys(t for p in paths for t in texts(node, p)))
        return [Stated(text=separator.join(parts))] if parts else []

    return get


def in_currency(amounts: str, currency: str) -> Getter:
    """The amount in the invoice's own currency, where a total is stated in two (tax in the currency of account)."""

    def get(node: _Element) -> list[Stated]:
        own = next(iter(texts(node, currency)), "")
        found = [e for e in elements(node, amounts) if text_of(e)]
        first = [e for e in found if own and e.get("currencyID", own) == own] or found
        others = [e for e in found if e not in first[:1]]
        note = f"in {own}; also stated: {_with_currency(others)}" if others else ""
        return [Stated(text=text_of(e), note=note if e is first[0] else "") for e in [*first[:1], *others]]

    return get


def _with_currency(amounts: Sequence[_Element]) -> str:
    return "; ".join(f"{text_of(e)} {e.get('currencyID', '')}".strip() for e in amounts)


def address(street: str, postcode: str, city: str, country: str) -> Getter:
    """Street lines, then postcode and city, then the country's code, as one line a row."""

    def get(node: _Element) -> list[Stated]:
        town = " ".join(filter(None, (" ".join(texts(node, postcode)[:1]), " ".join(texts(node, city)[:1]))))
        rows = [*texts(node, street), town, *texts(node, country)[:1]]
        rows = [r for r in rows if r]
        return [Stated(text="\n".join(rows))] if rows else []

    return get


def price(amount: str, base: str, quantity: str, total: str) -> Getter:
    """The price of one unit: a price that is stated for more than one is divided, where the line's total says so."""

    def get(node: _Element) -> list[Stated]:
        stated, per = number(node, amount), number(node, base)
        if stated is None:
            return []
        count, line = number(node, quantity), number(node, total)
        text = texts(node, amount)[0]
        if per is None or per in (0, 1) or (count is not None and line is not None and _close(count * stated, line)):
            return [Stated(text=text)]
        one = f"{round(stated / per, 6).normalize():f}"
        return [Stated(text=one, verbatim=text, note=f"the XML states {text} for {per}")]

    return get


def _close(a: Decimal, b: Decimal) -> bool:
    return abs(abs(float(a)) - abs(float(b))) < CENT
