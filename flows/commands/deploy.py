"""`extract deploy`: the schedule, the drop folder and the event trigger, as deployments of a Prefect server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.commands.run import add_setting
from flows.errors import UsageError
from flows.settings import resolve, settings

if TYPE_CHECKING:
    import argparse

    from flows.orchestration.deployments import Wish

USAGE = "extract deploy PATHS... --schema NAME|FILE --out DIR [flags]"
EXAMPLES = """\
examples:
  extract deploy /data/in --schema invoice --out /data/out --timezone Europe/Berlin
  extract deploy /data/in --schema invoice --out /data/out --only drop-folder --every 300
  extract deploy /data/in --schema invoice --out /data/out --pool gpu --only share --name invoice-gpu
  extract deploy /data/in --schema invoice --out /data/out --dry-run > prefect.yaml

Deployments:
  NAME-nightly      all that is new, by the clock; not begun while the last one runs
  NAME-drop-folder  what has arrived, every so many seconds; files still being written are left alone
  NAME-arrived      one document, when an event extract.document.arrived names it (see deploy/README.md)
  NAME-share        when asked; several at a time share the work"""
KINDS = ("nightly", "drop-folder", "arrived", "share")
POOL_TYPES = ("process", "docker", "kubernetes")
APART = ("schema", "out", "password", "orchestrator")
"""Settings with a flag here of their own meaning, or none: a password is no parameter."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="folders, files or globs where the flow runs")
    known = {setting.name: setting for setting in settings()}
    what = parser.add_argument_group("what")
    add_setting(what, known["schema"])
    add_setting(what, known["out"])
    what.add_argument("--name", metavar="NAME", help="of the deployments (default: that of the schema)")
    what.add_argument("--only", action="append", choices=KINDS, help="this one (may be given several times)")
    when = parser.add_argument_group("when")
    when.add_argument("--cron", metavar="CRON", default="0 2 * * *", help="of NAME-nightly (default: 0 2 * * *)")
    when.add_argument("--timezone", metavar="TZ", default="UTC", help="of --cron (default: UTC)")
    when.add_argument("--every", metavar="SECONDS", type=int, default=30, help="of NAME-drop-folder (default: 30)")
    when.add_argument(
        "--at-once", metavar="N", type=int, default=4, help="flow runs of NAME-arrived at the same time (default: 4)"
    )
    where = parser.add_argument_group("where")
    where.add_argument("--pool", metavar="POOL", default="extract-cpu", help="work pool (default: extract-cpu)")
    where.add_argument(
        "--pool-type", choices=POOL_TYPES, default="process", help="made so if absent (default: process)"
    )
    where.add_argument("--pool-limit", metavar="N", type=int, help="flow runs of the pool at the same time")
    where.add_argument(
        "--pool-template", metavar="FILE", type=Path, help="base job template of the pool (default: that of its type)"
    )
    where.add_argument("--image", metavar="IMAGE", help="of a docker or kubernetes pool")
    where.add_argument(
        "--env",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="variable of the flow's process; a secret as NAME={{ prefect.blocks.secret.BLOCK }}",
    )
    where.add_argument(
        "--job-variable",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="of the pool's jobs, in JSON, such as 'volumes=[\"/data:/data\"]'",
    )
    where.add_argument(
        "--machines", metavar="N", type=int, default=1, help="flow runs that share a nightly run (default: 1)"
    )
    how = parser.add_argument_group("how (what is not given is up to the machine that reads)")
    for name, setting in known.items():
        if name not in APART:
            add_setting(how, setting)
    parser.add_argument("--dry-run", action="store_true", help="print the prefect.yaml, and do nothing")


def execute(args: argparse.Namespace) -> int:
    wish = _wish(args)
    from flows.orchestration.deployments import document

    content = document(wish, args.only or KINDS)
    if args.dry_run:
        print(_yaml(content, wish, args.pool_type), end="")
        return 0
    from flows.orchestration.server import check_server, make_quiet, needed_server
    from flows.orchestration.setting_up import check_blocks, deploy, ensure_pool, replaced

    make_quiet()
    check_server(needed_server("extract deploy", os.environ))
    if wish.secrets:
        check_blocks(wish.secrets.values())
    print(ensure_pool(wish.pool, args.pool_type, args.pool_limit, args.pool_template))
    names = [f"extract/{each['name']}" for each in content["deployments"]]
    told = replaced(zip(names, (each["parameters"] for each in content["deployments"]), strict=True))
    deploy(_yaml(content, wish, args.pool_type), names, wish.secrets)
    for name in names:
        print(f"deployed    {name}")
    for text in told:
        print(f"replaced    {text}")
    print(f"next        DO_NOT_TRACK=1 prefect worker start --pool {wish.pool}")
    return 0


def _wish(args: argparse.Namespace) -> Wish:
    from flows.orchestration.checks import check_cron, check_name, check_shown, check_timezone, environment_of
    from flows.orchestration.deployments import HOME, Wish
    from flows.orchestration.job_variables import job_variables, template_of
    from flows.orchestration.parameters import offered, shown

    values = {name: r.value for name, r in resolve(vars(args)).items()}
    if not args.paths or not values["schema"]:
        msg = "What, and which fields? `extract deploy /data/in --schema invoice --out /data/out`."
        raise UsageError(msg)
    if args.image and args.pool_type == "process":
        msg = "--image is for a docker or kubernetes pool: give --pool-type as well."
        raise UsageError(msg)
    if args.pool_type != "process" and not args.image and args.pool_template is None:
        msg = f"--pool-type {args.pool_type} without --image: Prefect's own image has no extract in it; name yours."
        raise UsageError(msg)
    for flag in ("every", "at_once", "machines", "pool_limit"):
        if getattr(args, flag) is not None and getattr(args, flag) < 1:
            msg = f"--{flag.replace('_', '-')} is {getattr(args, flag)}; it must be 1 or more."
            raise UsageError(msg)
    check_timezone(args.timezone)
    check_cron(args.cron)
    check_name("--pool", args.pool)
    name = Path(values["schema"]).stem if args.name is None else args.name
    check_name("--name", name)
    _check_schema(values["schema"], args.pool_type)
    environment, secrets = environment_of(args.env)
    given = [s for s in offered() if getattr(args, s.name) is not None]
    check_shown({s: values[s.name] for s in given})
    place = _absolute if args.pool_type == "process" else _as_it_is
    return Wish(
        name=name,
        paths=[place(path) for path in args.paths],
        schema=_schema(values["schema"], place),
        out=place(values["out"]),
        settings={s.name: shown(s, values[s.name]) for s in given},
        cron=args.cron,
        timezone=args.timezone,
        every_seconds=args.every,
        machines=args.machines,
        at_once=args.at_once,
        pool=args.pool,
        directory=str(Path.cwd()) if args.pool_type == "process" else HOME,
        image=args.image,
        environment=environment,
        secrets=secrets,
        variables=job_variables(args.job_variable, args.pool_type, template_of(args.pool_type, args.pool_template)),
    )


def _absolute(place: str) -> str:
    """A worker on this machine may have another working directory."""
    return place if "://" in place else str(Path(place).absolute())


def _as_it_is(place: str) -> str:
    if "://" not in place and not place.startswith("/"):
        msg = f"{place} is a relative path, which means nothing in a container: give an absolute one, or a bucket."
        raise UsageError(msg)
    return place


def _schema(schema: str, place: Any) -> str:  # noqa: ANN401 - one of the two above
    return place(schema) if "/" in schema or "." in schema else schema


def _check_schema(schema: str, pool_type: str) -> None:
    """SchemaError where it is not there, or wrong; one that lies in a container cannot be looked at from here."""
    from schemas.registry import load_schema

    if pool_type == "process" or _schema(schema, str) == schema == Path(schema).name:
        load_schema(schema)


def _yaml(content: dict[str, Any], wish: Wish, pool_type: str) -> str:
    import yaml

    head = (
        f"# Work pool: prefect work-pool create {wish.pool} --type {pool_type}\n"
        "# Deployments: prefect --no-prompt deploy --all --prefect-file prefect.yaml\n"
    )
    for name, block in wish.secrets.items():
        head += (
            f"# {name}: {block}, set by `extract deploy` alone; from here `prefect deploy` would store what it keeps\n"
        )
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
