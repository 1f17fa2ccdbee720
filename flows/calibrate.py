"""Confidence and thresholds fitted to what is true of an output, or to what people decided about it."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractors import calibration_file
from extractors.calibration import Case, Fitted, dependence, fit, kind_name, paired, rescaled
from extractors.calibration_measures import brier
from flows.evaluation.evaluation import machine_made
from flows.rows import ROW
from schemas import Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extractors.confidence import ScoreModel
    from extractors.thresholds import Acceptance
    from flows.evaluation.judge import JudgedDocument
    from flows.evaluation.output import Given
    from schemas import Schema

OWN_NAME = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A model of one's own, what it is worth, and what the one before is worth on the same values."""

    content: dict[str, Any]
    """Of its file."""
    before: dict[str, Any]
    after: dict[str, Any]
    """With each value's group left out of the fit."""
    acceptance: Acceptance
    kept: bool
    """Whether the weights before were kept, as refitted ones were no better on values they had not seen."""


def cases_of(documents: Iterable[JudgedDocument], looks: Mapping[str, str]) -> tuple[Case, ...]:
    """The judged values that a reader gave, cells of tables as well.

    Where the truth says nothing of groups, `looks` does (`flows.looks`).
    """
    return tuple(
        Case(
            document=v.document,
            group=v.group or looks.get(document.document_id or "", v.document),
            name=v.field,
            kind=kind_name(v.kind.value, v.field),
            right=v.right,
            signals=v.told.signals,
        )
        for document in documents
        for v in machine_made(document.values)
        if v.told is not None and v.told.confidence is not None
    )


def cases_of_corrections(given: Sequence[Given], schema: Schema, looks: Mapping[str, str]) -> tuple[Case, ...]:
    """The values that a person has seen: right where the value stayed, as its confidence then stayed with it."""
    return tuple(_decided(given, schema, looks))


def _decided(given: Sequence[Given], schema: Schema, looks: Mapping[str, str]) -> Iterator[Case]:
    kinds: dict[str, Kind] = {f.name: f.kind for f in schema.fields if f.kind is not Kind.TABLE}
    kinds |= {f"{f.name}.{c.name}": c.kind for f in schema.fields for c in f.columns}
    for document in given:
        for path, told in document.told.items():
            name = ROW.sub("", path)
            if name in kinds and told.status == "corrected" and told.signals:
                whose = document.document_id or document.sources[0]
                yield Case(
                    document=whose,
                    group=looks.get(document.document_id or "", whose),
                    name=name,
                    kind=kind_name(kinds[name].value, name),
                    right=told.confidence is not None,
                    signals=told.signals,
                )


def calibrated(
    cases: Sequence[Case],
    before: ScoreModel,
    schema: Schema,
    *,
    max_error: float,
    certainty: float,
    source: str,
    day: dt.date,
) -> Calibrated:
    """Fits, keeps what was before where the fit is no better, and chooses the threshold."""
    old = Fitted(model=before, left_out=tuple(before.score(c.signals, c.kind) for c in cases))
    chosen = max((old, rescaled(cases, before), fit(cases, before)), key=lambda f: _worth(cases, f))
    kept = chosen is old
    chosen = dataclasses.replace(chosen, model=_named(chosen, cases, schema, day))
    model, acceptance = calibration_file.finished(
        chosen, cases, max_error=max_error, certainty=certainty, source=source
    )
    return Calibrated(
        content=calibration_file.content(model, chosen, cases, day=day),
        before=calibration_file.measured(paired(cases, old.left_out)),
        after=calibration_file.measured(paired(cases, chosen.left_out)),
        acceptance=acceptance,
        kept=kept,
    )


def _worth(cases: Sequence[Case], fitted: Fitted) -> float:
    """By the Brier score of values that were left out, which honours both order and scale; the first of equals wins."""
    measured = brier(paired(cases, fitted.left_out)).value
    return -measured if measured is not None else -1.0


def _named(fitted: Fitted, cases: Sequence[Case], schema: Schema, day: dt.date) -> ScoreModel:
    model = dataclasses.replace(
        fitted.model, name=f"{OWN_NAME}-{schema.name}", version=day.isoformat(), provisional=False
    )
    return with_dependence(model, fitted, cases, frozenset(f.name for f in schema.fields if f.required))


def with_dependence(model: ScoreModel, fitted: Fitted, cases: Sequence[Case], required: frozenset[str]) -> ScoreModel:
    """The model, saying how far the required values of a document are right together."""
    documents: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    real = [case for case in cases if not case.made]
    for case, confidence in zip(real, fitted.left_out, strict=True):
        if case.name in required:
            documents[case.document].append((confidence, case.right))
    whole = [([c for c, _ in values], all(right for _, right in values)) for values in documents.values()]
    return dataclasses.replace(model, dependence=dependence(whole)) if whole else model
