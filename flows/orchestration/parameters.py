"""The parameters of the flow, as Prefect's form shows them: all settings of a run that are no secrets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from flows.run_options import RunOptions
from flows.settings import Setting, resolve, settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BY_THEMSELVES = frozenset({"schema", "out", "orchestrator"})
"""Settings that are parameters of their own, or make no sense inside a flow."""
TYPES = {"count": int, "seconds": float, "share": float, "size": str, "texts": list[str]}
"""Parser -> what the form asks for; the rest is text."""


def _type(setting: Setting) -> Any:  # noqa: ANN401 - a type for pydantic
    if setting.choices:
        return Literal[setting.choices]
    return TYPES.get(setting.parse.__name__, str)


def offered() -> tuple[Setting, ...]:
    """The settings in the form. Secrets come from the environment of the machine that reads, never from here."""
    return tuple(s for s in settings() if s.name not in BY_THEMSELVES and not s.secret)


def _described(setting: Setting) -> str:
    default = "" if setting.default in ("", (), None) else f" (default: {setting.default})"
    return setting.help + default


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Settings")


if TYPE_CHECKING:
    Settings = _Settings
else:
    Settings = create_model(
        "Settings",
        __base__=_Settings,
        __doc__="What is left empty comes from EXTRACT_* or extract.toml where it is read, or has its default.",
        **{s.name: (_type(s) | None, Field(default=None, description=_described(s))) for s in offered()},
    )
NOTHING_SET = Settings()


def options_of(
    *, paths: Sequence[str], schema: str, out: str | None, given: BaseModel, more: Mapping[str, Any]
) -> RunOptions:
    """What a run is asked to do; UsageError names a wrong value. Passwords come from EXTRACT_PASSWORD."""
    flags = {name: _flag(value) for name, value in given.model_dump(exclude_none=True).items()}
    resolved = resolve(flags | {"schema": schema, "out": out, "orchestrator": "none"}, environment=os.environ)
    return RunOptions(paths=tuple(paths), **dict(more), **{name: r.value for name, r in resolved.items()})


def _flag(value: object) -> object:
    """As it would stand on the command line, so that all origins are parsed in one place."""
    return value if isinstance(value, list) else str(value)


def set_here(options: RunOptions) -> dict[Setting, Any]:
    """The settings that are parameters, and have another value than their default."""
    return {s: getattr(options, s.name) for s in offered() if getattr(options, s.name) != s.default}


def parameters_of(options: RunOptions) -> dict[str, Any]:
    """The parameters that stand for these options; what is no parameter (a password) is left out."""
    return {
        "paths": list(options.paths),
        "schema_name": options.schema,
        "out": options.out,
        "settings": {s.name: shown(s, value) for s, value in set_here(options).items()},
        **{name: getattr(options, name) for name in ("force", "retry_failed", "verify_content", "limit")},
    }


def shown(setting: Setting, value: object) -> object:
    """As the form has it."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if _type(setting) is str else value
