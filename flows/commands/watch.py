"""`extract watch SOURCE`: a drop folder, in a bucket or on disk, whose documents are read as they arrive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.commands.run import add_settings
from flows.errors import UsageError
from flows.s3.location import Location, is_s3, parse_location
from flows.settings import resolve, seconds
from flows.watch.settled import SETTLE_SECONDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from flows.run_options import RunOptions
    from flows.settings import Resolved

POLL_SECONDS = 10.0
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
    flags.add_argument("--poll", metavar="SECONDS", help=f"between two listings (default: {POLL_SECONDS:g})")
    flags.add_argument(
        "--settle",
        metavar="SECONDS",
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

    resolved = resolve(vars(args), file=args.config)
    ignored = _check_orchestrator(resolved)
    options = _options(args, {name: each.value for name, each in resolved.items()})
    progress = open_progress(options.log)
    for each in (ignored, *_without_effect(args)):
        if each is not None:
            progress.say(each)
    mover = Mover(top=args.source, archive=args.archive_prefix, failed=args.failed_prefix, access=options.access)
    mover.check()
    watcher = Watcher(
        options=options,
        schema=load_schema(options.schema),
        progress=progress,
        settler=Settler(seconds=_seconds(args.settle, "--settle", SETTLE_SECONDS)),
        mover=mover,
        queue=Queue(url=args.queue, access=options.access) if args.queue else None,
        poll_seconds=_seconds(args.poll, "--poll", POLL_SECONDS),
    )
    if not args.once:
        watcher.for_ever()
    watcher.once()
    return ExitCode.DOCUMENTS_FAILED if watcher.failed else ExitCode.OK


def _options(args: argparse.Namespace, values: dict[str, Any]) -> RunOptions:
    from flows.run_options import RunOptions

    if not values["schema"]:
        msg = "Which fields? Give --schema NAME (`extract schema list` shows them) or --schema FILE."
        raise UsageError(msg)
    if not is_s3(args.source):
        if args.queue:
            msg = f"--queue is for buckets, and {args.source} is a folder; leave it out."
            raise UsageError(msg)
        if not Path(args.source).is_dir():
            msg = f"{args.source}: there is no such folder; make it first, or name s3://bucket/prefix."
            raise UsageError(msg)
    _check_out(args.source, str(values["out"]))
    return RunOptions(paths=(args.source,), config=args.config, **values)


def _check_out(source: str, out: str) -> None:
    """UsageError where all that is watched is the output, which is never read."""
    from flows.places import same, within
    from flows.s3.objects import below

    if is_s3(source):
        named = parse_location(source)
        source = Location(bucket=named.bucket, key=below(named)[0]).uri
        is_output = within(source, out)
    else:
        is_output = same(source, out)
    if is_output:
        msg = f"--out {out} is what is watched, and what a run writes is never read; choose a place beside {source}"
        raise UsageError(msg)


def _check_orchestrator(resolved: Mapping[str, Resolved]) -> str | None:
    """What is to be said of settings that are for flows; UsageError where they were given for this very command."""
    for name in ("orchestrator", "task_runner"):
        value, origin = resolved[name].value, resolved[name].origin
        if not value or value in {"auto", "none"}:
            continue
        msg = (
            f"{origin} ({name} = {value}) does not hold for `extract watch`, which reads in this process; on a Prefect "
            "server, `extract deploy` makes a drop folder"
        )
        if origin.startswith("--"):
            raise UsageError(msg)
        return msg
    return None


def _without_effect(args: argparse.Namespace) -> Iterator[str]:
    """What is to be said of flags that were given and do nothing here."""
    if args.settle is not None and is_s3(args.source):
        yield "--settle has no effect: objects of a bucket are always whole"
    if args.poll is not None and args.once:
        yield "--poll has no effect with --once, which makes a single pass"
    elif args.poll is not None and args.queue:
        yield "--poll has no effect with --queue: messages are read as they come, and the bucket is listed once an hour"


def _seconds(value: str | None, flag: str, default: float) -> float:
    if value is None:
        return default
    try:
        return seconds(value)
    except ValueError as error:
        msg = f"{flag} is {value}: {error}."
        raise UsageError(msg) from error
