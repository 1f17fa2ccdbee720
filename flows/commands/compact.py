"""`extract compact OUT --to DEST`: the tables of an output as few large files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.exit_codes import ExitCode
from flows.settings import size

if TYPE_CHECKING:
    import argparse

EXAMPLES = """\
DEST gets records/, fields/, pages/ and failures/ as before, in files of about --target-size, and at last
_manifest.json with their names, rows and sha256. OUT stays as it is."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run: a folder or s3://bucket/prefix")
    parser.add_argument("--to", metavar="DEST", required=True, help="a new folder or s3://bucket/prefix")
    parser.add_argument("--target-size", metavar="SIZE", default="128MiB", help="of a file (default: 128MiB)")


def execute(args: argparse.Namespace) -> int:
    from flows.compact import compact, keep_apart
    from flows.output import open_output
    from flows.store import open_store

    try:
        target_bytes = size(args.target_size)
    except ValueError as error:
        msg = f"--target-size is {args.target_size}: {error}."
        raise UsageError(msg) from error
    keep_apart(args.out, args.to)  # before anything is made there
    output = open_output(args.out, create=False)
    done = compact(output, open_store(args.to), target_bytes=target_bytes)
    print(f"{done.parts_before} files of {args.out} became {done.parts} in {args.to}")
    print(f"{done.rows} rows, {done.size_bytes / 2**20:.1f} MiB; _manifest.json names them")
    return ExitCode.OK
