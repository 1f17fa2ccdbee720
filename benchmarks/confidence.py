"""`python -m benchmarks.confidence SET ...`: fits the model that comes with the package, and says what it is worth.

A SET is what `extract eval` takes, as one argument: "OUT --truth DIR --group-by _meta.template". The fit starts from
weights that were set by hand (`confidence_prior.json`); what is best on values whose look was left out is taken.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import random
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.disturbed import WAYS, disturbed
from extractors import calibration_file
from extractors.calibration import fit, paired, rescaled
from extractors.calibration_measures import brier
from extractors.confidence import PACKAGED, load_model
from extractors.layout.reader import read_layout
from extractors.merge import merge
from extractors.policy import Policy
from flows.calibrate import cases_of, with_dependence
from flows.commands.eval import add_truth_arguments, judge_of, judged
from flows.evaluation.output import Given, Told, read_given
from flows.looks import looks_of
from flows.output import open_output
from flows.part_file import open_part
from flows.readings import stored_documents
from flows.tables import part_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractors.calibration import Case, Fitted
    from flows.output import Output
    from flows.parts import StoredDocument
    from schemas import Schema

PRIOR = Path(__file__).with_name("confidence_prior.json")
WEIGHT = 0.02
"""Of a value of a disturbed copy: all together they stand in for the looks that no reader was made on."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.confidence", description=__doc__)
    parser.add_argument("sets", metavar="SET", nargs="+")
    parser.add_argument("--copies", type=int, default=2, help="of each document, in each of three ways (default: 2)")
    parser.add_argument("--source", default="", help="what the documents are, in a few words: it stands in the file")
    parser.add_argument("--to", type=Path, default=PACKAGED, help="default: the packaged file")
    args = parser.parse_args(argv)
    prior, sets = load_model(PRIOR), [_labelled(text, args.copies) for text in args.sets]
    cases = [case for own, _ in sets for case in own]
    fits = {"hand-set weights, scale fitted": rescaled(cases, prior), "fitted weights": fit(cases, prior)}
    for name, fitted in fits.items():
        _tell(name, cases, fitted.left_out)
    name, best = min(fits.items(), key=lambda item: brier(paired(cases, item[1].left_out, cells=False)).value or 1.0)
    of_real = iter(best.left_out)
    for text, (own, _) in zip(args.sets, sets, strict=True):
        _tell(f"  of {shlex.split(text)[0]}", own, [next(of_real) for case in own if not case.made])
    required = frozenset().union(*(names for _, names in sets))
    _write(args.to, args.source, cases, best, required)
    print(f"{name}: written to {args.to}")
    return 0


def _labelled(text: str, copies: int) -> tuple[list[Case], frozenset[str]]:
    """The labelled values of a set and of its copies, and the names of its required fields."""
    parser = argparse.ArgumentParser(prog="SET")
    parser.add_argument("out")
    add_truth_arguments(parser)
    args = parser.parse_args(shlex.split(text))
    schema, documents = judged(args.out, args)
    output, judge = open_output(args.out, create=False), judge_of(args, schema)
    looks = {} if args.group_by else looks_of(output, schema.name)
    cases = list(cases_of(documents, looks))
    for given in _copies(output, schema, copies):
        cases += [dataclasses.replace(c, made=True, weight=WEIGHT) for c in cases_of(judge([given]), looks)]
    grouped = [dataclasses.replace(c, group=f"{schema.name}: {c.group}") for c in cases]
    return grouped, frozenset(f.name for f in schema.fields if f.required)


def _copies(output: Output, schema: Schema, copies: int) -> Iterator[Given]:
    values = {given.document_id: given.values for given in read_given(output, schema)}
    for part in sorted(output.index(schema.name).parts):
        with open_part(output.store, part_name("readings", schema.name, part), kind="readings") as file:
            for stored in stored_documents(file):
                if stored.read and stored.document is not None:
                    keep = frozenset(_words(values.get(stored.document_id)))
                    yield from (_copy(stored, schema, keep, way) for way in range(copies * len(WAYS)))


def _copy(stored: StoredDocument, schema: Schema, keep: frozenset[str], way: int) -> Given:
    """What is read of a disturbed copy; names and codes that the original gave keep their letters."""
    draw = random.Random(f"{stored.document_id}:{way}")  # noqa: S311 - no secret
    assert stored.document is not None  # noqa: S101 - the caller has looked
    document = disturbed(stored.document, draw, keep, way)
    record = merge(document, schema, [read_layout(document.pages, schema)], policy=Policy())
    told = {
        f.path: Told(confidence=f.confidence, status="accepted", signals=f.signals, reader=f.reader)
        for f in record.fields
    }
    return Given(
        document_id=stored.document_id,
        sources=(stored.source,),
        values=record.values,
        confidence=record.confidence,
        told=told,
    )


def _words(value: Any) -> Iterator[str]:  # noqa: ANN401 - any value of a record
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif value is not None:
        yield from re.findall(r"\w+", str(value).casefold())


def _tell(name: str, cases: Sequence[Case], left_out: Sequence[float]) -> None:
    for cells, what in ((False, ""), (True, ", cells")):
        pairs = paired(cases, left_out, cells=cells)
        wrong = sum(not right for _, right in pairs)
        if pairs:
            print(f"{name + what:<40} wrong {wrong}, {calibration_file.measured(pairs)}", flush=True)


def _once(fitted: Fitted, cases: Sequence[Case]) -> tuple[Fitted, list[Case]]:
    """Each value of a document once, where it was read as a PDF and as its scan: the worse reading of the two.

    The test behind a threshold counts values that err independently.
    """
    kept: dict[tuple[object, ...], tuple[float, Case]] = {}
    for n, (case, confidence) in enumerate(zip((c for c in cases if not c.made), fitted.left_out, strict=True)):
        key: tuple[object, ...] = (case.group, n) if case.is_cell else (case.group, case.document, case.name)
        before = kept.get(key)
        if before is None or (case.right, confidence) < (before[1].right, before[0]):
            kept[key] = confidence, case
    left_out, real = zip(*kept.values(), strict=True)
    return dataclasses.replace(fitted, left_out=left_out), list(real)


def _write(path: Path, source: str, cases: Sequence[Case], best: Fitted, required: frozenset[str]) -> None:
    day = dt.datetime.now(dt.UTC).date()
    model = dataclasses.replace(best.model, name="signals", version=day.isoformat(), provisional=False)
    fitted = dataclasses.replace(best, model=with_dependence(model, best, cases, required))
    finished, acceptance = calibration_file.finished(*_once(fitted, cases), source=source)
    content = calibration_file.content(finished, fitted, cases, day=day)
    path.write_text(calibration_file.to_text(content), encoding="utf-8")
    print(acceptance.message)


if __name__ == "__main__":
    sys.exit(main())
