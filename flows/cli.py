"""`extract`: finds the command, runs it, and turns whatever ends it into an exit code.

Nothing heavy is imported here: `extract --help` answers in about the time that Python needs to start. A command is a
module of `flows.commands` with `add_arguments(parser)` and `execute(args) -> int`.
"""

from __future__ import annotations

import argparse
import sys

from flows.errors import UsageError, nearest
from flows.exit_codes import ExitCode

TYPE_CHECKING = False  # `typing` itself takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

COMMANDS = {
    "run": "read documents into Parquet",
    "status": "what an output holds, and what does not add up",
    "rescore": "rebuild the tables from the stored readings, without reading anything again",
    "forget": "remove all that is stored of a document",
    "schema": "built-in and own schemas: list, show, check, new",
    "config": "which settings hold, and why",
    "doctor": "what this machine can do",
}
EPILOGUE = (
    "Exit codes: 0 all extracted, 1 some documents failed, 2 usage or settings, 3 bug, "
    "4 engine or storage unavailable, 130 interrupted."
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are our errors, so that they end in one place."""

    def error(self, message: str) -> NoReturn:
        msg = f"{message[:1].upper()}{message[1:]}. `{self.prog} --help` lists what there is."
        raise UsageError(msg)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `extract` with these arguments (default: those of the process) and returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except KeyboardInterrupt as interrupt:
        print(f"extract: {str(interrupt) or 'interrupted.'}", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # `extract ... | head`: the reader has seen enough
        sys.stderr.close()
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - the border of the program
        code = _exit_code(error)
        if code != ExitCode.BUG:
            print(f"extract: {error}", file=sys.stderr)
            return code
        from flows.bug_report import report_bug

        print(report_bug(error, arguments), file=sys.stderr)
        return ExitCode.BUG


def _exit_code(error: Exception) -> int:
    from schemas.error import SchemaError

    if isinstance(error, SchemaError):
        return ExitCode.USAGE
    code = getattr(error, "exit_code", ExitCode.BUG)
    return code if isinstance(code, int) else ExitCode.BUG


def _dispatch(arguments: list[str]) -> int:
    parser = Parser(
        prog="extract",
        description="Turns folders of documents into validated Parquet, with a review queue for what is not sure.",
        epilog=EPILOGUE,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", dest="command")
    name = next((a for a in arguments if not a.startswith("-")), None)
    for command, help_text in COMMANDS.items():
        about = f"{help_text[:1].upper()}{help_text[1:]}."
        child = commands.add_parser(command, help=help_text, description=about, allow_abbrev=False)
        if command == name:
            _module(command).add_arguments(child)
    if name is not None and name not in COMMANDS:
        msg = f"There is no command {name!r}.{nearest(name, COMMANDS)} `extract --help` lists all."
        raise UsageError(msg)
    args, unknown = parser.parse_known_args(arguments)
    if unknown:
        _refuse(unknown, args.command, commands.choices[args.command] if args.command else parser)
    if args.version:
        from importlib.metadata import version

        print(version("pagewise-extract"))
        return ExitCode.OK
    if args.command is None:
        parser.print_help()
        return ExitCode.OK
    return int(_module(args.command).execute(args))


def _module(command: str) -> Any:  # noqa: ANN401 - a module of `flows.commands`
    from importlib import import_module

    return import_module(f"flows.commands.{command}")


def _refuse(unknown: list[str], command: str | None, parser: argparse.ArgumentParser) -> NoReturn:
    if command == "run":
        _module(command).refuse_unknown(unknown)
    flags = [flag for action in parser._actions for flag in action.option_strings]  # noqa: SLF001 - no public list
    flag = next((word for word in unknown if word.startswith("-")), unknown[0])
    what = "flag" if flag.startswith("-") else "argument"
    msg = (
        f"`{parser.prog}` has no {what} {flag!r}.{nearest(flag.split('=')[0], flags)} `{parser.prog} --help` lists all."
    )
    raise UsageError(msg)
