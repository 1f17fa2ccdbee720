"""The deployments as plain data: what `extract deploy` gives to a server, and prints as a `prefect.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.orchestration.place import STEP
from flows.watch.settled import SETTLE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ENTRYPOINT = "flows.orchestration.flow.extract"
ARRIVED = "extract.document.arrived"
RESOURCE = "extract.document"
HOME = "/home/extract"
"""In a container of `deploy/images/cpu.Dockerfile`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be deployed, and where it runs."""

    name: str
    """Deployments are called `<name>-nightly` and so on."""
    paths: Sequence[str]
    schema: str
    out: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Those that were given; the others are up to the machine that reads."""
    cron: str = "0 2 * * *"
    timezone: str = "UTC"
    every_seconds: int = 30
    machines: int = 1
    """Flow runs that share the documents of the nightly run."""
    at_once: int = 4
    """Flow runs for documents that arrive, at the same time."""
    pool: str = "extract-cpu"
    directory: str = HOME
    """In which a flow run works, where that is there."""
    image: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variable -> block of the server that keeps it. In no `prefect.yaml`: `prefect deploy` would store its content."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """Of the pool's jobs: volumes, a service account."""

    def flow(self, kind: str) -> str:
        return f"extract/{self.name}-{kind}"


def nightly(wish: Wish) -> dict[str, Any]:
    """All that is there, by the clock; one that comes while the last is not over is not begun."""
    helpers = [wish.flow("share")] * (wish.machines - 1)
    return _deployment(
        wish,
        "nightly",
        "Reads all that is new, by the clock",
        parameters=_parameters(wish) | ({"shared_with": helpers} if helpers else {}),
        schedules=[{"slug": "nightly", "cron": wish.cron, "timezone": wish.timezone}],
        concurrency_limit={"limit": 1, "collision_strategy": "CANCEL_NEW"},
    )


def drop_folder(wish: Wish) -> dict[str, Any]:
    """All that has arrived, every so many seconds."""
    return _deployment(
        wish,
        "drop-folder",
        "Looks for what has arrived, again and again",
        parameters=_parameters(wish) | {"settle_seconds": SETTLE_SECONDS},
        schedules=[{"slug": "drop-folder", "interval": wish.every_seconds}],
        concurrency_limit={"limit": 1, "collision_strategy": "CANCEL_NEW"},
    )


def arrived(wish: Wish) -> dict[str, Any]:
    """One document, when an event names it in its payload's `path`; others wait for their turn."""
    parameters = _parameters(wish) | {"paths": ["{{ event.payload['path'] }}"]}
    trigger = {
        "type": "event",
        "name": f"{wish.name}-arrived",
        "description": f"Reads the document that an event {ARRIVED} names",
        "match": {"prefect.resource.id": f"{RESOURCE}.{wish.name}"},
        "expect": [ARRIVED],
        "posture": "Reactive",
        "threshold": 1,
        "within": 0,
        "parameters": parameters,
    }
    return _deployment(
        wish,
        "arrived",
        f"Reads one document, when an event {ARRIVED} names it",
        parameters=_parameters(wish),
        concurrency_limit={"limit": wish.at_once, "collision_strategy": "ENQUEUE"},
        triggers=[trigger],
    )


def share(wish: Wish) -> dict[str, Any]:
    """Started by hand, or by another run to share its documents: on as many machines as there are workers."""
    return _deployment(
        wish,
        "share",
        "Reads all that is new, when asked; several at a time share the work",
        parameters=_parameters(wish),
    )


KINDS: Mapping[str, Callable[[Wish], dict[str, Any]]] = {
    "nightly": nightly,
    "drop-folder": drop_folder,
    "arrived": arrived,
    "share": share,
}


def document(wish: Wish, kinds: Sequence[str]) -> dict[str, Any]:
    """A `prefect.yaml` with deployments of these kinds, and with what they start themselves."""
    if wish.machines > 1 and "nightly" in kinds and "share" not in kinds:
        kinds = (*kinds, "share")
    pull = [{STEP: {"directory": wish.directory}}]
    return {"name": "extract", "pull": pull, "deployments": [KINDS[kind](wish) for kind in kinds]}


def _deployment(wish: Wish, kind: str, description: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    variables: dict[str, Any] = dict(wish.variables)
    if wish.environment:
        variables["env"] = dict(wish.environment)
    if wish.image:
        variables["image"] = wish.image
    return {
        "name": f"{wish.name}-{kind}",
        "description": f"{description}: {wish.schema} to {wish.out}.",
        "entrypoint": ENTRYPOINT,
        "tags": ["extract", wish.name],
        "work_pool": {"name": wish.pool} | ({"job_variables": variables} if variables else {}),
        **more,
    }


def _parameters(wish: Wish) -> dict[str, Any]:
    given = {"settings": dict(wish.settings)} if wish.settings else {}
    return {"paths": list(wish.paths), "schema_name": wish.schema, "out": wish.out} | given
