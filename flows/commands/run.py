"""`extract run`: from flags to a run, from its end to an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from flows.errors import UsageError
from flows.json_log import said
from flows.settings import Setting, resolve, settings, unknown_variables

if TYPE_CHECKING:
    import argparse

    from flows.run_options import RunOptions
    from flows.summary import DryRun, Summary

USAGE = "extract run PATHS... --schema NAME|FILE [--out DIR|s3://bucket/prefix] [flags]"
EXAMPLES = """\
examples:
  extract run invoices/ --schema invoice                  a folder, into ./out
  extract run invoices/ --schema invoice                  the same again: reads only what is new
  extract run scan.pdf 'mail/**/*.pdf' --schema receipt --out receipts
  find . -name '*.pdf' -print0 | extract run - --schema order.yaml
  extract run s3://drop/invoices --schema invoice --out s3://lake/invoices
  extract run invoices/ --schema invoice --password secret --retry-failed
  extract run scans/ --schema invoice --model qwen2.5-vl-7b --endpoint http://localhost:8000/v1

Every setting may also come from EXTRACT_NAME or extract.toml; `extract config` shows what holds."""
GROUPS = {
    "what is read, and to where": ("schema", "out", "reader", "einvoice", "ocr", "rasterizer", "password"),
    "a model that reads (RolmOCR, Qwen2.5-VL, PaliGemma 2, ...; without one no model is asked)": (
        "model", "endpoint", "strategy", "json_model", "verify_model", "budget", "api_key_variable", "api_key_file",
        "requests", "pictures", "vllm_python", "engine", "weights",
    ),
    "what is accepted": ("threshold", "max_error", "certainty", "calibration", "audit_rate"),
    "how much at a time": ("workers", "shard_seconds"),
    "how buckets are reached (s3://bucket/prefix)": (
        "s3_endpoint", "s3_profile", "s3_region", "s3_path_style", "s3_encryption",
    ),
    "who runs it": ("orchestrator", "task_runner"),
    "for those who operate it": ("log", "metrics_port", "metrics_file"),
    "limits (what is over them fails, and says so)": (
        "max_pages", "max_bytes", "max_pixels", "max_seconds", "max_memory",
    ),
}  # fmt: skip
"""Where a setting stands in the help; one that is not here stands at the end."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATHS",
        help="folders (read recursively), files, globs, s3://bucket/prefix, @FILE (a list of paths, one a line), "
        "- (such a list on standard input)",
    )
    add_settings(parser)
    _add_flags(parser)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """A flag for each setting of a run, in groups; what no group names comes last."""
    known = {setting.name: setting for setting in settings()}
    for title, names in GROUPS.items():
        group = parser.add_argument_group(title)
        for name in names:
            if name in known:
                add_setting(group, known.pop(name))
    for setting in known.values():
        add_setting(parser, setting)


def _add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that are no settings."""
    flags = parser.add_argument_group("this one run")
    flags.add_argument("--config", metavar="FILE", type=Path, help="settings file (default: extract.toml here)")
    what = flags.add_mutually_exclusive_group()
    what.add_argument("--force", action="store_true", help="read again what is done already")
    what.add_argument("--retry-failed", action="store_true", help="read again what failed")
    flags.add_argument(
        "--verify-content", action="store_true", help="compare contents, not only size and time, to see what is done"
    )
    flags.add_argument(
        "--limit", type=int, metavar="N", help="read at most N documents; of an unfinished run, whole shards"
    )
    flags.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    flags.add_argument("--json", action="store_true", help="the summary as JSON on standard output")


def add_setting(parser: argparse._ActionsContainer, setting: Setting) -> None:
    """The flag of a setting; its value stays a string, so that all origins are parsed in one place."""
    metavar = "|".join(setting.choices) if setting.choices else setting.metavar
    default = "" if setting.default in ("", (), None) else f" (default: {shown(setting.default)})"
    action = "append" if setting.repeated else "store"
    help_text = (setting.help + default).replace("%", "%%")
    parser.add_argument(setting.flag, dest=setting.name, action=action, metavar=metavar, help=help_text)


def shown(value: object) -> str:
    """A default as people write it: sizes with a unit."""
    if isinstance(value, int) and value >= 2**20 and value % 2**20 == 0:
        return f"{value // 2**20}MiB"
    return f"{value:g}" if isinstance(value, float) else str(value)


def warm_up(args: argparse.Namespace) -> None:
    """Where all is new, worker processes will be needed: what they are forked from imports while this process does."""
    from flows import fork_server
    from flows.orchestration.server import is_wanted

    try:
        values = {name: r.value for name, r in resolve(vars(args), file=args.config).items()}
        here = not args.dry_run and not is_wanted(values["orchestrator"], os.environ)
        if here and args.paths and not Path(values["out"]).exists():
            fork_server.start(fork_server.PRELOAD)
    except UsageError:  # it is said when the command is executed
        return


def execute(args: argparse.Namespace) -> int:
    if args.limit is not None and args.limit < 1:
        msg = f"--limit is {args.limit}; it must be 1 or more."
        raise UsageError(msg)
    resolved = resolve(vars(args), file=args.config)
    log = str(resolved["log"].value)
    for message in unknown_variables(os.environ):
        print(said(message, log=log, level="warning"), file=sys.stderr)
    _check(args, {name: r.value for name, r in resolved.items()})

    from flows.run_options import RunOptions
    from flows.summary import to_json, to_text
    from flows.vision_options import vision_of

    options = RunOptions(
        paths=tuple(args.paths),
        force=args.force,
        retry_failed=args.retry_failed,
        verify_content=args.verify_content,
        limit=args.limit,
        dry_run=args.dry_run,
        config=args.config,
        **{name: r.value for name, r in resolved.items()},
    )
    vision_of(options)  # what does not go together is said before anything is made
    if options.max_error is not None:
        from flows.run_policy import acceptance_text

        if (text := acceptance_text(options.stored())) is not None:
            print(said(text, log=log), file=sys.stderr)
    summary, is_told = _run(options)
    print(to_json(summary) if args.json else to_text(summary))
    if not is_told:
        from flows.stopping import leave

        leave(summary.exit_code)
    return summary.exit_code


def _run(options: RunOptions) -> tuple[Summary | DryRun, bool]:
    """What came of it, and whether all who are to be told were: a Prefect server may be away at the end."""
    from flows.orchestration.server import is_wanted

    if not options.dry_run and is_wanted(options.orchestrator, os.environ):
        from flows.orchestration.here import run_as_flow

        return run_as_flow(options)
    if options.task_runner and not options.dry_run:
        _usage("--task-runner is for a run as a Prefect flow, and no server is named: set PREFECT_API_URL.")
    from flows.run import run

    return run(options), True


def _check(args: argparse.Namespace, values: dict[str, object]) -> None:
    if not args.paths:
        _usage("Nothing to read: name folders, files, globs, @FILE or - (`extract run invoices/ --schema invoice`).")
    if not values["schema"]:
        _usage("Which fields? Give --schema NAME (`extract schema list` shows them) or --schema FILE.")
    for place in (*args.paths, str(values["out"])):
        if "://" in place and not place.startswith("s3://"):
            _usage(f"{place}: only folders, files and s3://bucket/prefix can be read and written.")


def _usage(message: str) -> NoReturn:
    raise UsageError(message)
