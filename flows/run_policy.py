"""How values are judged: the policy that the settings of a run name, be it this one or the last one of an output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extractors.policy import Policy
    from flows.output import Output

POLICY_SETTINGS = ("einvoice", "threshold", "audit_rate")
"""The settings that change what becomes of the same readings."""


def policy_of(settings: Mapping[str, Any]) -> Policy:
    """The policy that settings (as a run stores them) name."""
    from extractors.policy import EInvoiceMode, Policy

    return Policy(
        einvoice=EInvoiceMode(settings.get("einvoice") or EInvoiceMode.USE),
        threshold=settings.get("threshold"),
        audit_rate=settings.get("audit_rate") or 0.0,
    )


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
