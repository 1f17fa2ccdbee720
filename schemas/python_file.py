"""A user's Python file with a pydantic model, as a JSON Schema."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

from schemas.error import SchemaError, nearest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from pydantic import BaseModel


def _module(path: Path) -> ModuleType:
    """The file as a module, run once; its folder is importable while it runs."""
    name = f"_extract_schema_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SchemaError(path, "cannot be imported as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic looks names of annotations up there
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SchemaError(path, f"running it failed: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(path.parent))
    return module


def _choose(models: dict[str, type[BaseModel]], wanted: str, path: Path) -> type[BaseModel]:
    """The model that is asked for, or the only one that no other model contains."""
    if not models:
        raise SchemaError(path, "defines no pydantic model; write `class Order(BaseModel): ...`")
    if wanted:
        if wanted not in models:
            raise SchemaError(path, f"has no model `{wanted}`.{nearest(wanted, models)} Models: {', '.join(models)}")
        return models[wanted]
    inner = {n for m in models.values() for n in m.model_json_schema().get("$defs", {})}
    outer = [n for n in models if n not in inner]
    if len(outer) != 1:
        names = ", ".join(outer or models)
        raise SchemaError(
            path, f"has several models ({names}); say which: --schema {path}:{(outer or list(models))[0]}"
        )
    return models[outer[0]]


def model_schema(path: Path, wanted: str = "") -> tuple[dict[str, Any], str]:
    """The JSON Schema of the file's model, and the model's name."""
    from pydantic import BaseModel
    from pydantic.errors import PydanticUserError

    module = _module(path)
    models = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module.__name__
    }
    model = _choose(models, wanted, path)
    try:
        return model.model_json_schema(), model.__name__
    except PydanticUserError as error:
        raise SchemaError(path, f"{model.__name__} has no JSON Schema: {error.message}") from error
