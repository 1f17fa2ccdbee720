"""`extract schema list|show|check|new`: what can be extracted, and what became of a schema of one's own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.exit_codes import ExitCode

if TYPE_CHECKING:
    import argparse

    from schemas import Schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", title="actions", dest="action", required=True)
    actions.add_parser("list", help="the built-in schemas")
    show = actions.add_parser("show", help="the fields of a schema, their kinds and labels")
    show.add_argument("schema", metavar="NAME|FILE")
    show.add_argument("--labels", action="store_true", help="all labels, not only the surest")
    show.add_argument("--json", action="store_true", help="as JSON Schema, as a model's decoder gets it")
    check = actions.add_parser("check", help="whether a schema can be used, and what of it nothing enforces")
    check.add_argument("schema", metavar="NAME|FILE")
    new = actions.add_parser("new", help="a schema to start from, as YAML on standard output or in a file")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--to", metavar="FILE", type=Path, help="write it there (never over a file that exists)")


def execute(args: argparse.Namespace) -> int:
    return {"list": _list, "show": _show, "check": _check, "new": _new}[args.action](args)


def _list(_args: argparse.Namespace) -> int:
    from schemas.registry import builtin_names, load_schema

    for name in builtin_names():
        schema = load_schema(name)
        print(f"{name:<10} version {schema.version:<4} {_size(schema)}: {schema.description or schema.title}")
    print("A schema of your own: `extract schema new NAME`, or a JSON Schema, or a Python file with a pydantic model.")
    return ExitCode.OK


def _show(args: argparse.Namespace) -> int:
    from schemas.registry import load_schema

    schema = load_schema(args.schema)
    if args.json:
        from schemas.decoder import decoder_schema

        print(json.dumps(decoder_schema(schema), indent=2, ensure_ascii=False))
    else:
        from schemas.show import show

        print(show(schema, labels=args.labels))
    return ExitCode.OK


def _check(args: argparse.Namespace) -> int:
    from schemas.registry import load_schema

    schema = load_schema(args.schema)
    print(f"{args.schema} can be used: schema {schema.name}, version {schema.version}, {_size(schema)}.")
    from schemas.show import comparisons

    print(comparisons(schema))
    path = Path(args.schema)
    if path.suffix == ".json" and path.is_file():
        from schemas.lint import lint

        for note in lint(json.loads(path.read_text(encoding="utf-8-sig"))):
            print(f"  {note.path or '(the whole)'}: {note.keyword} is {note.effect.value}: {note.message}")
    return ExitCode.OK


def _new(args: argparse.Namespace) -> int:
    from schemas.template import template

    text = template(args.name)
    if args.to is None:
        print(text, end="")
        return ExitCode.OK
    try:
        with args.to.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        msg = f"{args.to} exists already; it was not touched."
        raise UsageError(msg) from error
    except OSError as error:
        msg = f"{args.to} cannot be written: {error.strerror}."
        raise UsageError(msg) from error
    print(f"{args.to} was written; `extract schema show {args.to}` says what is understood of it.", file=sys.stderr)
    return ExitCode.OK


def _size(schema: Schema) -> str:
    tables = [f for f in schema.fields if f.columns]
    columns = f", {len(tables)} of them tables" if len(tables) > 1 else ", one of them a table" if tables else ""
    return f"{len(schema.fields)} fields{columns}"
