"""How values are judged: the policy that the settings of a run name, be it this one or the last one of an output."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extractors.confidence import ScoreModel
    from extractors.policy import Policy
    from extractors.thresholds import Acceptance
    from flows.output import Output

POLICY_SETTINGS = ("einvoice", "threshold", "max_error", "certainty", "audit_rate", "calibration")
"""The settings that change what becomes of the same readings."""


def policy_of(settings: Mapping[str, Any]) -> Policy:
    """The policy that settings (as a run stores them) name."""
    from extractors.policy import EInvoiceMode, Policy

    model = model_of(settings)
    policy = Policy(
        einvoice=EInvoiceMode(settings.get("einvoice") or EInvoiceMode.USE),
        threshold=settings.get("threshold"),
        audit_rate=settings.get("audit_rate") or 0.0,
        model=model,
    )
    accepted = acceptance_of(settings)
    if accepted is None:
        return policy
    return replace(policy, threshold=accepted.threshold, field_thresholds=dict(accepted.fields))


def acceptance_text(settings: Mapping[str, Any]) -> str | None:
    """What the bound that was asked for comes to, and on which labelled values it rests; None where none was asked."""
    accepted = acceptance_of(settings)
    if accepted is None:
        return None
    from extractors.confidence import packaged_model

    model = model_of(settings)
    whose = "the packaged calibration, not your documents" if model is None else "your calibration file"
    return f"{accepted.message} (by {whose}: {(model or packaged_model()).source})"


def model_of(settings: Mapping[str, Any]) -> ScoreModel | None:
    """The score model that settings name: the content of a calibration file; None for the packaged one."""
    content = settings.get("calibration")
    if not content:
        return None
    from extractors import confidence

    return confidence.model_of(content)


def acceptance_of(settings: Mapping[str, Any]) -> Acceptance | None:
    """What `--max-error` makes of the labelled values behind the score model; None where a threshold is given."""
    if settings.get("threshold") is not None or settings.get("max_error") is None:
        return None
    from extractors.confidence import packaged_model
    from extractors.thresholds import choose

    model = model_of(settings) or packaged_model()
    certainty = settings.get("certainty") or 0.95
    return choose(model.tally, max_error=settings["max_error"], certainty=certainty)


def read_calibration(path: str) -> dict[str, Any]:
    """The content of a calibration file, to be stored with the settings: what it says must not change afterwards."""
    from extractors.confidence import model_of as checked

    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        checked(content)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or error
        msg = f"--calibration {path}: {why}. `extract calibrate OUT --truth DIR` writes such a file."
        raise UsageError(msg) from error
    return dict(content)


def last_settings(output: Output, schema: str) -> dict[str, Any]:
    """The settings of the last run with a schema; empty where nothing tells them."""
    for content in _newest_first(output):
        if content.get("schema") == schema and isinstance(content.get("settings"), dict):
            return dict(content["settings"])
    parts = output.index(schema).parts.values()
    newest = max(parts, key=lambda p: str(p.metadata.get("run_id")), default=None)  # a run's id begins with its time
    return dict(newest.metadata.get("settings") or {}) if newest else {}


def last_policy(output: Output, schema: str) -> Policy:
    """The policy with which an output's tables were last made."""
    return policy_of(last_settings(output, schema))


def _newest_first(output: Output) -> Iterator[dict[str, Any]]:
    names = [s.name for s in output.store.names("runs/") if s.name.endswith("/settings.json")]
    for name in sorted(names, reverse=True):
        try:
            content = json.loads(output.store.read(name))
        except ValueError:  # damaged: an older one tells as well
            continue
        if isinstance(content, dict):
            yield content
