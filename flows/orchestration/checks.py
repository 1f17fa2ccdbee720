"""What `extract deploy` refuses before anything is deployed: what no server takes, and secrets that one would show."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

from flows.errors import UsageError, nearest
from flows.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.settings import Setting

FORBIDDEN = frozenset("/%&<>")
BLOCK = re.compile(r"\{\{\s*prefect\.blocks\.([a-z0-9-]+)\.([a-z0-9-]+)[\w.\[\]-]*\s*\}\}")
"""What the worker puts in its place when a flow run begins: the server keeps the secret encrypted, and shows stars."""
A_BLOCK = re.compile(r"prefect\.blocks\.")
WORDS = frozenset(
    {
        "PASSWORD",
        "PASSWORDS",
        "PASSWD",
        "PASSPHRASE",
        "SECRET",
        "SECRETS",
        "TOKEN",
        "CREDENTIAL",
        "CREDENTIALS",
        "APIKEY",
    }
)
KEYS = ("API_KEY", "PRIVATE_KEY", "ACCESS_KEY", "AUTH_STRING")
NO_SECRETS = ("_ID", "_FILE", "_VARIABLE", "_URL")
"""Ends of names that only say where a secret lies, or whose it is."""
WITH_PASSWORD = re.compile(r"://[^/\s:@]*:[^/\s@]+@")
OF_THE_ENVIRONMENT = re.compile(r"\{\{\s*\$")
"""What `prefect deploy` replaces by the content of a variable of its own."""


def check_name(flag: str, name: str) -> None:
    """Of deployments and work pools."""
    if not name.strip() or FORBIDDEN & set(name):
        msg = f"{flag} is {name!r}; Prefect wants a name without {' '.join(sorted(FORBIDDEN))}."
        raise UsageError(msg)


def check_timezone(name: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f"--timezone is {name!r}, which nobody knows.{nearest(name, available_timezones())}"
        raise UsageError(msg) from error


def check_cron(cron: str) -> None:
    """As Prefect itself understands it, where it is installed: a dry run needs none of it."""
    if find_spec("prefect") is None:
        return
    from flows.orchestration.server import make_quiet

    make_quiet()
    from prefect.client.schemas.schedules import CronSchedule

    try:
        CronSchedule(cron=cron)
    except ValueError as error:
        msg = f"--cron is {cron!r}; minute, hour, day, month and weekday are wanted, as in '0 2 * * *'."
        raise UsageError(msg) from error


def name_and_value(flag: str, pair: str) -> tuple[str, str]:
    """Of NAME=VALUE; UsageError, which repeats no value, for what is none."""
    name, equals, value = pair.partition("=")
    if not name or not equals:
        msg = f"{flag} is {name!r}; NAME=VALUE is wanted."
        raise UsageError(msg)
    return name, value


def check_shown(settings: Mapping[Setting, object]) -> None:
    """UsageError for an address with a password in it: the parameters of a flow are there for everybody to read."""
    for setting, value in settings.items():
        if any(WITH_PASSWORD.search(str(each)) for each in (value if isinstance(value, tuple) else (value,))):
            msg = f"{setting.flag} has a password in its address, which Prefect would show: give it another way."
            raise UsageError(msg)


def environment_of(pairs: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Variables that may be read by everybody, and those whose value a block of the server keeps.

    UsageError for a secret that is given itself: a deployment and its `prefect.yaml` hold all in plain text.
    """
    plain, secret = {}, {}
    for pair in pairs:
        name, value = name_and_value("--env", pair)
        if BLOCK.fullmatch(value):
            secret[name] = value
        elif is_secret(name) or any(p.search(value) for p in (WITH_PASSWORD, OF_THE_ENVIRONMENT, A_BLOCK)):
            msg = (
                f"--env {name}=... would stand in plain text in the deployment: set it where the worker is started, or "
                f"keep it in a block of the server and give --env '{name}={{{{ prefect.blocks.secret.NAME }}}}'."
            )
            raise UsageError(msg)
        else:
            plain[name] = value
    return plain, secret


def is_secret(variable: str) -> bool:
    """By its name; settings know it of themselves."""
    name = variable.upper()
    if name in {setting.variable for setting in settings() if setting.secret}:
        return True
    if name.endswith(NO_SECRETS):
        return False
    return bool(WORDS & set(name.split("_"))) or any(key in name for key in KEYS)
