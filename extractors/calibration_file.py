"""A fitted model as the file that people read: what it was fitted on, what it is worth, what each weight means."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from extractors import thresholds
from extractors.calibration import paired
from extractors.calibration_measures import auroc, brier, coverage_at, ece, reliability

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from extractors.calibration import Case, Fitted
    from extractors.calibration_measures import Scored
    from extractors.confidence import ScoreModel, Signal

LINE = 160
"""Characters of a line of the file."""
HIGHEST_THRESHOLD = 0.999
"""No confidence reaches it: everything goes to review."""
ABOUT = (
    "Log-odds of a value = intercept + offset of its kind + for each signal weight * curve(signal); "
    "confidence = 1 / (1 + exp(-(scale.slope * log-odds + scale.offset))). A signal that a reader does not give counts "
    "as its neutral value. What is said under measured, reliability and tally comes from values whose look (group) was "
    "left out of the fit; cells of tables (in_rows) are measured apart. dependence: the confidence of a document lies "
    "between the product of those of its required values (0) and the least of them (1)."
)


def finished(
    fitted: Fitted, cases: Sequence[Case], *, max_error: float = 0.01, certainty: float = 0.95, source: str = ""
) -> tuple[ScoreModel, thresholds.Acceptance]:
    """The model with its tally, its source, and the threshold that the labels allow."""
    real = [c for c in cases if not c.made]
    counted = thresholds.tally(
        (c.name, confidence, c.right) for c, confidence in zip(real, fitted.left_out, strict=True)
    )
    acceptance = thresholds.choose(counted, max_error=max_error, certainty=certainty)
    threshold = min(acceptance.threshold, HIGHEST_THRESHOLD)
    return dataclasses.replace(fitted.model, tally=counted, source=source, threshold=threshold), acceptance


def content(model: ScoreModel, fitted: Fitted, cases: Sequence[Case], *, day: dt.date) -> dict[str, Any]:
    """What the file holds, in the order in which one reads."""
    real = [c for c in cases if not c.made]
    pairs, rows = (paired(cases, fitted.left_out, cells=cells) for cells in (False, True))
    return {
        "name": model.name,
        "version": model.version,
        "provisional": model.provisional,
        "about": ABOUT,
        "fitted": {
            "source": model.source,
            "date": day.isoformat(),
            "data": data_fingerprint(cases),
            "values": len(real),
            "wrong": sum(not c.right for c in real),
            "documents": len({c.document for c in real}),
            "groups": len({c.group for c in real}),
            "values_of_disturbed_copies": len(cases) - len(real),
            "by_kind": _counts([(c.kind, c.right) for c in real]),
            "by_field": _counts([(c.name, c.right) for c in real]),
        },
        "measured": measured(pairs),
        **({"measured_in_rows": measured(rows)} if rows else {}),
        "threshold": model.threshold,
        "intercept": model.intercept,
        "scale": {"slope": model.slope, "offset": model.offset},
        "dependence": model.dependence,
        "kinds": dict(model.kinds),
        "signals": {s.name: _signal(s) for s in model.signals},
        "reliability": _reliability(pairs),
        **({"reliability_in_rows": _reliability(rows)} if rows else {}),
        "tally": thresholds.to_data(model.tally),
    }


def _reliability(pairs: Sequence[Scored]) -> list[dict[str, float]]:
    return [
        {"from": b.low, "to": b.high, "n": b.n, "claimed": round(b.confidence, 4), "right": round(b.right, 4)}
        for b in reliability(pairs)
    ]


def measured(pairs: Sequence[Scored]) -> dict[str, Any]:
    """AUROC, ECE, Brier score and coverage, rounded."""
    named = {"auroc": auroc(pairs), "ece": ece(pairs), "brier": brier(pairs), "coverage": coverage_at(pairs, 0.01)}
    values = {name: None if m.value is None else round(m.value, 4) for name, m in named.items()}
    return {"n": len(pairs), **values}


def data_fingerprint(cases: Sequence[Case]) -> str:
    """Tells whether two files were fitted on the same labelled values; the order does not matter."""
    lines = sorted(
        json.dumps([c.document, c.name, c.right, c.made, sorted(c.signals.items())], default=float) for c in cases
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _counts(values: Sequence[tuple[str, bool]]) -> dict[str, dict[str, int]]:
    n, wrong = Counter(k for k, _ in values), Counter(k for k, right in values if not right)
    return {key: {"n": n[key], "wrong": wrong[key]} for key in sorted(n)}


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "weight": signal.weight,
        "neutral": signal.neutral,
        **({"provisional": True} if signal.provisional else {}),
        "curve": [list(point) for point in signal.curve],
        "explanation": signal.explanation,
    }


def to_text(data: dict[str, Any]) -> str:
    """JSON in which what belongs together stands on one line: made to be read, and compared line by line."""
    return _json(data, "") + "\n"


def _json(value: Any, indent: str) -> str:  # noqa: ANN401 - JSON
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + len(line) <= LINE:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(key)}: {_json(v, inner)}" for key, v in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _json(v, inner) for v in value) + f"\n{indent}]"
