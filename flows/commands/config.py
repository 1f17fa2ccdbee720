"""`extract config`: which settings hold, and who said so."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.run import add_setting, shown
from flows.settings import resolve, settings, unknown_variables

if TYPE_CHECKING:
    import argparse

    from flows.settings import Resolved, Setting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for setting in settings():
        add_setting(parser, setting)
    parser.add_argument("--config", metavar="FILE", type=Path, help="settings file (default: extract.toml here)")
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")


def execute(args: argparse.Namespace) -> int:
    resolved = resolve(vars(args), file=args.config)
    rows = [(setting, resolved[setting.name]) for setting in settings()]
    if args.json:
        print(json.dumps({s.name: {"value": _public(s, r), "origin": r.origin} for s, r in rows}, indent=2))
    else:
        cells = [(s.name, _text(_public(s, r)), r.origin) for s, r in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for (setting, _), row in zip(rows, cells, strict=True):
            print(*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)), f" {setting.help}")
    for message in unknown_variables(os.environ):
        print(f"extract: {message}", file=sys.stderr)
    return 0


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "-"
    return "-" if value in ("", None) else shown(value)


def _public(setting: Setting, found: Resolved) -> object:
    """The value as it may be shown: of a secret, only how many there are."""
    if setting.secret:
        return f"({len(found.value)} given)" if found.value else ""
    return found.value
