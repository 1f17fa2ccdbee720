"""`extract watch SOURCE`: a drop folder, in a bucket or on disk, whose documents are read as they arrive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.run import add_settings
from flows.errors import UsageError
from flows.settings import resolve, seconds
from flows.watch.settled import SETTLE_SECONDS

if TYPE_CHECKING:
    import argparse

    from flows.run_options import RunOptions

USAGE = "extract watch s3://bucket/prefix|DIR --schema NAME|FILE [--out DIR|s3://bucket/prefix] [flags]"
EXAMPLES = """\
examples:
  extract watch s3://drop/invoices --schema invoice --out s3://lake/invoices
  extract watch s3://drop/invoices --schema invoice --out out --queue https://sqs.eu-central-1.amazonaws.com/1/drop
  extract watch inbox/ --schema invoice --archive-prefix done/ --failed-prefix failed/
  extract watch inbox/ --schema invoice --once            one pass, for cron

Several watchers and runs may share an output: each version of a document is read once. Ctrl-C or SIGTERM ends it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="s3://bucket/prefix or a folder")
    flags = parser.add_argument_group("how it is watched")
    flags.add_argument("--queue", metavar="URL", help="SQS queue with the bucket's notifications (unset: listing)")
    flags.add_argument("--poll", metavar="SECONDS", default="10", help="between two listings (default: 10)")
    flags.add_argument(
        "--settle",
        metavar="SECONDS",
        default=str(SETTLE_SECONDS),
        help=f"a file is read once it has not changed so long (default: {SETTLE_SECONDS:g})",
    )
    flags.add_argument("--archive-prefix", metavar="PLACE", help="move originals that have a record there")
    flags.add_argument("--failed-prefix", metavar="PLACE", help="move originals that failed there")
    flags.add_argument("--once", action="store_true", help="read what is there now, and end")
    flags.add_argument("--config", metavar="FILE", type=Path, help="settings file (default: extract.toml here)")
    add_settings(parser)


def execute(args: argparse.Namespace) -> int:
    from flows.exit_codes import ExitCode
    from flows.progress import open_progress
    from flows.watch.moving import Mover
    from flows.watch.queue import Queue
    from flows.watch.settled import Settler
    from flows.watch.watcher import Watcher
    from schemas.registry import load_schema

    options = _options(args)
    mover = Mover(top=args.source, archive=args.archive_prefix, failed=args.failed_prefix, access=options.access)
    mover.check()
    watcher = Watcher(
        options=options,
        schema=load_schema(options.schema),
        progress=open_progress(options.log),
        settler=Settler(seconds=_seconds(args.settle, "--settle")),
        mover=mover,
        queue=Queue(url=args.queue, access=options.access) if args.queue else None,
        poll_seconds=_seconds(args.poll, "--poll"),
    )
    if not args.once:
        watcher.for_ever()
    watcher.once()
    return ExitCode.DOCUMENTS_FAILED if watcher.failed else ExitCode.OK


def _options(args: argparse.Namespace) -> RunOptions:
    from flows.run_options import RunOptions

    values = {name: resolved.value for name, resolved in resolve(vars(args), file=args.config).items()}
    if not values["schema"]:
        msg = "Which fields? Give --schema NAME (`extract schema list` shows them) or --schema FILE."
        raise UsageError(msg)
    if not args.source.startswith("s3://"):
        if args.queue:
            msg = f"--queue is for buckets, and {args.source} is a folder; leave it out."
            raise UsageError(msg)
        if not Path(args.source).is_dir():
            msg = f"{args.source}: there is no such folder; make it first, or name s3://bucket/prefix."
            raise UsageError(msg)
    return RunOptions(paths=(args.source,), **values)


def _seconds(value: str, flag: str) -> float:
    try:
        return seconds(value)
    except ValueError as error:
        msg = f"{flag} is {value}: {error}."
        raise UsageError(msg) from error
