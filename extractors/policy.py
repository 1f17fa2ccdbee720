"""How a merge decides: what is thought of e-invoices, by which model values are scored, from which score they pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from extractors.confidence import ScoreModel, packaged_model

if TYPE_CHECKING:
    from collections.abc import Mapping


class EInvoiceMode(StrEnum):
    """What is done with an e-invoice inside a document."""

    USE = "use"
    """Believed, and recorded where the page does not show it."""
    AUDIT = "audit"
    """Compared with what the page shows; where the two differ, a person decides."""
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings of a merge."""

    einvoice: EInvoiceMode = EInvoiceMode.USE
    threshold: float | None = None
    """Confidence from which a value is accepted; None for the score model's own."""
    field_thresholds: Mapping[str, float] = field(default_factory=dict)
    """Other thresholds for single fields: `total`, `line_items.quantity`."""
    model: ScoreModel | None = None
    """None for the model that comes with the package."""
    audit_rate: float = 0.0
    """Share of the accepted values that go to a person all the same, to measure how many of them are wrong."""

    @property
    def score_model(self) -> ScoreModel:
        return self.model or packaged_model()

    def threshold_of(self, name: str) -> float:
        """The threshold of a field, named without its row."""
        default = self.score_model.threshold if self.threshold is None else self.threshold
        return self.field_thresholds.get(name, default)
