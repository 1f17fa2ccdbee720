"""The key of an API: from the environment or a file, never from a flag, and never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VARIABLE = "EXTRACT_API_KEY"


def api_key(environment: Mapping[str, str], *, variable: str | None = None, file: Path | None = None) -> str | None:
    """The key; None where none was given. UsageError where one was promised, and is not there."""
    if file is not None:
        return _from_file(file)
    found = environment.get(variable or VARIABLE, "").strip()
    if not found and variable is not None:
        msg = f"The API key is to come from the environment variable {variable}, which is not set."
        raise UsageError(msg)
    return found or None


def key_place(*, variable: str | None = None, file: Path | None = None) -> str:
    """Where the key is, or should be, in words."""
    return f"the file {file}" if file is not None else f"the variable {variable or VARIABLE}"


def _from_file(file: Path) -> str:
    try:
        found = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file}: the API key cannot be read from it: {error}"
        raise UsageError(msg) from error
    if not found:
        msg = f"{file}: the API key is to come from this file, which is empty."
        raise UsageError(msg)
    return found
