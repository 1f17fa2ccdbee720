"""The exit codes of `extract`, and what each of them says."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a calling script learns without reading a word."""

    OK = 0
    """All documents have a record."""
    DOCUMENTS_FAILED = 1
    """The run is complete; some documents or pages ended as failures."""
    USAGE = 2
    """A flag, a setting, a schema or an input is wrong; nothing was read."""
    BUG = 3
    """Our mistake; a report was written."""
    UNAVAILABLE = 4
    """An engine or the storage of the output is not there, or is full."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C or SIGTERM; what was committed stays."""
