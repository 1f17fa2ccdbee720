"""`extract rescore OUT`: the derived tables built again from the stored readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    parser.add_argument(
        "--schema",
        metavar="NAME|FILE",
        action="append",
        help="a newer form of a stored schema: its checks and labels are used",
    )


def execute(args: argparse.Namespace) -> int:
    from flows.output import open_output
    from flows.rescore import rescore
    from schemas.registry import load_schema

    newer = {schema.name: schema for schema in map(load_schema, args.schema or ())}
    damaged = False
    for name, derived in rescore(open_output(args.out, create=False), schemas=newer).items():
        print(f"{name}: {derived.documents} documents in {derived.built} parts built again")
        for error in derived.damaged:
            print(f"  {error.message}")
            damaged = True
    return ExitCode.UNAVAILABLE if damaged else ExitCode.OK
