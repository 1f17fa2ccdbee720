"""The address of an API, as people write it, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from extractors.engine.interface import RefusedError

EXAMPLE = "http://localhost:8000/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an API is reached."""

    api: str
    """What `/chat/completions` and `/models` are added to."""
    root: str
    """Where a vLLM server has `/health` and `/metrics`."""
    local: bool
    """On this machine."""


def address_of(written: str) -> Address:
    """The address from a flag or a setting; RefusedError says what is wrong with it."""
    parts = urlsplit(written.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = f"{written!r} is no address of an API: write it as in {EXAMPLE}."
        raise RefusedError(msg)
    if parts.username or parts.password:
        shown = parts.netloc.rpartition("@")[2]
        msg = f"The address of {shown} has a name or password in it, which would be stored: give the key another way."
        raise RefusedError(msg)
    path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    api = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    return Address(api=api, root=api.removesuffix("/v1"), local=_is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
