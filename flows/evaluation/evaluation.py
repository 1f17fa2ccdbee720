"""All that an evaluation says, as one value: text, JSON and HTML show it, and none of them computes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors import calibration_measures as measures
from extractors.binomial import Interval, wilson
from extractors.calibration_measures import Measured
from flows.evaluation.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractors.calibration_measures import Bin, RiskPoint, Scored
    from flows.evaluation.judge import Judged, JudgedDocument

GOALS = (0.95, 0.98, 0.99, 0.995)
"""Shares of right values for which it is said how much must be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A count out of a count, with its interval of 95 % (Wilson)."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        return wilson(self.hits, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Verdicts on the values of one field, or of many."""

    name: str
    right: int
    wrong: int
    missing: int
    invented: int
    empty: int
    compared: str = ""
    """By what (`schemas.Comparison`); empty over several fields."""

    @property
    def n(self) -> int:
        """Values that the documents show."""
        return self.right + self.wrong + self.missing

    @property
    def accuracy(self) -> Share:
        return Share(hits=self.right, n=self.n)

    @property
    def false_null(self) -> Share:
        """Of what the documents show: how much was not given."""
        return Share(hits=self.missing, n=self.n)

    @property
    def invention(self) -> Share:
        """Of what the documents do not show: how often something was given."""
        return Share(hits=self.invented, n=self.invented + self.empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableResult:
    """Rows by optimal assignment, and their cells."""

    name: str
    documents: int
    wanted: int
    given: int
    right: int
    cells: Counts
    columns: tuple[Counts, ...]

    @property
    def recall(self) -> Measured:
        return Measured(self.right / self.wanted if self.wanted else None, self.wanted)

    @property
    def precision(self) -> Measured:
        return Measured(self.right / self.given if self.given else None, self.given)

    @property
    def f1(self) -> Measured:
        both = self.wanted + self.given
        return Measured(2 * self.right / both if both else None, both)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceResult:
    """What confidence was worth, on the values that have one and are judged."""

    n: int
    unscored: int
    """Judged values without a confidence."""
    auroc: Measured
    ece: Measured
    brier: Measured
    bins: tuple[Bin, ...]
    curve: tuple[RiskPoint, ...]
    coverage: tuple[tuple[float, Measured], ...]
    """(error among the accepted, the share that can be accepted)."""
    review: tuple[tuple[float, Measured], ...]
    """(share of all values that shall be right, the share to look at)."""
    accepted: Share
    """Wrong among those that nobody was asked to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One output against one truth."""

    schema: str
    documents: int
    found: int
    exact: Share
    """Documents of which all that is judged is right."""
    total: Counts
    """Over the fields that are no tables."""
    fields: tuple[Counts, ...]
    tables: tuple[TableResult, ...]
    unjudged: int
    macro: Measured | None
    """Mean accuracy over groups, so that one often repeated look does not decide; None without a grouping."""
    groups: tuple[Counts, ...]
    confidence: ConfidenceResult
    cell_confidence: ConfidenceResult
    document_confidence: ConfidenceResult
    """Confidence that all required fields are right, against whether they are."""
    calibration: str = ""
    """What the values were scored with."""

    def measure(self, name: str) -> Measured | None:
        """A measure by the name that `--fail-under` gives it; None where there is no such name."""
        named = {
            "accuracy": _share(self.total.accuracy),
            "documents": _share(self.exact),
            "auroc": self.confidence.auroc,
            "coverage": dict(self.confidence.coverage)[0.01],
            **({"macro": self.macro} if self.macro else {}),
            **{c.name: _share(c.accuracy) for c in self.fields},
            **{t.name: t.f1 for t in self.tables},
            **{c.name: _share(c.accuracy) for t in self.tables for c in t.columns},
        }
        return named.get(name)


def _share(share: Share) -> Measured:
    return Measured(share.value, share.n)


def evaluate(documents: Sequence[JudgedDocument], *, schema: str, fields: Sequence[str]) -> Evaluation:
    """Everything that the judged documents say; `fields` gives the order."""
    values = [v for d in documents for v in d.values]
    scalars, cells = [v for v in values if not v.is_cell], [v for v in values if v.is_cell]
    grouped: dict[str, list[Judged]] = defaultdict(list)
    for value in scalars:
        if value.group is not None:
            grouped[value.group].append(value)
    groups = tuple(counts(name, grouped[name]) for name in sorted(grouped))
    shares = [g.right / g.n for g in groups if g.n]
    scored_documents = [(d.confidence, d.required_right) for d in documents if d.required_right is not None and d.found]
    return Evaluation(
        schema=schema,
        documents=len(documents),
        found=sum(d.found for d in documents),
        exact=Share(hits=sum(d.exact for d in documents), n=len(documents)),
        total=counts("all fields", scalars),
        fields=tuple(counts(name, own) for name in fields if (own := [v for v in scalars if v.field == name])),
        tables=tuple(_table(name, documents, cells) for name in fields if any(name in d.rows for d in documents)),
        unjudged=sum(d.unjudged for d in documents),
        macro=Measured(sum(shares) / len(shares), len(shares)) if shares else None,
        groups=groups,
        confidence=confidence_of(scalars),
        cell_confidence=confidence_of(cells),
        document_confidence=_confidence(
            [(c, right) for c, right in scored_documents if c is not None],
            unscored=sum(c is None for c, _ in scored_documents),
            accepted=Share(hits=0, n=0),
        ),
    )


def counts(name: str, values: Iterable[Judged]) -> Counts:
    """The verdicts, counted."""
    values = list(values)
    verdicts = [v.verdict for v in values]
    ways = {v.compared for v in values if v.field == name and v.compared is not None}
    counted = {verdict.value: verdicts.count(verdict) for verdict in Verdict}
    return Counts(name=name, compared=next(iter(ways), ""), **counted)


def _table(name: str, documents: Sequence[JudgedDocument], cells: Sequence[Judged]) -> TableResult:
    rows = [d.rows[name] for d in documents if name in d.rows]
    own = [c for c in cells if c.field.startswith(f"{name}.")]
    columns = list(dict.fromkeys(c.field for c in own))
    return TableResult(
        name=name,
        documents=len(rows),
        wanted=sum(r.wanted for r in rows),
        given=sum(r.given for r in rows),
        right=sum(r.right for r in rows),
        cells=counts(name, own),
        columns=tuple(counts(column, [c for c in own if c.field == column]) for column in columns),
    )


def scored(values: Iterable[Judged]) -> list[Scored]:
    """(confidence, right) of the judged values that have one and that no person decided."""
    return [(v.told.confidence, v.right) for v in machine_made(values) if v.told and v.told.confidence is not None]


def machine_made(values: Iterable[Judged]) -> list[Judged]:
    return [v for v in values if v.has_value and v.told is not None and v.told.status != "corrected"]


def confidence_of(values: Sequence[Judged]) -> ConfidenceResult:
    """What the confidence of these values was worth."""
    made = machine_made(values)
    accepted = [v for v in made if v.told and v.told.status == "accepted"]
    pairs = scored(made)
    wrong = sum(not v.right for v in accepted)
    return _confidence(pairs, unscored=len(made) - len(pairs), accepted=Share(hits=wrong, n=len(accepted)))


def _confidence(pairs: Sequence[Scored], *, unscored: int, accepted: Share) -> ConfidenceResult:
    return ConfidenceResult(
        n=len(pairs),
        unscored=unscored,
        auroc=measures.auroc(pairs),
        ece=measures.ece(pairs),
        brier=measures.brier(pairs),
        bins=measures.reliability(pairs),
        curve=measures.risk_curve(pairs),
        coverage=tuple((error, measures.coverage_at(pairs, error)) for error in (0.005, 0.01, 0.02, 0.05)),
        review=tuple((goal, measures.review_for(pairs, goal)) for goal in GOALS),
        accepted=accepted,
    )
