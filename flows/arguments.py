"""The arguments of one command, parsed; mistakes are our errors, with the nearest names."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

from flows.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are our errors, so that they end in one place."""

    def error(self, message: str) -> NoReturn:
        msg = f"{message[:1].upper()}{message[1:]}. `{self.prog} --help` lists what there is."
        raise UsageError(msg)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Flags in a narrow column, help beside it; examples as they are written."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)


def parsed(
    command: str,
    about: str,
    module: Any,  # noqa: ANN401 - a module
    words: Sequence[str],
    *,
    buckets: bool = False,
) -> argparse.Namespace:
    """The arguments that follow the name of a command, by the flags that its module adds.

    `buckets`: it looks at an output that may lie in one, and has no settings of its own that say how to reach it.
    """
    description = f"{about[:1].upper()}{about[1:]}."
    parser = Parser(
        prog=f"extract {command}",
        usage=getattr(module, "USAGE", None),
        description=description,
        epilog=getattr(module, "EXAMPLES", None),
        formatter_class=_Help,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    if buckets:
        from flows.s3.settings import add_s3_flags

        add_s3_flags(parser)
    args, unknown = parser.parse_known_args(words)
    if unknown:
        _refuse(unknown, parser)
    if buckets:
        from flows.s3.settings import let_hold

        let_hold(args)
    return args


def _refuse(unknown: Sequence[str], parser: argparse.ArgumentParser) -> NoReturn:
    flags = [flag for action in parser._actions for flag in action.option_strings]  # noqa: SLF001 - no public list
    word = next((word for word in unknown if word.startswith("-")), unknown[0])
    what = "flag" if word.startswith("-") else "argument"
    near = nearest(word.split("=")[0], flags)
    msg = f"`{parser.prog}` has no {what} {word!r}.{near} `{parser.prog} --help` lists all."
    raise UsageError(msg)
