"""What models were asked and answered, as rows of a readings part, and what of it is counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from extractors.call import NO_ANSWER, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractors.call import Call

COUNTED = ("calls", "retries", "visual", "prompt", "cached", "output", "looks", "lost_looks")
LOOKS = frozenset({Purpose.JSON, Purpose.TRANSCRIPT, Purpose.ANSWER})
"""Purposes of which the first attempt is a new look at a tile."""


def call_row(call: Call) -> dict[str, Any]:
    """One answer, as it came."""
    return {
        "kind": "call",
        "page": call.page + 1,
        "reader": "verify" if call.purpose is Purpose.VERIFY else "vision",
        "purpose": call.purpose.value,
        "field": call.field or None,
        "model": call.model,
        "prompt_version": call.prompt_version,
        "raw": call.raw.encode("utf-8", "replace").decode(),
        "finish_reason": call.finish_reason,
        "problem": call.problem or None,
        "attempt": call.attempt,
        "temperature": call.temperature,
        "visual_tokens": call.visual_tokens,
        "prompt_tokens": call.prompt_tokens,
        "cached_tokens": call.cached_tokens,
        "output_tokens": call.output_tokens,
        "token_logprobs": list(call.token_logprobs) or None,
        "seconds": call.seconds,
        "endpoint": call.endpoint,
    }


def tokens_of(calls: Sequence[Call]) -> dict[str, int]:
    """What calls of one document took together; a retry is a call after one that was no use.

    `looks` are the values that were looked at again, `lost_looks` those of which nothing came.
    """
    counted = dict.fromkeys(COUNTED, 0)
    looks = {call.field: call for call in calls if call.purpose is Purpose.VERIFY}  # of several attempts the last
    counted["looks"], counted["lost_looks"] = len(looks), sum(bool(call.problem) for call in looks.values())
    for call in calls:
        if call.finish_reason == NO_ANSWER:
            continue
        counted["calls"] += 1
        counted["retries"] += call.attempt > 1 and call.purpose is not Purpose.CONTINUATION
        for name in ("visual", "prompt", "cached", "output"):
            counted[name] += getattr(call, f"{name}_tokens")
    return counted if calls else {}


def page_tokens(rows: Sequence[Mapping[str, Any]]) -> dict[int, tuple[int, int]]:
    """Page, 0-based -> (tiles that a model saw, visual and output tokens)."""
    tokens: Counter[int] = Counter()
    looks: dict[int, Counter[tuple[str, str | None]]] = {}
    for row in rows:
        page = row["page"] - 1
        tokens[page] += row["visual_tokens"] + row["output_tokens"]
        if row["purpose"] in LOOKS and row["attempt"] == 1 and row["finish_reason"] != NO_ANSWER:
            looks.setdefault(page, Counter())[row["purpose"], row["field"]] += 1
    return {page: (max(looks.get(page, Counter()).values(), default=0), count) for page, count in tokens.items()}
