"""`extract review export|import OUT`: what waits for a person as a CSV file with pictures, and the decisions back."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError, nearest
from flows.exit_codes import ExitCode
from flows.summary import plural

if TYPE_CHECKING:
    import argparse

    from flows.review_import import Imported

ACTIONS = ("export", "import")
SHOWN_ROWS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", metavar="export|import", help="export: write the queue as CSV; import: take the decisions in it"
    )
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    parser.add_argument("--to", metavar="FILE.csv", type=Path, help="of export (default: review.csv)")
    parser.add_argument("--schema", metavar="NAME", help="export only items of this schema")
    parser.add_argument("--no-crops", action="store_true", help="export without the pictures of the evidence")
    parser.add_argument("--password", action="append", default=[], help="of a protected PDF, for its crops")
    parser.add_argument(
        "--from",
        metavar="FILE.csv",
        dest="source",
        type=Path,
        help="of import: the file with decisions (default: review.csv)",
    )
    parser.add_argument(
        "--reviewer", metavar="NAME", help="of import: who decided, where a row does not say (default: you)"
    )


def execute(args: argparse.Namespace) -> int:
    if args.action not in ACTIONS:
        near = nearest(args.action, ACTIONS)
        msg = f"`extract review` has no action {args.action!r}.{near} It has: {', '.join(ACTIONS)}."
        raise UsageError(msg)
    return _export(args) if args.action == "export" else _import(args)


def _export(args: argparse.Namespace) -> int:
    to = args.to or Path("review.csv")
    if not to.parent.is_dir():
        msg = f"--to {to}: there is no folder {to.parent}. Make it first."
        raise UsageError(msg)
    from flows.output import open_output
    from flows.review_queue import export
    from flows.run_policy import last_policy

    output = open_output(args.out, create=False)
    known = output.schemas()
    if args.schema and args.schema not in known:
        msg = f"{args.out} holds no {args.schema!r}.{nearest(args.schema, known)} It holds: {', '.join(known)}."
        raise UsageError(msg)
    schemas = [args.schema] if args.schema else known
    done = export(
        output,
        to,
        schemas=schemas,
        policies={name: last_policy(output, name) for name in schemas},
        crops=not args.no_crops,
        passwords=args.password,
    )
    items, documents = plural(done.items, "item", "items"), plural(done.documents, "document", "documents")
    print(f"{items} of {documents} in {done.path}, {plural(done.crops, 'crop', 'crops')} beside it")
    if done.without_original:
        without = plural(done.without_original, "document has", "documents have")
        print(f"{without} no crops, as no original could be opened where it was read")
    if done.items:
        print(f"fill in `decision` (and `corrected_value`), then: extract review import {args.out} --from {done.path}")
    return ExitCode.OK


def _import(args: argparse.Namespace) -> int:
    from flows.output import open_output
    from flows.rescore import rederive
    from flows.review_import import import_decisions
    from review.csv_decisions import DecisionsError, read_decisions

    source = args.source or Path("review.csv")
    try:
        rows, undecided = read_decisions(source)
    except DecisionsError as error:
        raise UsageError(str(error)) from error
    output = open_output(args.out, create=False)
    done = import_decisions(
        output, rows, reviewer=args.reviewer or _login(), decided_at=dt.datetime.now(dt.UTC).replace(microsecond=0)
    )
    damaged = [e for d in rederive(output, done.schemas).values() for e in d.damaged]
    _tell(done, undecided, source)
    for part in damaged:
        print(f"extract: {part.message}", file=sys.stderr)
    if damaged:
        return ExitCode.UNAVAILABLE
    return ExitCode.DOCUMENTS_FAILED if done.refused else ExitCode.OK


def _tell(done: Imported, undecided: int, source: Path) -> None:
    documents = plural(done.documents, "document", "documents")
    print(f"{plural(done.decisions, 'decision', 'decisions')} on {documents} taken from {source}")
    if done.already:
        print(f"{plural(done.already, 'was', 'were')} stored before")
    if undecided:
        print(f"{plural(undecided, 'row has', 'rows have')} no decision yet")
    for refused in done.refused[:SHOWN_ROWS]:
        print(f"extract: {source}, row {refused.row}: {refused.message}", file=sys.stderr)
    if len(done.refused) > SHOWN_ROWS:
        print(f"extract: and {len(done.refused) - SHOWN_ROWS} rows more", file=sys.stderr)
    if done.refused:
        print(
            f"extract: {plural(len(done.refused), 'row was', 'rows were')} refused, and "
            f"{plural(done.left, 'other', 'others')} of the same documents not taken; "
            "mend them and import the file again: what is stored already is passed over",
            file=sys.stderr,
        )


def _login() -> str:
    try:
        return getpass.getuser()
    except OSError:  # a container without a user database
        return ""
