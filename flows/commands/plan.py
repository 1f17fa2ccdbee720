"""`extract plan PATHS --schema S --model M ...`: tokens, time and cost for each model, before any is called."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.run import add_setting
from flows.errors import UsageError, nearest
from flows.exit_codes import ExitCode
from flows.run_options import LIMITS, limits_of
from flows.settings import resolve, settings
from flows.sources import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from extractors.catalogue.entry import Gpu
    from flows.plan import Plan
    from tiling import Limits

MACHINE = frozenset({*LIMITS, "workers"})
"""The settings of a run that hold here as well."""
DEFAULT_MODELS = ("rolmocr", "qwen2.5-vl-7b")
RULES = (
    "Visual tokens of every request are counted by the model's own formula (those of Claude and Gemini are "
    "estimates: their makers publish no exact one); a model that is asked gets a request a field, and no tables; "
    "prompt and output tokens are estimated at 3.5 characters a token and ten rows a table; GPU seconds and dollars "
    "are estimates from the GPU's data sheet. With --from-run they are measured: calls, text and answers of a page, "
    "and the wall clock by token, as the runs of that output took them, on whatever they ran."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATHS", help="folders, files, globs, @FILE or -")
    parser.add_argument("--schema", required=True, metavar="NAME|FILE", help="what is to be extracted")
    parser.add_argument(
        "--model",
        action="append",
        metavar="NAME",
        help=f"may be given several times (default: {' '.join(DEFAULT_MODELS)})",
    )
    parser.add_argument(
        "--budget", type=int, metavar="TOKENS", help="visual tokens of a request (default: the model's)"
    )
    parser.add_argument("--page-budget", type=int, metavar="TOKENS", help="visual tokens of a page (default: no limit)")
    parser.add_argument("--gpu", default="h100", metavar="NAME", help="GPU that time is estimated for (default: h100)")
    parser.add_argument("--gpu-dollars", type=float, metavar="PRICE", help="of an hour of it (default: a list price)")
    parser.add_argument(
        "--from-run", metavar="OUT", help="what models really took in the runs of this output, instead of estimates"
    )
    parser.add_argument("--picture", metavar="DOC", help="draw the tiles of this one document as PNG files")
    parser.add_argument("--to", type=Path, default=Path(), metavar="DIR", help="where --picture puts them (default: .)")
    parser.add_argument("--password", action="append", help="password to try on encrypted files; may be repeated")
    parser.add_argument("--limit", type=int, metavar="N", help="plan at most N documents")
    parser.add_argument("--config", metavar="FILE", type=Path, help="settings file (default: extract.toml here)")
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")
    limits = parser.add_argument_group("limits, as of extract run")
    for setting in settings():
        if setting.name in MACHINE:
            add_setting(limits, setting)


def execute(args: argparse.Namespace) -> int:
    from flows.measured import measured_in
    from flows.model_choice import chosen, models_of
    from flows.plan import make_plan
    from flows.sources import collect
    from schemas.registry import load_schema
    from tiling.tiles import Budget

    _check(args)
    schema, known = load_schema(args.schema), models_of(args.config)
    measured = measured_in(args.from_run) if args.from_run else {}
    models = [chosen(name, known) for name in dict.fromkeys(args.model or measured or DEFAULT_MODELS)]
    gpu = _gpu(args.gpu, args.gpu_dollars)
    files = collect(args.paths).files
    files = files if args.limit is None else files[: args.limit]
    budget = Budget(request=args.budget, page=args.page_budget)
    passwords = tuple(args.password or ())
    limits, workers = _limits(args)
    if args.picture:
        from flows.plan_picture import draw_document
        from tiling import DocumentError

        try:
            for path in draw_document(args.picture, files, models[0], budget, args.to, limits, passwords=passwords):
                print(path)
        except DocumentError as error:
            msg = f"--picture {args.picture}: {error}."
            raise UsageError(msg) from error
        return ExitCode.OK
    plan = make_plan(files, schema, models, budget, limits, passwords=passwords, measured=measured, workers=workers)
    if args.json:
        print(json.dumps(_values(plan, gpu), indent=2, ensure_ascii=False))
    else:
        _tell(plan, gpu)
    for source, message in plan.failed:
        print(f"extract: {printable(f'{source}: {message}')}", file=sys.stderr)
    return ExitCode.DOCUMENTS_FAILED if plan.failed else ExitCode.OK


def _check(args: argparse.Namespace) -> None:
    for flag, value in (("--budget", args.budget), ("--page-budget", args.page_budget), ("--limit", args.limit)):
        if value is not None and value < 1:
            msg = f"{flag} is {value}; it must be 1 or more."
            raise UsageError(msg)
    if args.gpu_dollars is not None and not 0 < args.gpu_dollars < float("inf"):
        msg = f"--gpu-dollars is {args.gpu_dollars}; it must be more than 0."
        raise UsageError(msg)


def _limits(args: argparse.Namespace) -> tuple[Limits, int]:
    """What one document may take, and how many are looked at at once: the settings of a run."""
    given = {name: getattr(args, name) for name in MACHINE}
    values = {name: resolved.value for name, resolved in resolve(given, file=args.config).items()}
    return limits_of(values), values["workers"]


def _gpu(name: str, dollars: float | None) -> Gpu:
    from dataclasses import replace

    from extractors.catalogue.catalogue import packaged_gpus

    known = packaged_gpus()
    if name.casefold() not in known:
        msg = f"There is no GPU {name!r} in the catalogue.{nearest(name, known)} It has {', '.join(known)}."
        raise UsageError(msg)
    gpu = known[name.casefold()]
    return gpu if dollars is None else replace(gpu, dollars_hour=dollars)


def _values(plan: Plan, gpu: Gpu) -> dict[str, object]:
    return {
        "documents": plan.documents,
        "failed": [{"source": source, "message": message} for source, message in plan.failed],
        "blank_pages": plan.blank_pages,
        "gpu": gpu.name,
        "rules": RULES,
        "models": {
            each.model.name: {
                **each.totals(gpu),
                "visual_tokens_a_page": each.spread(),
                "worst": [{"source": s, "page": i + 1, "visual_tokens": n} for s, i, n in each.worst()],
            }
            for each in plan.models
        },
    }


ROWS = (
    ("pages", "pages"),
    ("tiles", "tiles"),
    ("requests", "requests"),
    ("visual tokens", "visual_tokens"),
    ("prompt tokens", "prompt_tokens"),
    ("output tokens", "output_tokens"),
    ("pages too small to read", "too_small_to_read"),
    ("pages over any budget", "impossible"),
    ("GPU seconds", "gpu_seconds"),
    ("dollars", "dollars"),
    ("seconds and dollars are", "seconds_are"),
)


def _tell(plan: Plan, gpu: Gpu) -> None:
    from extractors.catalogue.roofline import fits

    totals: Mapping[str, dict[str, float | str | None]] = {each.model.name: each.totals(gpu) for each in plan.models}
    width = max(12, *(len(name) for name in totals))
    print(f"{plan.documents:,} documents, {plan.blank_pages:,} blank pages, {len(plan.failed):,} that cannot be opened")
    print(f"{'on ' + gpu.title:<28}" + "".join(f"  {name:>{width}}" for name in totals))
    for label, key in ROWS:
        print(f"{label:<28}" + "".join(f"  {_number(each[key]):>{width}}" for each in totals.values()))
    for label, key in (("visual tokens, median page", "median"), ("visual tokens, 95th", "p95")):
        print(f"{label:<28}" + "".join(f"  {each.spread()[key]:>{width},}" for each in plan.models))
    for each in plan.models:
        if fits(each.model, gpu) is False:
            print(f"{each.model.name} does not fit into one {gpu.title} in 16 bits.")
    print(f"Most expensive pages with {plan.models[0].model.name}:")
    for source, index, tokens in plan.models[0].worst():
        print(f"  {tokens:>7,}  page {index + 1:<3} {printable(source)}")
    print(RULES)


def _number(value: float | str | None) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
