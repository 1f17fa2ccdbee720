"""The models a command may use, those of the user's extract.toml included, and the one with a given name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError, nearest
from flows.settings import FILE_NAME, MODELS, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractors.catalogue.entry import Model


def models_of(config: Path | None) -> Mapping[str, Model]:
    """All models by name; UsageError where an entry of the settings file cannot be used."""
    from extractors.catalogue.catalogue import CatalogueError, load_models

    try:
        return load_models(own_models(config))
    except CatalogueError as error:
        msg = f"The settings file: {error}."
        raise UsageError(msg) from error


def own_models(config: Path | None) -> Mapping[str, Mapping[str, Any]]:
    """The `[models.NAME]` tables of the settings file; UsageError where the file cannot be used."""
    import tomllib

    resolve({}, file=config)  # the file as a whole is checked in one place
    path = config or Path(os.environ.get("EXTRACT_CONFIG") or FILE_NAME)
    if not path.is_file():
        return {}
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get(MODELS, {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        msg = f"{path}: {MODELS} must hold tables, [{MODELS}.my-model]."
        raise UsageError(msg)
    return tables


def chosen(name: str, models: Mapping[str, Model]) -> Model:
    """The model with this name or hub id, in whatever case; UsageError with the nearest names."""
    wanted = name.casefold()
    for model in models.values():
        if wanted in {model.name.casefold(), (model.hub_id or "").casefold()}:
            return model
    near = nearest(wanted, models) or _beginning(wanted, models)
    msg = f"There is no model {name!r} in the catalogue.{near} `extract models` lists all."
    raise UsageError(msg)


def _beginning(wanted: str, models: Mapping[str, Model]) -> str:
    found = [name for name in models if name.startswith(wanted)]
    return f" Did you mean {' or '.join(repr(name) for name in found[:3])}?" if found else ""
