"""An unexpected error becomes a report that is ready to be sent: the command, the versions, where it broke."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGES = ("pagewise-extract", "pypdfium2", "pyarrow", "pydantic", "lxml", "numpy", "pillow", "pebble", "rich")
SECRET_FLAGS = ("--password",)


def report_bug(error: BaseException, arguments: Sequence[str]) -> str:
    """Writes the report and returns the message that says where it is."""
    text = "\n".join(
        [
            "extract: bug report",
            f"time:      {dt.datetime.now(dt.UTC).isoformat(timespec='seconds')}",
            f"command:   extract {' '.join(without_secrets(arguments))}",
            f"python:    {sys.version.split()[0]} on {platform.platform()}",
            f"versions:  {', '.join(f'{name} {installed(name)}' for name in PACKAGES)}",
            "",
            "".join(traceback.format_exception(error)),
        ]
    )
    summary = f"extract: this is a bug of ours: {type(error).__name__}: {error}"
    path = _written(text)
    if path is None:
        return f"{text}\n{summary}\nThe report above could not be written to a file; please send it to us."
    return f"{summary}\nA report is in {path}; it names files but holds nothing of their content. Please send it to us."


def without_secrets(arguments: Sequence[str]) -> list[str]:
    """The arguments with the values of secret flags left out."""
    kept: list[str] = []
    hide = False
    for argument in arguments:
        flag, equals, _ = argument.partition("=")
        if hide:
            kept.append("***")
        elif flag in SECRET_FLAGS and equals:
            kept.append(f"{flag}=***")
        else:
            kept.append(argument)
        hide = flag in SECRET_FLAGS and not equals and not hide
    return kept


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


def _written(text: str) -> Path | None:
    name = f"extract-bug-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        try:
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return folder / name
    return None
