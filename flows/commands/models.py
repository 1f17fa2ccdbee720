"""`extract models [NAME]`: the catalogue of models, with the entries of one's own extract.toml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="all that is known of this one")
    parser.add_argument("--config", metavar="FILE", type=Path, help="settings file (default: extract.toml here)")
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")


def execute(args: argparse.Namespace) -> int:
    from extractors.catalogue.show import as_values, sheet, table
    from flows.model_choice import chosen, models_of

    models = models_of(args.config)
    found = [chosen(args.name, models)] if args.name else list(models.values())
    if args.json:
        values = [as_values(model) for model in found]
        print(json.dumps(values[0] if args.name else values, indent=2, ensure_ascii=False))
    elif args.name:
        print(sheet(found[0]))
    else:
        print(table(found))
        print("`extract models NAME` tells all of one; own models go into extract.toml as [models.NAME].")
    return ExitCode.OK
