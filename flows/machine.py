"""Where process numbers mean the same: one machine since its last start, and in it one container."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path


def machine() -> str:
    """Name, last start and process namespace: containers of one machine may share the first two, clones the first."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip())
    with suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))  # noqa: PTH115 - it leads to no file
    return " ".join(parts)


def machine_in_names() -> str:
    """16 letters that stand for it in names of files."""
    return hashlib.blake2b(machine().encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
