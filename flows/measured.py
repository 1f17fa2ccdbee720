"""What models really took in runs that are done, from the summaries that the runs left."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.store import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One model's runs together."""

    runs: int
    pages: int
    calls: int
    """Retries included."""
    visual: int
    prompt: int
    """Those of pictures included."""
    output: int
    seconds: float
    """Wall clock, from start to end."""

    @property
    def text_a_call(self) -> float:
        """Prompt tokens of a call beside its picture."""
        return max(0, self.prompt - self.visual) / self.calls

    @property
    def seconds_a_token(self) -> float:
        """Of tokens read and written alike."""
        return self.seconds / max(1, self.prompt + self.output)


def measured_in(out: str) -> Mapping[str, Measured]:
    """Model (hub id or name) -> what it took in the runs of an output; UsageError where no run asked a model."""
    store = open_store(out, create=False)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in store.names("runs/"):
        if file.name.endswith("/summary.json"):
            summary = json.loads(store.read(file.name))
            model = (summary.get("models") or {}).get("model")
            if model and summary["calls"]["calls"] and summary["pages"]["read"]:
                found[model].append(summary)
    if not found:
        msg = f"--from-run {out}: none of its runs asked a model, so nothing is measured there."
        raise UsageError(msg)
    return {model: _together(summaries) for model, summaries in found.items()}


def _together(summaries: list[dict[str, Any]]) -> Measured:
    def total(group: str, name: str) -> int:
        return sum(int(summary[group][name]) for summary in summaries)

    return Measured(
        runs=len(summaries),
        pages=total("pages", "read"),
        calls=total("calls", "calls"),
        visual=total("tokens", "visual"),
        prompt=total("tokens", "prompt"),
        output=total("tokens", "output"),
        seconds=sum(float(summary["seconds"]["wall"]) for summary in summaries),
    )
