"""`extract review export OUT`: what waits for a person, as a CSV file with pictures beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError, nearest

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", metavar="export", help="export: write the queue as CSV")
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    parser.add_argument("--to", metavar="FILE.csv", type=Path, default=Path("review.csv"), help="default: review.csv")
    parser.add_argument("--schema", metavar="NAME", help="only items of this schema")
    parser.add_argument("--no-crops", action="store_true", help="without the pictures of the evidence")
    parser.add_argument("--password", action="append", default=[], help="of a protected PDF, for its crops")


def execute(args: argparse.Namespace) -> int:
    if args.action != "export":
        msg = f"`extract review` has no action {args.action!r}.{nearest(args.action, ['export'])} It has: export."
        raise UsageError(msg)
    if not args.to.parent.is_dir():
        msg = f"--to {args.to}: there is no folder {args.to.parent}. Make it first."
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
    thresholds = {last_policy(output, name).threshold_of("") for name in schemas}
    done = export(
        output,
        args.to,
        schemas=schemas,
        threshold=thresholds.pop() if len(thresholds) == 1 else None,
        crops=not args.no_crops,
        passwords=args.password,
    )
    print(f"{done.items} items of {done.documents} documents in {done.path}, {done.crops} crops beside it")
    if done.without_original:
        print(
            f"{done.without_original} documents have no crops: their originals could not be opened where they were read"
        )
    return 0
