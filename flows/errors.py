"""Errors that end a command with a sentence instead of a traceback, each with its exit code.

    Exception
    |- UsageError       2: the user can put it right: a flag, a setting, a schema, an input
    |  `- EmptyError    2: there is nothing to read
    |- UnavailableError 4: an engine or a storage is not there
    `- MismatchError    3: the sums of a run do not add up, which is our mistake

Any exception with an integer `exit_code` is shown in the same way.
"""

from __future__ import annotations

from flows.exit_codes import ExitCode

TYPE_CHECKING = False  # `typing` itself takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable


class UsageError(Exception):
    """What was asked cannot be done as asked; the message says why, and what to do."""

    exit_code = ExitCode.USAGE


class EmptyError(UsageError):
    """What was named is there and holds no document: a mistake of whoever runs it now, not of a schedule."""


class UnavailableError(Exception):
    """Something that the command needs is not there: a package, an engine, a storage."""

    exit_code = ExitCode.UNAVAILABLE


class MismatchError(Exception):
    """Documents or pages that went in did not all come out as a record or a failure."""

    exit_code = ExitCode.BUG


def trouble_of(error: OSError) -> str | None:
    """A sentence for what a disk or its owner refuses, which is no mistake of ours; None for all other errors."""
    import errno

    advice = {
        errno.ENOSPC: "free some space",
        errno.EDQUOT: "free some space",
        errno.EFBIG: "raise the limit (`ulimit -f`)",
        errno.EROFS: "choose another place",
        errno.EACCES: "change its owner or mode, or choose another place",
        errno.EPERM: "change its owner or mode, or choose another place",
        errno.EIO: "check the device, or choose another place",
    }.get(error.errno or 0)
    place = error.filename or "What was to be written or printed"
    return f"{place}: {error.strerror}; {advice}, and run the same command again." if advice else None


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'x' or 'y'?`, or nothing where no known word is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
