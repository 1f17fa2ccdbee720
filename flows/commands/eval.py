"""`extract eval OUT --truth DIR`: how right an output is, and what its confidence is worth."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from flows.evaluation.judge import JudgedDocument, SignRule
    from flows.evaluation.output import Given
    from schemas import Schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    add_truth_arguments(parser)
    parser.add_argument("--compare", metavar="OUT2", help="another output on the same truth: which one is better")
    parser.add_argument(
        "--fail-under",
        metavar="NAME=SHARE",
        action="append",
        default=[],
        help="exit code 1 where a field's accuracy (total=.98), a table's F1, `accuracy`, `macro`, `documents`, "
        "`auroc` or `coverage` is lower",
    )
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")
    parser.add_argument("--html", metavar="FILE", type=Path, help="a report with plots, in one file")


def add_truth_arguments(parser: argparse.ArgumentParser) -> None:
    """What tells where the truth is and how to read it; `extract calibrate` has the same."""
    parser.add_argument(
        "--truth",
        metavar="DIR|FILE.csv",
        required=True,
        help="a folder of <stem>.json, or a CSV (column source or stem)",
    )
    parser.add_argument(
        "--schema",
        metavar="NAME|FILE",
        help="which one, where the output holds several; a file's comparisons (x-compare) judge",
    )
    parser.add_argument("--group-by", metavar="KEY", help="a key of the truth such as _meta.template: what looks alike")
    parser.add_argument(
        "--rename", metavar="KEY=FIELD", action="append", default=[], help="what a key of the truth is called here"
    )
    parser.add_argument(
        "--either-sign",
        metavar="KEY=VALUES",
        help="where a key of the truth has one of these values (credit notes: "
        "_meta.type=381,384), amounts are right whatever their sign",
    )


def execute(args: argparse.Namespace) -> int:
    from flows.evaluation.compare import compare
    from flows.evaluation.evaluation import evaluate
    from flows.evaluation.text import failures, lines, to_data

    schema, documents = judged(args.out, args)
    names = tuple(f.name for f in schema.fields)
    wanted = [_goal(text) for text in args.fail_under]
    result = evaluate(documents, schema=schema.name, fields=names)
    _check_goals(wanted, schema)
    comparison = None
    if args.compare:
        _, others = judged(args.compare, args)
        comparison = compare(documents, others, names)
    if args.json:
        print(json.dumps(to_data(result, comparison), indent=2))
    else:
        print("\n".join(lines(result, comparison)))
    if args.html:
        _write_html(args.html, args.out, result, comparison)
    failed = tuple(failures(result, wanted))
    for message in failed:
        print(f"extract: {message}", file=sys.stderr)
    return ExitCode.DOCUMENTS_FAILED if failed else ExitCode.OK


def judged(out: str, args: argparse.Namespace) -> tuple[Schema, tuple[JudgedDocument, ...]]:
    """The schema of an output, and its records against the truth that the flags name."""
    from flows.evaluation.output import judging_schema, read_given
    from flows.output import open_output

    output = open_output(out, create=False)
    schema = judging_schema(output, args.schema)
    documents = judge_of(args, schema)(read_given(output, schema))
    if not any(d.found for d in documents):
        msg = f"No document of {out} has a truth in {args.truth}: they are paired by name without suffix."
        raise UsageError(msg)
    if args.group_by and all(d.group is None for d in documents):
        msg = f"--group-by {args.group_by}: no truth has such a key."
        raise UsageError(msg)
    return schema, documents


def judge_of(args: argparse.Namespace, schema: Schema) -> Callable[[Sequence[Given]], tuple[JudgedDocument, ...]]:
    """What judges records by the truth that the flags name."""
    from flows.evaluation.judge import judge
    from flows.evaluation.truth import read_truth

    truths = read_truth(Path(args.truth), schema, _renamed(args.rename, schema))
    sign_rule = _sign_rule(args.either_sign)
    return partial(judge, truths=truths, schema=schema, group_by=args.group_by, either_sign=sign_rule)


def _sign_rule(text: str | None) -> SignRule | None:
    from flows.evaluation.judge import SignRule

    if text is None:
        return None
    key, _, values = text.partition("=")
    if not key or not values:
        msg = f"--either-sign {text}: KEY=VALUES is wanted, such as _meta.type=381,384."
        raise UsageError(msg)
    return SignRule(key=key, values=tuple(values.split(",")))


def _renamed(pairs: Sequence[str], schema: Schema) -> Mapping[str, str]:
    from flows.errors import nearest

    fields = [f.name for f in schema.fields]
    renamed = {}
    for pair in pairs:
        key, equals, name = pair.partition("=")
        if not equals or name not in fields:
            msg = f"--rename {pair}: KEY=FIELD with a field of {schema.name} is wanted.{nearest(name, fields)}"
            raise UsageError(msg)
        renamed[key] = name
    return renamed


def _goal(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        least = float(share)
    except ValueError:
        least = -1.0
    if not 0 <= least <= 1:
        msg = f"--fail-under {text}: NAME=SHARE is wanted, such as total=.98."
        raise UsageError(msg)
    return name, least


def _check_goals(wanted: Sequence[tuple[str, float]], schema: Schema) -> None:
    from flows.errors import nearest

    columns = [f"{f.name}.{c.name}" for f in schema.fields for c in f.columns]
    known = ["accuracy", "macro", "documents", "auroc", "coverage", *(f.name for f in schema.fields), *columns]
    for name, _ in wanted:
        if name not in known:
            msg = f"--fail-under {name}: no such measure.{nearest(name, known)}"
            raise UsageError(msg)


def _write_html(path: Path, out: str, result: object, comparison: object) -> None:
    from flows.evaluation.html import page

    try:
        path.write_text(page(result, comparison, title=out), encoding="utf-8")  # type: ignore[arg-type]
    except OSError as error:
        msg = f"--html {path}: {error.strerror or error}"
        raise UsageError(msg) from error
    print(f"extract: the report is in {path}", file=sys.stderr)
