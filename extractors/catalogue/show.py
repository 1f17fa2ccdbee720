"""The catalogue as text and as JSON-ready values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractors.catalogue.entry import Model


def table(models: Iterable[Model]) -> str:
    """One line a model."""
    rows = [("name", "A4 tokens", "strategy", "licence", "best use")]
    rows += [(m.name, f"{m.a4_tokens:,}", m.strategy.value, m.licence, m.best_use) for m in models]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d:<{widths[3]}}  {e}".rstrip()
        for a, b, c, d, e in rows
    )


def sheet(model: Model) -> str:
    """All that is known of one model; `unknown` where no source says it."""
    lines = [f"{model.title} ({model.name})"]
    lines += [f"  {label:<18} {_shown(value)}" for label, value in _facts(model)]
    return "\n".join(lines)


def as_values(model: Model) -> dict[str, Any]:
    """For JSON: null where no source says it."""
    values = asdict(model)
    values["formula"] = {"kind": type(model.formula).__name__, **asdict(model.formula)}  # type: ignore[call-overload]
    return {**values, "a4_tokens": model.a4_tokens}


def _facts(model: Model) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("licence", model.licence),
        ("best use", model.best_use),
        ("strategy", model.strategy.value),
        ("visual tokens, A4", f"{model.a4_tokens:,} at 110 dpi, by {model.formula}"),
        ("budget a request", model.budget_tokens),
        ("context", f"{model.context_tokens:,} tokens" if model.context_tokens else None),
        ("JSON schema", model.json_schema),
        ("log-probabilities", model.log_probabilities),
        ("several pictures", model.several_pictures),
    ]
    if not model.api:
        compress = model.tokens_per_patch
        facts += [
            ("hub id", model.hub_id),
            ("vision encoder", model.vision_encoder),
            ("projector", model.projector),
            (
                "compresses",
                None if compress is None else "no" if compress >= 1 else f"{1 / compress:.0f} patches a token",
            ),
            ("language model", model.language_model),
            ("parameters", f"{model.weights_b or model.language_b}B" if model.weights_b or model.language_b else None),
        ]
    facts += [("resolution", text) for text in model.resolutions]
    facts += [("prompt", repr(text)) for text in model.prompts]
    facts += [("server flag", text) for text in model.server_flags]
    return facts + [("source", text) for text in model.sources]


def _shown(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
