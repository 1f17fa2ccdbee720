"""A JSON scanner that remembers where each value stands in the bytes of the answer, also of an answer that was cut.

A value's probability is that of its tokens, and tokens are found by byte offset, never by searching for the value.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(rb'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = {b"true": True, b"false": False, b"null": None}
_FENCE = re.compile(rb"\A\s*```(?:json)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)
MOST_DEPTH = 8
"""Of objects and lists inside each other; a schema has three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A value that is no object, and the bytes that say it."""

    path: str
    """`total`, `line_items[2].quantity`; `line_items` for a list as a whole."""
    content: str | bool | None
    """Strings decoded, numbers as written; None also for a list, which has its items."""
    start: int
    """First byte of the value; of a string, behind its opening quote."""
    end: int
    """Behind its last byte; of a string, its closing quote."""
    quoted: bool = False
    items: int | None = None
    """Of a list: how many items it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What was found."""

    spans: tuple[Span, ...]
    value: object
    """The document as Python values, numbers as they were written; what of it is whole, where it was cut."""
    complete: bool
    """It is one JSON value and nothing else."""
    problem: str = ""


class _CutError(Exception):
    """The answer ends, or goes on with what no JSON has there."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(f"{what} at byte {at}")


@dataclass(slots=True)
class _Scanner:
    data: bytes
    at: int
    spans: list[Span] = field(default_factory=list)

    def space(self) -> None:
        found = _SPACE.match(self.data, self.at)
        self.at = found.end() if found else self.at

    def next_is(self, mark: bytes) -> bool:
        self.space()
        return self.data[self.at : self.at + 1] == mark

    def expect(self, mark: bytes) -> None:
        if not self.next_is(mark):
            raise _CutError(self.at, f"`{mark.decode()}` is missing")
        self.at += 1

    def string(self) -> tuple[str, int, int]:
        self.space()
        found = _STRING.match(self.data, self.at)
        if found is None:
            raise _CutError(self.at, "no whole string")
        self.at = found.end()
        try:
            return json.loads(found.group().decode()), found.start() + 1, found.end() - 1
        except ValueError as error:
            raise _CutError(found.start(), "a string that is no text") from error

    def value(self, path: str, into: _Into, depth: int = 0) -> None:
        """Scans one value and puts it where `into` says, item by item: what is whole is kept when the rest is not."""
        if depth > MOST_DEPTH:
            raise _CutError(self.at, "nested too deeply")
        if self.next_is(b"{"):
            self.members(path, into.put({}), depth)
        elif self.next_is(b"["):
            self.items(path, into.put([]), depth)
        elif self.next_is(b'"'):
            text, start, end = self.string()
            into.put(text)
            self.spans.append(Span(path=path, content=text, start=start, end=end, quoted=True))
        else:
            self.scalar(path, into)

    def scalar(self, path: str, into: _Into) -> None:
        start = self.at
        word = next((word for word in _WORDS if self.data.startswith(word, start)), None)
        number = None if word else _NUMBER.match(self.data, start)
        if word is None and number is None:
            raise _CutError(start, "no value")
        self.at = start + len(word) if word else number.end() if number else start
        content = _WORDS[word] if word else self.data[start : self.at].decode()
        into.put(content)
        self.spans.append(Span(path=path, content=content, start=start, end=self.at))

    def members(self, path: str, holder: object, depth: int) -> None:
        self.expect(b"{")
        first = True
        while self.another(b"}", first=first):
            name, _, _ = self.string()
            self.expect(b":")
            self.value(f"{path}.{name}" if path else name, _Into(holder, name), depth + 1)
            first = False
        self.at += 1

    def items(self, path: str, holder: object, depth: int) -> None:
        self.expect(b"[")
        start, count = self.at, 0
        while self.another(b"]", first=count == 0):
            self.value(f"{path}[{count}]", _Into(holder, None), depth + 1)
            count += 1
        self.spans.append(Span(path=path, content=None, start=start, end=self.at, items=count))
        self.at += 1

    def another(self, end: bytes, *, first: bool) -> bool:
        """Whether one more follows, past the comma before it."""
        if self.next_is(end):
            return False
        if not first:
            self.expect(b",")
        return True


@dataclass(frozen=True, slots=True)
class _Into:
    """Where a value goes: under a name of an object, at the end of a list, or (no holder) it is the whole."""

    holder: object
    name: str | None

    def put(self, value: object) -> object:
        if isinstance(self.holder, dict):
            self.holder[self.name] = value
        elif isinstance(self.holder, list):
            self.holder.append(value)
        return value


def scan(text: str) -> Scanned:
    """The values of an answer with their places; of a cut answer, those that were whole.

    A number at the end of a cut answer may go on, and is no whole one. A fence of Markdown around
    the answer, as models without a decoder write it, is left out.
    """
    data = text.encode("utf-8", "surrogatepass")
    fenced = _FENCE.match(data)
    scanner = _Scanner(data[: fenced.end(1)] if fenced else data, fenced.start(1) if fenced else 0)
    root: list[object] = []
    problem = ""
    try:
        scanner.value("", _Into(root, None))
        scanner.space()
        if scanner.at < len(scanner.data):
            problem = f"more text after the JSON at byte {scanner.at}"
    except _CutError as cut:
        problem = str(cut)
    spans = scanner.spans if not problem else [s for s in scanner.spans if s.quoted or s.end < len(scanner.data)]
    return Scanned(spans=tuple(spans), value=root[0] if root else None, complete=not problem, problem=problem)
