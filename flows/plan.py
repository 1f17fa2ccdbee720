"""What documents would cost with each of several models, from the documents themselves, before any model is called."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.catalogue.entry import Strategy
from extractors.catalogue.roofline import gpu_seconds
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
    from tiling.tile import Tile

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

    tiles: tuple[Tile, ...]
    text_tokens: int
    """Of the page's own words, estimated."""

    @property
    def visual(self) -> int:
        return sum(tile.tokens for tile in self.tiles)


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
        tiles = sum(len(plan.tiles) for _, _, plan in self.pages)
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
            "too_small_to_read": sum(not all(t.legible for t in plan.tiles) for _, _, plan in self.pages),
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
            for tile in plan.tiles:
                share = math.ceil(self._output(plan) / len(plan.tiles) / self.requests_a_tile)
                spent = gpu_seconds(self.model, gpu, visual=tile.tokens, prompt=self.prompt_tokens, output=share)
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
            return len(plan.tiles) * self.requests_a_tile * self.answer_tokens
        written = plan.text_tokens if self.model.strategy is Strategy.TRANSCRIBE else 0
        return written + self.answer_tokens


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
) -> Plan:
    """The plan of all files; what cannot be opened is a line of it. `measured`: model (hub id or name) -> its runs."""
    took = measured or {}
    plan = Plan(models=[_started(model, schema, took.get(model.hub_id or model.name)) for model in models])
    for file in files:
        try:
            _add(plan, file, budget, limits, passwords)
        except DocumentError as error:
            plan.failed.append((file.path, error.message))
        plan.documents += 1
    return plan


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


def _add(plan: Plan, file: SourceFile, budget: Budget, limits: Limits, passwords: Sequence[str]) -> None:
    from tiling.open import open_document

    with open_document(Path(file.path), None, source=file.path, limits=limits, passwords=passwords) as opened:
        for page, found in cuts(opened):
            if found is None:
                plan.blank_pages += 1
                continue
            letters = sum(len(word.text) + 1 for word in page.words)
            text = math.ceil(letters / CHARACTERS_A_TOKEN) if letters else UNWORDED_TOKENS
            for each in plan.models:
                try:
                    tiles = found.tiles(each.model.formula, budget_of(each.model, budget))
                except BudgetError as error:
                    each.impossible.append((file.path, page.index, str(error)))
                else:
                    each.pages.append((file.path, page.index, PagePlan(tiles=tiles, text_tokens=text)))


def _prompt(model: Model) -> int:
    written = max((len(prompt) for prompt in model.prompts), default=0)
    return TEMPLATE_TOKENS + math.ceil(written / CHARACTERS_A_TOKEN)


def _at(counts: Sequence[int], share: float) -> int:
    return counts[min(len(counts) - 1, int(share * len(counts)))] if counts else 0
