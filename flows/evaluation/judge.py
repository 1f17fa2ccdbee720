"""Every value of every document against the truth: right, wrong, missing, invented, or rightly left empty."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flows.evaluation.truth import Names
from schemas import Comparison, Field, Kind
from schemas.assignment import assigned
from schemas.compare import same, similarity
from schemas.comparison import compared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.evaluation.output import Given, Told
    from flows.evaluation.truth import Truth
    from schemas import Schema

SAME_ROW = 0.5
"""Rows less alike are two different rows."""
MAX_PAIRS = 250_000
"""Pairs of rows that are compared; longer tables are paired by position."""


class Verdict(StrEnum):
    """What came of one value."""

    RIGHT = "right"
    WRONG = "wrong"
    """A value was given, and it is another."""
    MISSING = "missing"
    """The document shows one, and none was given."""
    INVENTED = "invented"
    """A value was given, and the document shows none."""
    EMPTY = "empty"
    """The document shows none, and none was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One value that the truth speaks of."""

    document: str
    """Name of its truth."""
    path: str
    """In the output, where there is a value; else in the truth."""
    field: str
    """Without the row: `line_items.quantity`."""
    kind: Kind
    verdict: Verdict
    compared: Comparison | None = None
    """By what the value was compared."""
    group: str | None = None
    told: Told | None = None

    @property
    def right(self) -> bool:
        return self.verdict in (Verdict.RIGHT, Verdict.EMPTY)

    @property
    def has_value(self) -> bool:
        return self.verdict in (Verdict.RIGHT, Verdict.WRONG, Verdict.INVENTED)

    @property
    def is_cell(self) -> bool:
        return "." in self.field


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount:
    """Of one table of one document."""

    wanted: int
    given: int
    right: int
    """Rows of which all judged cells are right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDocument:
    """One truth, and what the output has for it."""

    name: str
    found: bool
    """Whether there is a record."""
    group: str | None
    values: tuple[Judged, ...]
    rows: Mapping[str, RowCount] = field(default_factory=dict)
    unjudged: int = 0
    """Values given where the truth says nothing."""
    confidence: float | None = None
    required_right: bool | None = None
    """Whether all required fields are right; None where one of them is not judged."""
    document_id: str | None = None

    @property
    def exact(self) -> bool:
        """Whether all that is judged is right, rows that are too many included."""
        return self.found and all(v.right for v in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRule:
    """Of which documents amounts count as right whatever their sign: credit notes print them with or without."""

    key: str
    values: tuple[str, ...]

    def holds(self, truth: Truth) -> bool:
        return truth.group(self.key) in self.values


def _unsigned(value: Any) -> Any:  # noqa: ANN401 - any value of a field
    if isinstance(value, list):
        return [{name: _unsigned(cell) for name, cell in row.items()} for row in value]
    return abs(value) if isinstance(value, Decimal) else value


def _unsigned_given(given: Given) -> Given:
    return replace(given, values={name: _unsigned(value) for name, value in given.values.items()})


def _unsigned_truth(truth: Truth) -> Truth:
    return replace(truth, values={name: _unsigned(value) for name, value in truth.values.items()})


def judge(
    given: Sequence[Given],
    truths: Sequence[Truth],
    schema: Schema,
    *,
    group_by: str | None = None,
    either_sign: SignRule | None = None,
) -> tuple[JudgedDocument, ...]:
    """All truths in their order; one that speaks of several documents is judged for each."""
    names = Names([g.sources for g in given])
    return tuple(
        _document(
            _unsigned_given(given[n]) if n is not None and free else given[n] if n is not None else None,
            _unsigned_truth(truth) if free else truth,
            schema,
            truth.group(group_by) if group_by else None,
        )
        for truth in truths
        for free in (either_sign is not None and either_sign.holds(truth),)
        for n in (names.find(truth) or (None,))
    )


def _document(given: Given | None, truth: Truth, schema: Schema, group: str | None) -> JudgedDocument:
    values: list[Judged] = []
    rows: dict[str, RowCount] = {}
    unjudged = 0
    for spec in schema.fields:
        value = given.values.get(spec.name) if given else None
        if spec.name not in truth.values and spec.name not in truth.absent:
            unjudged += value is not None and spec.kind is not Kind.TABLE
        elif spec.kind is Kind.TABLE:
            cells, rows[spec.name] = _table(spec, given, truth, group)
            values += cells
        else:
            values.append(_judged(truth, spec.name, spec.name, spec, _verdict(spec, value, truth), given, group))
    return JudgedDocument(
        name=truth.name,
        found=given is not None,
        group=group,
        values=tuple(values),
        rows=rows,
        unjudged=unjudged,
        confidence=given.confidence if given else None,
        required_right=_required_right(schema, truth, values),
        document_id=given.document_id if given else None,
    )


def _judged(
    truth: Truth, path: str, name: str, spec: Field, verdict: Verdict, given: Given | None, group: str | None
) -> Judged:
    told = given.told.get(path) if given else None
    return Judged(
        document=truth.name,
        path=path,
        field=name,
        kind=spec.kind,
        verdict=verdict,
        compared=compared(spec),
        group=group,
        told=told,
    )


def _verdict(spec: Field, value: Any, truth: Truth) -> Verdict:  # noqa: ANN401 - any value of the field
    if spec.name in truth.absent:
        return Verdict.EMPTY if value is None else Verdict.INVENTED
    return verdict_on(spec, value, truth.values[spec.name])


def verdict_on(spec: Field, value: Any, true: Any) -> Verdict:  # noqa: ANN401 - any value of the field
    """Of a value where the document shows one, by the comparison that the schema declares for the field."""
    if value is None:
        return Verdict.MISSING
    return Verdict.RIGHT if same(spec, value, true) else Verdict.WRONG


def _required_right(schema: Schema, truth: Truth, values: Sequence[Judged]) -> bool | None:
    required = {f.name for f in schema.fields if f.required}
    if not required or not required <= truth.values.keys() | truth.absent:
        return None
    return all(v.right for v in values if v.field.split(".")[0] in required)


def _table(spec: Field, given: Given | None, truth: Truth, group: str | None) -> tuple[list[Judged], RowCount]:
    got: Sequence[Mapping[str, Any]] = (given.values.get(spec.name) if given else None) or ()
    wanted: Sequence[Mapping[str, Any]] = truth.values.get(spec.name) or ()
    partners = paired(spec, wanted, got)
    cells: list[Judged] = []
    right = 0
    for n, partner in enumerate(partners):
        row = [
            _judged(
                truth,
                f"{spec.name}[{n if partner is None else partner}].{c.name}",
                f"{spec.name}.{c.name}",
                c,
                v,
                given if partner is not None else None,
                group,
            )
            for c, v in _cells(spec, wanted[n], got[partner] if partner is not None else {})
        ]
        right += partner is not None and all(c.right for c in row)
        cells += row
    judged_columns = {name for row in wanted for name in row}
    spare = sorted(set(range(len(got))) - {p for p in partners if p is not None})
    for n in spare:
        cells += [
            _judged(truth, f"{spec.name}[{n}].{c.name}", f"{spec.name}.{c.name}", c, Verdict.INVENTED, given, group)
            for c in spec.columns
            if got[n].get(c.name) is not None and (c.name in judged_columns or not wanted)
        ]
    return cells, RowCount(wanted=len(wanted), given=len(got), right=right)


def _cells(spec: Field, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[tuple[Field, Verdict]]:
    for column in spec.columns:
        if wanted.get(column.name) is not None:
            yield column, verdict_on(column, got.get(column.name), wanted[column.name])


def paired(spec: Field, wanted: Sequence[Mapping[str, Any]], got: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """For each wanted row the given row that it is, so that as much as possible agrees; order does not matter."""
    if len(wanted) * len(got) > MAX_PAIRS:
        return [n if n < len(got) else None for n in range(len(wanted))]
    alike = [[_agreement(spec, w, g) for g in got] for w in wanted]
    # Rows at the same height are paired where all else is equal, so that equal rows keep their places.
    worth = [
        [s + (1e-6 if i == j else 0.0) if s >= SAME_ROW else 0.0 for j, s in enumerate(row)]
        for i, row in enumerate(alike)
    ]
    return assigned(worth)


def _agreement(spec: Field, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> float:
    """0 to 1: how alike the judged cells are; one that was not given is not alike."""
    judged = [c for c in spec.columns if wanted.get(c.name) is not None]
    return sum(similarity(c, got.get(c.name), wanted[c.name]) for c in judged) / len(judged) if judged else 0.0
