"""All derived tables of an output built again, with new checks, thresholds or scores, without reading a document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flows.derive import Derived
from flows.part_file import open_part
from flows.readings import part_schema
from flows.run_files import new_run_id, write_settings
from flows.run_policy import last_settings, policy_of
from flows.schema_text import schema_digest
from flows.store import StoreError
from flows.tables import part_name
from flows.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.output import Output
    from flows.rows import Merge
    from schemas import Schema


def rescore(
    output: Output,
    *,
    settings: Mapping[str, Any] | None = None,
    schemas: Mapping[str, Schema | None] | None = None,
    merge: Merge | None = None,
) -> dict[str, Derived]:
    """Schema -> what was built.

    `settings` replace those of the last run one by one, and are those of the last run from then on. Where `schemas`
    are given, only theirs are built, with the newer form in the place of the stored one (None: as stored); StoreError
    (exit code 2) where none of that name is stored, or its version is another.
    """
    names = output.schemas()
    if not names:
        msg = f"{output.store.uri} holds no readings; `extract run` makes some"
        raise StoreError(msg, exit_code=2)
    for unknown in set(schemas or ()) - set(names):
        msg = f"{output.store.uri} holds no {unknown!r}; it holds {', '.join(names)}"
        raise StoreError(msg, exit_code=2)
    built: dict[str, Derived] = {}
    for name in schemas or names:
        schema = stored_schema(output, name)
        if schema is None:
            built[name] = Derived(built=0, documents=0, damaged=tuple(output.index(name).damaged.values()))
            continue
        newer = (schemas or {}).get(name)
        if newer is not None and newer.version != schema.version:
            msg = (
                f"{output.store.uri} was read with {name} {schema.version}, and this is {newer.version}: other fields "
                f"need `extract run` with another --out; where only checks and labels differ, say `version: "
                f"{schema.version}` in the file"
            )
            raise StoreError(msg, exit_code=2)
        if newer is not None and schema_digest(newer) != schema_digest(schema):
            schema = newer
        stored = last_settings(output, name) | _replaced(settings or {})
        work = Work(schema=schema, fingerprint="", run_id=new_run_id(), settings=stored, policy=policy_of(stored))
        output.check(work)
        if settings:
            write_settings(output, work, kind="rescore")
        built[name] = output.derive(work, merge=merge, force=True)
        later = last_settings(output, name)
        if later != stored:  # of another rescoring, which began after this one and has said so
            output.derive(replace(work, settings=later, policy=policy_of(later)), merge=merge)
    return built


def _replaced(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What takes the place of the last run's settings: a bound on errors that of a threshold, too."""
    return ({"threshold": None} if settings.get("max_error") is not None else {}) | dict(settings)


def rederive(output: Output, names: Iterable[str], *, merge: Merge | None = None) -> dict[str, Derived]:
    """Schema -> what was built, with the last run's settings: only parts older than their readings or corrections."""
    built: dict[str, Derived] = {}
    for name in names:
        schema = stored_schema(output, name)
        if schema is not None:
            stored = last_settings(output, name)
            work = Work(schema=schema, fingerprint="", run_id="", settings=stored, policy=policy_of(stored))
            built[name] = output.derive(work, merge=merge)
    return built


def stored_schema(output: Output, name: str) -> Schema | None:
    """The schema that the youngest list of an output was read with; None where all readings are damaged."""
    parts = output.index(name).parts.values()
    youngest = max(parts, key=lambda p: (p.listed_at is not None, p.listed_at, p.name), default=None)
    if youngest is None:
        return None
    with open_part(output.store, part_name("readings", name, youngest.name), kind="readings") as part:
        return part_schema(part)
