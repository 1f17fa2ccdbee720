"""What documents would cost with each of several models, from the documents themselves, before any model is called."""

from __future__ import annotations

import asyncio
import json
import math
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.catalogue.entry import Strategy
from extractors.catalogue.roofline import gpu_seconds
from flows import fork_server
from flows.pool import OutOfMemoryError, OutOfTimeError, Pool, WorkerDiedError
from tiling import DocumentError
from tiling.tiles import Budget, BudgetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractors.catalogue.entry import Gpu, Model
    from flows.measured import Measured
    from flows.sources import SourceFile
    from schemas import Schema
    from tiling import Limits, Page
    from tiling.open import OpenDocument
    from tiling.page_tiles import PageCuts
    from tiling.tokens import Formula

AHEAD = 8
"""Documents handed to the pool for each worker."""
CHARACTERS_A_TOKEN = 3.5
"""Of text and JSON: a rule, not a tokenizer; digits and rare words take more tokens, plain English fewer."""
VALUE_TOKENS = 10
"""A value with its quotes and comma in the answer."""
ROWS = 10
"""Rows assumed of each table in the answer."""
TEMPLATE_TOKENS = 22
"""Chat template and the marks about a picture."""
UNWORDED_TOKENS = 500
"""Text of a page that has no words yet, where a model is to write it all out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """One page with one model."""

    tokens: tuple[int, ...]
    """Visual tokens of each tile."""
    legible: bool
    """On every tile the smallest print is large enough to be read."""
    text_tokens: int
    """Of the page's own words, estimated."""

    @property
    def visual(self) -> int:
        return sum(self.tokens)


@dataclass(slots=True)
class ModelPlan:
    """All documents with one model."""

    model: Model
    prompt_tokens: int
    """Of a request, beside the picture."""
    answer_tokens: int
    """Of the JSON of a page; of one answer, where questions are asked."""
    requests_a_tile: int = 1
    """One, or a question a field."""
    pages: list[tuple[str, int, PagePlan]] = field(default_factory=list)
    """(source, page index, plan)."""
    impossible: list[tuple[str, int, str]] = field(default_factory=list)
    measured: Measured | None = None
    """What the model took in runs that are done; None: everything but the visual tokens is estimated."""

    def totals(self, gpu: Gpu) -> dict[str, float | str | None]:
        """Tiles, tokens, GPU seconds and dollars, and where the last two come from; None: unknown."""
        visual = self.requests_a_tile * sum(plan.visual for _, _, plan in self.pages)
        tiles = sum(len(plan.tokens) for _, _, plan in self.pages)
        took = self.measured
        requests, prompt, output, seconds = (
            self._estimated(tiles, gpu) if took is None else self._from_runs(took, visual)
        )
        hourly = gpu.dollars_hour
        return {
            "pages": len(self.pages),
            "tiles": tiles,
            "requests": requests,
            "visual_tokens": visual,
            "prompt_tokens": prompt,
            "output_tokens": output,
            "too_small_to_read": sum(not plan.legible for _, _, plan in self.pages),
            "impossible": len(self.impossible),
            "gpu_seconds": seconds,
            "dollars": None if seconds is None or hourly is None else seconds * hourly / 3600,
            "seconds_are": "estimated" if took is None else "measured",
        }

    def _estimated(self, tiles: int, gpu: Gpu) -> tuple[int, int, int, float | None]:
        """Requests, prompt and output tokens by the rules above, GPU seconds by the roofline."""
        requests = tiles * self.requests_a_tile
        seconds: float | None = 0.0
        for _, _, plan in self.pages:
            for visual in plan.tokens:
                share = math.ceil(self._output(plan) / len(plan.tokens) / self.requests_a_tile)
                spent = gpu_seconds(self.model, gpu, visual=visual, prompt=self.prompt_tokens, output=share)
                seconds = None if seconds is None or spent is None else seconds + spent * self.requests_a_tile
        output = sum(self._output(plan) for _, _, plan in self.pages)
        return requests, requests * self.prompt_tokens, output, seconds

    def _from_runs(self, took: Measured, visual: int) -> tuple[int, int, int, float | None]:
        """The same from what these documents' pages would have taken in those runs."""
        share = len(self.pages) / took.pages
        requests, output = math.ceil(took.calls * share), math.ceil(took.output * share)
        prompt = math.ceil(requests * took.text_a_call)
        return requests, prompt, output, (visual + prompt + output) * took.seconds_a_token

    def spread(self) -> dict[str, int]:
        """Visual tokens of a page: the median and the 95th percentile."""
        counts = sorted(plan.visual for _, _, plan in self.pages)
        return {"median": _at(counts, 0.5), "p95": _at(counts, 0.95)}

    def worst(self, most: int = 10) -> list[tuple[str, int, int]]:
        """(source, page index, visual tokens), the most expensive first."""
        ranked = sorted(((s, i, p.visual) for s, i, p in self.pages), key=lambda row: (-row[2], row[0], row[1]))
        return ranked[:most]

    def _output(self, plan: PagePlan) -> int:
        if self.model.strategy is Strategy.ASK:
            return len(plan.tokens) * self.requests_a_tile * self.answer_tokens
        written = plan.text_tokens if self.model.strategy is Strategy.TRANSCRIBE else 0
        return written + self.answer_tokens


PagePlans = tuple[PagePlan | str, ...] | None
"""A page's plan with each model, or why there is none; None: nothing is printed on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """All that is needed to look at one document."""

    path: str
    limits: Limits
    passwords: tuple[str, ...] = field(default=(), repr=False)
    ways: tuple[tuple[Formula, Budget], ...]
    """Of each model: how it counts tokens, and what a request and a page may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a worker found."""

    pages: tuple[PagePlans, ...] = ()
    failed: str | None = None
    """Why not all of it could be looked at."""


@dataclass(slots=True)
class Plan:
    """What was planned, and what could not be opened."""

    documents: int = 0
    blank_pages: int = 0
    models: list[ModelPlan] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def make_plan(
    files: Iterable[SourceFile],
    schema: Schema,
    models: Sequence[Model],
    budget: Budget,
    limits: Limits,
    *,
    passwords: Sequence[str] = (),
    measured: Mapping[str, Measured] | None = None,
    workers: int = 1,
) -> Plan:
    """The plan of all files; what cannot be opened is a line of it. `measured`: model (hub id or name) -> its runs.

    Documents are looked at in worker processes with the limits of time and memory that reading has.
    """
    from flows.stopping import run_until_stopped, stop_signals

    took = measured or {}
    plan = Plan(models=[_started(model, schema, took.get(model.hub_id or model.name)) for model in models])
    ways = tuple((model.formula, budget_of(model, budget)) for model in models)
    tasks = (PlanTask(path=f.path, limits=limits, passwords=tuple(passwords), ways=ways) for f in files)
    pool = Pool(
        workers=workers,
        max_seconds=limits.seconds,
        max_memory_bytes=limits.memory_mb * 2**20,
        preload=fork_server.PRELOAD,
    )
    with stop_signals():
        try:
            run_until_stopped(_through(pool, tasks, plan))
        except KeyboardInterrupt:
            msg = f"interrupted after {plan.documents} documents; planning writes nothing."
            raise KeyboardInterrupt(msg) from None
        finally:
            pool.stop()
    return plan


async def _through(pool: Pool, tasks: Iterable[PlanTask], plan: Plan) -> None:
    """Adds the documents to the plan in their order, while the workers look at the next ones."""
    await pool.check()
    ahead: deque[tuple[PlanTask, asyncio.Task[Planned]]] = deque()

    async def add_first() -> None:
        first, planning = ahead.popleft()
        _add(plan, first.path, await planning)

    try:
        for task in tasks:
            ahead.append((task, asyncio.create_task(_one(pool, task))))
            if len(ahead) >= AHEAD * pool.workers:
                await add_first()
        while ahead:
            await add_first()
    finally:
        for _, planning in ahead:
            planning.cancel()


async def _one(pool: Pool, task: PlanTask) -> Planned:
    try:
        return await pool.call(plan_document, task)
    except OutOfTimeError:
        return Planned(failed=f"Looking at it took longer than {task.limits.seconds:g} seconds.")
    except OutOfMemoryError:
        return Planned(failed=f"Looking at it took more than {task.limits.memory_mb} MiB of memory.")
    except WorkerDiedError as error:
        return Planned(failed=f"The process that looked at it died twice, the second time alone ({error}).")


def _started(model: Model, schema: Schema, took: Measured | None) -> ModelPlan:
    prompt, answer = schema_tokens(schema)
    if model.strategy is not Strategy.ASK:
        return ModelPlan(model=model, prompt_tokens=_prompt(model) + prompt, answer_tokens=answer, measured=took)
    questions = sum(not each.columns for each in schema.fields)
    return ModelPlan(
        model=model,
        prompt_tokens=_prompt(model),
        answer_tokens=VALUE_TOKENS,
        requests_a_tile=max(1, questions),
        measured=took,
    )


def schema_tokens(schema: Schema) -> tuple[int, int]:
    """Tokens of the schema in the prompt, and of the JSON of one page: both by the rules above."""
    from schemas.decoder import decoder_schema

    written = len(json.dumps(decoder_schema(schema), separators=(",", ":"), ensure_ascii=False))
    values = 0
    for each in schema.fields:
        names = [each.name, *[column.name for column in each.columns] * ROWS] if each.columns else [each.name]
        values += sum(math.ceil(len(name) / CHARACTERS_A_TOKEN) + VALUE_TOKENS for name in names)
    return math.ceil(written / CHARACTERS_A_TOKEN), values


def budget_of(model: Model, budget: Budget) -> Budget:
    """What a request and a page may cost with this model: what was asked for, else its own figure."""
    return Budget(request=budget.request or model.budget_tokens, page=budget.page)


def cuts(opened: OpenDocument) -> Iterable[tuple[Page, PageCuts | None]]:
    """Each page, and where it may be cut; None where nothing is printed on it."""
    from tiling.page_tiles import cuts_of

    for index in range(opened.page_count):
        page = opened.page(index)
        yield page, cuts_of(opened, page)


def plan_document(task: PlanTask) -> Planned:
    """One document, in a worker process. Raises nothing that a document can cause."""
    from tiling.open import open_document

    pages: list[PagePlans] = []
    try:
        with open_document(
            Path(task.path), None, source=task.path, limits=task.limits, passwords=task.passwords
        ) as opened:
            for page, found in cuts(opened):
                if found is not None:
                    letters = sum(len(word.text) + 1 for word in page.words)
                    text = math.ceil(letters / CHARACTERS_A_TOKEN) if letters else UNWORDED_TOKENS
                    pages.append(tuple(_page_plan(found, formula, budget, text) for formula, budget in task.ways))
                else:
                    pages.append(None)
    except DocumentError as error:
        return Planned(pages=tuple(pages), failed=error.message)
    except Exception as error:  # noqa: BLE001 - the document's border: one bad document never ends a plan
        from flows.worker import bug_message

        return Planned(pages=tuple(pages), failed=bug_message(error))
    return Planned(pages=tuple(pages))


def _page_plan(found: PageCuts, formula: Formula, budget: Budget, text_tokens: int) -> PagePlan | str:
    try:
        tiles = found.tiles(formula, budget)
    except BudgetError as error:
        return str(error)
    tokens, legible = tuple(tile.tokens for tile in tiles), all(tile.legible for tile in tiles)
    return PagePlan(tokens=tokens, legible=legible, text_tokens=text_tokens)


def _add(plan: Plan, source: str, found: Planned) -> None:
    plan.documents += 1
    if found.failed is not None:
        plan.failed.append((source, found.failed))
    for index, ways in enumerate(found.pages):
        if ways is None:
            plan.blank_pages += 1
            continue
        for each, way in zip(plan.models, ways, strict=True):
            if isinstance(way, str):
                each.impossible.append((source, index, way))
            else:
                each.pages.append((source, index, way))


def _prompt(model: Model) -> int:
    written = max((len(prompt) for prompt in model.prompts), default=0)
    return TEMPLATE_TOKENS + math.ceil(written / CHARACTERS_A_TOKEN)


def _at(counts: Sequence[int], share: float) -> int:
    return counts[min(len(counts) - 1, int(share * len(counts)))] if counts else 0
