"""`extract forget OUT DOC`: removes all that is stored of a document."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flows.exit_codes import ExitCode
from flows.sources import printable

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    parser.add_argument(
        "document", metavar="DOC", help="its sha256 (8 characters or more), or its source as given to the run"
    )


def execute(args: argparse.Namespace) -> int:
    from flows.forget import forget
    from flows.output import open_output

    forgotten = forget(open_output(args.out, create=False), args.document)
    for document_id in forgotten.document_ids:
        print(f"forgotten: {document_id}")
    print(f"{forgotten.files} files were rewritten or removed. The originals are where they were:")
    for source in forgotten.sources:
        print(f"  {printable(source)}")
    for message in forgotten.damaged:
        print(f"extract: {message}", file=sys.stderr)
    return ExitCode.UNAVAILABLE if forgotten.damaged else ExitCode.OK
