"""`extract`: finds the command, runs it, and turns whatever ends it into an exit code.

Nothing heavy is imported here: `extract --help` answers in about the time that Python needs to start. A command is a
module of `flows.commands` with `add_arguments(parser)` and `execute(args) -> int`.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # to import `typing` takes a third of the time that Python needs to start
if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "run": "read documents into Parquet",
    "watch": "a drop folder: read what arrives in a bucket or folder",
    "status": "what an output holds, and what does not add up",
    "explain": "what happened to a document, and where a value came from",
    "eval": "how right an output is, and what its confidence is worth",
    "calibrate": "confidence and thresholds fitted to your own truth or corrections",
    "review": "what waits for a person, as a CSV file with pictures, and the decisions back",
    "rescore": "rebuild the tables from the stored readings, without reading anything again",
    "compact": "the tables as few large files, for those who query",
    "forget": "remove all that is stored of a document",
    "schema": "built-in and own schemas: list, show, check, new",
    "models": "the vision-language models it knows: tokens, licences, best uses",
    "worker": "start and supervise a vLLM server for a model",
    "plan": "tokens, time and cost with each model, before any is called",
    "deploy": "schedule, drop folder and event trigger on a Prefect server",
    "config": "which settings hold, and why",
    "doctor": "what this machine can do",
}
WITH_TABLES = frozenset(
    {"run", "watch", "compact", "status", "explain", "review", "rescore", "forget", "eval", "calibrate"}
)
LOOKING = WITH_TABLES - {"run", "watch"}
"""Commands that are given an output, which may lie in a bucket; the others have the settings of a run."""
HELP = """\
usage: extract COMMAND ...

Turns folders and buckets of documents into validated Parquet, with a review queue for what it is not sure of.

commands:
{commands}

`extract COMMAND --help` tells the flags of a command; `extract --version` the version.
Exit codes: 0 all extracted, 1 some documents failed, 2 usage or settings, 3 bug, 4 engine or storage unavailable,
130 interrupted."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `extract` with these arguments (default: those of the process) and returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        from flows.standard_output import outlive_reader

        outlive_reader()
    try:
        return _dispatch(arguments, own_process=argv is None)
    except KeyboardInterrupt as interrupt:
        from flows.json_log import tell_end, wanted

        tell_end(str(interrupt) or "interrupted.", 130, log=wanted(arguments))
        # Python remembers an interrupt that left an `exec` (dataclasses are made with it) and would, although it was
        # caught here, end the process by SIGINT instead of with our exit code; the next `exec` makes it forget.
        exec("")  # noqa: S102
        return 130
    except Exception as error:  # noqa: BLE001 - the border of the program
        return _told(error, arguments)
    finally:
        if argv is None:
            _leave()


def _leave() -> None:
    """The end of the process frees all memory: Python need not look for garbage before it."""
    import gc

    gc.freeze()


def _told(error: Exception, arguments: list[str]) -> int:
    """Says what went wrong, and returns the exit code for it."""
    from flows.errors import trouble_of
    from flows.exit_codes import ExitCode
    from schemas.error import SchemaError

    known = ExitCode.USAGE if isinstance(error, SchemaError) else ExitCode.BUG  # `schemas` knows no exit codes
    code = getattr(error, "exit_code", known)
    message = str(error)
    if isinstance(error, OSError) and (trouble := trouble_of(error)):
        code, message = ExitCode.UNAVAILABLE, trouble
    from flows.json_log import tell_end, wanted

    if code == ExitCode.BUG:
        from flows.bug_report import report_bug

        message = report_bug(error, arguments).removeprefix("extract: ")
    tell_end(message, int(code), log=wanted(arguments))
    return int(code)


def _dispatch(arguments: list[str], *, own_process: bool) -> int:
    code = _executed(arguments, own_process=own_process)
    if sys.stdout is not None:
        sys.stdout.flush()  # what cannot be printed is said, like all else that goes wrong
    return code


def _executed(arguments: list[str], *, own_process: bool) -> int:
    command = arguments[0] if arguments else "--help"
    if command in {"--help", "-h", "help"}:
        print(HELP.format(commands="\n".join(f"  {name:<10} {about}" for name, about in COMMANDS.items())))
        return 0
    if command == "--version":
        from importlib.metadata import version

        print(version("pagewise-extract"))
        return 0
    if command not in COMMANDS:
        from flows.errors import UsageError, nearest

        msg = f"There is no command {command!r}.{nearest(command, COMMANDS)} `extract --help` lists all."
        raise UsageError(msg)
    from importlib import import_module

    from flows.arguments import parsed

    module = import_module(f"flows.commands.{command}")
    args = parsed(command, COMMANDS[command], module, arguments[1:], buckets=command in LOOKING)
    if command == "run":
        module.warm_up(args)  # before Arrow is imported
    if own_process and command in WITH_TABLES:
        from flows.no_pandas import leave_pandas_out

        leave_pandas_out()
    return int(module.execute(args))
