"""The catalogue of models: the packaged data file, and the user's own entries over it."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.catalogue.entry import Gpu, Model, Strategy, frozen, known_keys
from tiling.tokens import build_formula

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
OWN = "your extract.toml"
FIGURES = frozenset({
    "title", "licence", "best_use", "sources", "vision_encoder", "projector", "tokens_per_patch", "language_model",
    "weights_b", "language_b", "active_b", "vision_b", "kv_bytes", "resolutions",
})  # fmt: skip
"""What is told of a model, and changes nothing of what it answers."""


class CatalogueError(ValueError):
    """An entry that cannot be used, or a name that is not there; the message says what is wanted."""


@lru_cache(maxsize=1)
def packaged_models() -> Mapping[str, Model]:
    """The models that come with the package, by name."""
    data = tomllib.loads((HERE / "models.toml").read_text(encoding="utf-8"))
    return {name: _model(name, table, data["sources"]) for name, table in data["models"].items()}


@lru_cache(maxsize=1)
def packaged_gpus() -> Mapping[str, Gpu]:
    """The GPUs that come with the package, by name."""
    data = tomllib.loads((HERE / "gpus.toml").read_text(encoding="utf-8"))
    return {name: Gpu(name=name, **table) for name, table in data["gpus"].items()}


def load_models(own: Mapping[str, Mapping[str, Any]] | None = None) -> Mapping[str, Model]:
    """All models by name, the user's `own` entries (tables as in models.toml) among or over the packaged ones.

    An entry with `like = "NAME"` takes over what it does not say itself. CatalogueError names a wrong entry.
    """
    models = dict(packaged_models())
    for name, table in (own or {}).items():
        models[name] = _own(name, table)
    return models


def own_digest(model: Model) -> str | None:
    """Of an entry of the user's, all that may change what the model answers; None of one as it is packaged.

    Such a model may have other weights than the one it is like, behind the same hub id: its name counts too.
    """
    packaged = packaged_models().get(model.name)
    if packaged is not None and _answering(packaged) == _answering(model):
        return None
    return sha256(_answering(model).encode()).hexdigest()[:16]


def _answering(model: Model) -> str:
    return repr([(f.name, getattr(model, f.name)) for f in fields(model) if f.name not in FIGURES])


def _own(name: str, table: Mapping[str, Any]) -> Model:
    given = dict(table)
    like = given.pop("like", None)
    if like is not None:
        data = tomllib.loads((HERE / "models.toml").read_text(encoding="utf-8"))
        if like not in data["models"]:
            msg = f"the model {name!r} is to be like {like!r}, which the catalogue does not have"
            raise CatalogueError(msg)
        given = {**data["models"][like], "title": name, "sources": [OWN], **given}
    given.setdefault("title", name)
    given.setdefault("sources", [OWN])
    return _model(name, given, {})


def _model(name: str, table: Mapping[str, Any], sources: Mapping[str, str]) -> Model:
    known = known_keys(Model)
    unknown = [key for key in table if key not in known]
    if unknown:
        msg = f"the model {name!r} has the unknown key {unknown[0]!r}; there are {', '.join(known)}, like"
        raise CatalogueError(msg)
    missing = [key for key in ("formula", "strategy", "licence", "best_use") if key not in table]
    if missing:
        msg = f'the model {name!r} has no {missing[0]!r}; say it, or take it over with like = "..."'
        raise CatalogueError(msg)
    try:
        figures = {
            **frozen(table),
            "formula": build_formula(**table["formula"]),
            "strategy": Strategy(table["strategy"]),
            "sources": tuple(sources.get(source, source) for source in table["sources"]),
        }
        model = Model(name=name, **figures)
        model.a4_tokens  # noqa: B018 - figures of the wrong type show here
    except (TypeError, ValueError) as error:
        msg = f"the model {name!r}: {error}"
        raise CatalogueError(msg) from error
    return model
