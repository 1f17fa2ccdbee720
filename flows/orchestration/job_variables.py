"""Job variables of a deployment (volumes, a service account, memory), checked against the template of its work pool."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError, nearest
from flows.orchestration.checks import name_and_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHIPPED = "server/api/collections_data/views/aggregate-worker-metadata.json"
"""Prefect's own list of the kinds of pools, with the template that each gets when nobody gives one."""
APART = {"env": "--env", "image": "--image"}


def template_of(kind: str, file: Path | None) -> Mapping[str, Any] | None:
    """The base job template of a pool: that of a file, or the one that its kind has; None where Prefect ships none."""
    if file is not None:
        try:
            template: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            template["variables"]["properties"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = (
                f"--pool-template {file} is no base job template ({type(error).__name__}: {error}); `prefect work-pool "
                f"get-default-base-job-template --type {kind}` prints one to begin with."
            )
            raise UsageError(msg) from error
        return template
    prefect = find_spec("prefect")
    places = [Path(place) / SHIPPED for place in (prefect and prefect.submodule_search_locations) or ()]
    for place in places:
        if place.is_file():
            kinds = json.loads(place.read_text(encoding="utf-8")).values()
            return next((k[kind]["default_base_job_configuration"] for k in kinds if kind in k), None)
    return None


def job_variables(texts: Iterable[str], kind: str, template: Mapping[str, Any] | None) -> dict[str, Any]:
    """Name -> value; UsageError names one that the pool's template does not have, or that has another type there."""
    found: dict[str, Any] = {}
    known = template["variables"]["properties"] if template else None
    for text in texts:
        name, value = name_and_value("--job-variable", text)
        if name in APART:
            msg = f"--job-variable {name}: give {APART[name]}."
            raise UsageError(msg)
        if known is not None and name not in known:
            msg = (
                f"--job-variable {name}: a {kind} pool has none of that name.{nearest(name, known)} It has "
                f"{', '.join(known)}; one of your own needs --pool-template."
            )
            raise UsageError(msg)
        found[name] = _value(value, is_text=known is not None and known[name].get("type") == "string")
    if template:
        _check(found, template["variables"])
    return found


def _value(text: str, *, is_text: bool) -> object:
    """As JSON; what is no JSON, or is wanted as text, is text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) or not is_text else text


def _check(found: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # Prefect needs it itself

    schema = {"properties": variables["properties"], "definitions": variables.get("definitions", {})}
    for error in Draft202012Validator(schema).iter_errors(found):
        name = error.absolute_path[0]
        msg = f"--job-variable {name} is {json.dumps(found[str(name)])}: {error.message}."
        raise UsageError(msg)
