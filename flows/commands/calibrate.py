"""`extract calibrate OUT --truth DIR|corrections`: confidence and thresholds fitted to one's own documents."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.eval import add_truth_arguments, judged
from flows.errors import UsageError
from flows.exit_codes import ExitCode
from flows.settings import open_share
from flows.whole_file import write_whole

if TYPE_CHECKING:
    import argparse

    from extractors.calibration import Case
    from flows.calibrate import Calibrated
    from schemas import Schema

CORRECTIONS = "corrections"
FILE_NAME = "calibration.json"
FEWEST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    add_truth_arguments(parser)
    parser.add_argument("--max-error", default="0.01", metavar="0..1", help="of the accepted values (default: 0.01)")
    parser.add_argument("--certainty", default="0.95", metavar="0..1", help="that this holds (default: 0.95)")
    parser.add_argument("--calibration", metavar="FILE", help="the model to start from (default: the packaged one)")
    parser.add_argument("--to", metavar="FILE", help=f"where to write it (default: OUT/{FILE_NAME})")
    parser.add_argument("--json", action="store_true", help="what was gained, as JSON on standard output")


def execute(args: argparse.Namespace) -> int:
    from extractors.calibration_file import to_text
    from extractors.confidence import model_of, packaged_model
    from flows.calibrate import calibrated
    from flows.run_policy import read_calibration

    before = model_of(read_calibration(args.calibration)) if args.calibration else packaged_model()
    schema, cases = _cases(args)
    if len(cases) < FEWEST:
        msg = f"{len(cases)} labelled values with a confidence are too few to fit anything; {FEWEST} is the least."
        raise UsageError(msg)
    day = dt.datetime.now(dt.UTC).date()
    source = (
        f"{len(cases)} values of {schema.name}, {'decided in review' if args.truth == CORRECTIONS else 'truth files'}"
    )
    result = calibrated(
        cases,
        before,
        schema,
        max_error=_share(args.max_error, "--max-error"),
        certainty=_share(args.certainty, "--certainty"),
        source=source,
        day=day,
    )
    path = Path(args.to) if args.to else Path(args.out) / FILE_NAME
    try:
        write_whole(path, to_text(result.content))
    except OSError as error:
        msg = f"{path}: {error.strerror or error}; --to FILE puts it elsewhere."
        raise UsageError(msg) from error
    _tell(result, path, args, schema.name)
    return ExitCode.OK


def _cases(args: argparse.Namespace) -> tuple[Schema, tuple[Case, ...]]:
    from flows.calibrate import cases_of, cases_of_corrections
    from flows.evaluation.output import judging_schema, read_given
    from flows.looks import looks_of
    from flows.output import open_output

    output = open_output(args.out, create=False)
    if args.truth != CORRECTIONS:
        schema, documents = judged(args.out, args)
        return schema, cases_of(documents, {} if args.group_by else looks_of(output, schema.name))
    schema = judging_schema(output, args.schema)
    return schema, cases_of_corrections(read_given(output, schema), schema, looks_of(output, schema.name))


def _share(value: str, flag: str) -> float:
    try:
        return open_share(value)
    except ValueError as error:
        msg = f"{flag} is {value}: {error}."
        raise UsageError(msg) from error


def _tell(result: Calibrated, path: Path, args: argparse.Namespace, schema: str) -> None:
    if args.json:
        told = {"before": result.before, "after": result.after, "kept": result.kept, "file": str(path)}
        print(json.dumps({**told, "threshold": result.acceptance.threshold, "message": result.acceptance.message}))
        return
    fitted = result.content["fitted"]
    wrong = f"{fitted['wrong']} of them wrong, {fitted['groups']} looks"
    print(f"fitted on   {fitted['values']} values of {fitted['documents']} documents, {wrong}")
    for name in ("auroc", "ece", "brier", "coverage"):
        label = "accepted at 1 % error" if name == "coverage" else name
        print(f"            {label}: {_number(result.before[name])} before, {_number(result.after[name])} after")
    print("            (after: each value scored by a fit that had not seen its look)")
    if result.kept:
        print("weights     kept as they were: refitted ones were no better on values they had not seen")
    print(f"threshold   {result.acceptance.message}")
    print(f"file        {path}")
    only = f" --schema {schema}" if args.schema else ""
    print(f"next        extract rescore {args.out} --calibration {path}{only}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
