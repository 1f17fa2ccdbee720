"""`extract rescore OUT`: the derived tables built again from the stored readings."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from flows.exit_codes import ExitCode
from flows.run_policy import POLICY_SETTINGS, acceptance_text, last_settings, read_calibration
from flows.settings import resolve, settings
from flows.summary import plural

if TYPE_CHECKING:
    import argparse

    from schemas import Schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    parser.add_argument(
        "--schema",
        metavar="NAME|FILE",
        action="append",
        help="only this one, where the output holds several (may be given several times); of a newer form of it, the "
        "checks and labels are used",
    )
    for setting in settings():
        if setting.name in POLICY_SETTINGS:
            metavar = "|".join(setting.choices) if setting.choices else setting.metavar
            about = f"{setting.help} (unset: as in the last run)"
            parser.add_argument(setting.flag, dest=setting.name, metavar=metavar, help=about)


def execute(args: argparse.Namespace) -> int:
    from flows.output import open_output
    from flows.rescore import rescore

    given = {name: getattr(args, name) for name in POLICY_SETTINGS if getattr(args, name) is not None}
    resolved = resolve(given, environment={}, file=Path(os.devnull))  # only flags count: the rest is as it was
    chosen = {name: resolved[name].value for name in given}
    if chosen.get("calibration"):
        chosen["calibration"] = read_calibration(chosen["calibration"])
    output = open_output(args.out, create=False)
    wanted = dict(map(_named, args.schema or ()))
    damaged = False
    for name, derived in rescore(output, settings=chosen, schemas=wanted).items():
        documents = plural(derived.documents, "document", "documents")
        print(f"{name}: {documents} in {plural(derived.built, 'part', 'parts')} built again")
        for error in derived.damaged:
            print(f"  {error.message}")
            damaged = True
        if text := acceptance_text(last_settings(output, name)):
            print(f"  {text}")
    return ExitCode.UNAVAILABLE if damaged else ExitCode.OK


def _named(given: str) -> tuple[str, Schema | None]:
    """A schema's name and its form of now; None for the mere name of one of a file, which is taken as it is stored."""
    from schemas.registry import BUILTIN, load_schema

    if given not in BUILTIN and not PurePath(given).suffix:
        return given, None
    schema = load_schema(given)
    return schema.name, schema
