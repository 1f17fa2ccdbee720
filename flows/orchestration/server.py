"""Which Prefect server a run belongs to, if any; found out without importing Prefect, which takes a second."""

from __future__ import annotations

import os
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

API = "PREFECT_API_URL"
START = "env DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false prefect server start"
"""In a terminal, or with all of `deploy/server.env`."""
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
}
"""Prefect tells nobody about itself, and starts no server that nobody asked for."""
OWN_CONSOLE = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL"}
"""A command shows its own progress; what Prefect logs goes to its server only."""
HEALTH_SECONDS = 5.0


def server_named(environment: Mapping[str, str]) -> str | None:
    """The server's API that the environment or the active profile names."""
    if environment.get(API):
        return environment[API]
    home = Path(environment.get("PREFECT_HOME") or Path(environment.get("HOME") or "~").expanduser() / ".prefect")
    path = Path(environment.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    active = environment.get("PREFECT_PROFILE") or written.get("active")
    profile = written.get("profiles", {}).get(active, {})
    return profile.get(API) if isinstance(profile, dict) else None


def needed_server(what: str, environment: Mapping[str, str]) -> str:
    """The server that is named; UsageError, UnavailableError where there is none or nothing that can talk to it."""
    server = server_named(environment)
    if server is None:
        msg = (
            f"{what} needs a Prefect server, and none is named: start one (`{START}`) and "
            f"set {API}=http://127.0.0.1:4200/api."
        )
        raise UsageError(msg)
    if find_spec("prefect") is None:
        msg = (
            f"A Prefect server is named ({server}), but Prefect is not installed: "
            "pip install 'pagewise-extract[prefect]'."
        )
        raise UnavailableError(msg)
    return server


def is_wanted(orchestrator: str, environment: Mapping[str, str]) -> bool:
    """Whether a run is to be a flow; UsageError, UnavailableError where it is and cannot."""
    if orchestrator == "none":
        return False
    if orchestrator == "auto" and server_named(environment) is None:
        return False
    try:
        needed_server("--orchestrator prefect", environment)
    except (UsageError, UnavailableError) as error:
        msg = f"{error} To run without Prefect give --orchestrator none."
        raise type(error)(msg) from error
    return True


def make_quiet(environment: MutableMapping[str, str] = os.environ, *, own_console: bool = False) -> None:
    """Sets what nobody has set; before the first import of Prefect."""
    for name, value in (QUIET | OWN_CONSOLE if own_console else QUIET).items():
        environment.setdefault(name, value)


def check_server(server: str, seconds: float = HEALTH_SECONDS) -> None:
    """UnavailableError where nobody answers: one sentence, before anything is begun."""
    import httpx

    auth = tuple(os.environ.get("PREFECT_API_AUTH_STRING", "").split(":", 1))
    try:
        answer = httpx.get(f"{server.rstrip('/')}/health", timeout=seconds, auth=auth if len(auth) == 2 else None)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        msg = (
            f"The Prefect server at {server} does not answer ({type(error).__name__}: {error}). Start it "
            f"(`{START}`), correct {API}, or give --orchestrator none to run without it."
        )
        raise UnavailableError(msg) from error
