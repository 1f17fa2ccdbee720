"""How surely a model wrote a value: the probabilities of the tokens that overlap its bytes, and of null beside it.

Probabilities come after the grammar's mask, so a token that was the only legal one has probability 1 and says nothing:
it is left out. So are quotes, keys and punctuation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.engine.interface import Token
    from extractors.vision.spans import Span

MASKED = -1000.0
"""Below, an alternative was illegal (vLLM gives -9999)."""
CERTAIN = -1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Surety:
    """What the tokens of a value say, as signals from 0 to 1."""

    signals: Mapping[str, float] = field(default_factory=dict)
    log_probabilities: tuple[float, ...] = ()
    """Of the tokens of the value that were free, in order."""


@dataclass(frozen=True, slots=True)
class TokenBytes:
    """The tokens of an answer with the byte at which each begins."""

    tokens: tuple[Token, ...]
    starts: tuple[int, ...]

    def overlapping(self, start: int, end: int) -> list[tuple[int, Token]]:
        """(first byte, token) of the tokens that hold a byte of [start, end)."""
        pairs = zip(self.starts, self.tokens, strict=True)
        return [(at, token) for at, token in pairs if at < end and at + len(token.data) > start]


def token_bytes(tokens: Sequence[Token], text: str) -> TokenBytes | None:
    """The tokens by byte; None where they do not make up the text, byte for byte: then nothing can be said."""
    if not tokens or b"".join(t.data for t in tokens) != text.encode("utf-8", "surrogatepass"):
        return None
    starts, at = [], 0
    for token in tokens:
        starts.append(at)
        at += len(token.data)
    return TokenBytes(tuple(tokens), tuple(starts))


def surety_of(tokens: TokenBytes | None, span: Span) -> Surety:
    """The signals of one value: `token_probability`, `token_least`, `token_margin`, `value_over_null`."""
    if tokens is None or span.items is not None:
        return Surety()
    signals: dict[str, float] = {}
    branch = _value_over_null(tokens, span)
    if branch is not None:
        signals["value_over_null"] = branch
    if span.content is None:
        return Surety(signals=signals)
    free = [token for _, token in tokens.overlapping(span.start, span.end) if _is_free(token)]
    return Surety(signals=signals | _of_tokens(free), log_probabilities=tuple(t.log_probability for t in free))


def surety_of_text(tokens: Sequence[Token]) -> Surety:
    """The signals of an answer that is nothing but the value."""
    free = [token for token in tokens if token.data.strip() and _is_free(token)]
    return Surety(signals=_of_tokens(free), log_probabilities=tuple(t.log_probability for t in free))


def _of_tokens(free: Sequence[Token]) -> dict[str, float]:
    """Geometric mean and least probability of free tokens, and their smallest lead over the next best."""
    if not free:
        return {}
    logs = [token.log_probability for token in free]
    signals = {"token_probability": math.exp(sum(logs) / len(logs)), "token_least": math.exp(min(logs))}
    margins = [m for token in free if (m := _margin(token)) is not None]
    return signals | ({"token_margin": min(margins)} if margins else {})


def _legal(token: Token) -> list[tuple[bytes, float]]:
    return [(data, log) for data, log in token.top if log > MASKED]


def _is_free(token: Token) -> bool:
    """Whether another token was legal; without alternatives, a certain token is taken for a forced one."""
    if not token.top:
        return token.log_probability < CERTAIN
    return len(_legal(token)) > 1 or (len(token.top) == 1 and token.log_probability < CERTAIN)


def _margin(token: Token) -> float | None:
    """Lead of the token over the best other one; 0 where it was drawn although another was more probable."""
    others = [log for data, log in _legal(token) if data != token.data]
    return None if not others else max(0.0, math.exp(token.log_probability) - math.exp(max(others)))


def _value_over_null(tokens: TokenBytes, span: Span) -> float | None:
    """Probability of a value against null where the answer parts into the two: at the opening quote or first letter."""
    branch = span.start - 1 if span.quoted else span.start
    found = tokens.overlapping(branch, branch + 1)
    if not found or not _legal(found[0][1]):
        return None
    at, token = found[0]
    before = token.data[: branch - at]
    masses = {True: 0.0, False: 0.0}
    seen = {token.data: token.log_probability} | dict(_legal(token))
    for data, log in seen.items():
        if data.startswith(before) and len(data) > len(before):
            masses[data[len(before) :].startswith(b"n")] += math.exp(log)
    total = masses[True] + masses[False]
    return masses[False] / total if total > 0 else None
