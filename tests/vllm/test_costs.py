"""Tokens as planned, and a common beginning that is computed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.tiny_models import lessons
from benchmarks.tiny_models.pictures import tiles_of
from benchmarks.tiny_models.tickets import TAUGHT

pytestmark = pytest.mark.vllm
INVOICES = Path(__file__).parents[2] / "examples" / "invoices"
BLOCK = 128
"""Tokens that the CPU server keeps or forgets together; on a GPU 16."""
LONG = "Copy each value exactly as it is printed, with its own punctuation. " * 40


def message(*parts):
    content = [part if isinstance(part, dict) else {"type": "text", "text": part} for part in parts]
    return [{"role": "user", "content": content}]


def prompt_tokens(ask, to, *parts):
    status, answer = ask(to, message(*parts), max_completion_tokens=1)
    assert status == 200, answer
    return answer["usage"]["prompt_tokens"]


@pytest.mark.parametrize(
    ("name", "budget"), [("timber_de.pdf", 2048), ("timber_de.pdf", 200), ("scanned_us.pdf", None)]
)
def test_qwen_pictures_cost_what_was_planned(qwen, ask, name, budget):
    marks = 2  # before and behind a picture
    text = prompt_tokens(ask, qwen, "read")
    planned = list(tiles_of(INVOICES / name, "qwen2.5-vl-7b", budget))
    assert planned
    for tile, picture in planned:
        assert prompt_tokens(ask, qwen, "read", picture) == text + marks + tile.tokens


def test_paligemma_pictures_cost_what_was_planned(paligemma, ask):
    text = prompt_tokens(ask, paligemma, "ocr")
    for tile, picture in tiles_of(INVOICES / "timber_de.pdf", "paligemma2-3b-mix-224"):
        assert prompt_tokens(ask, paligemma, "ocr", picture) == text + tile.tokens


def pictures():
    return [lessons.messages(ticket)[0]["content"][1] for ticket in TAUGHT]


def cached(ask, to, *parts):
    return ask(to, message(*parts), max_completion_tokens=1)[1]["usage"]["prompt_tokens_details"]["cached_tokens"]


def test_what_stands_before_the_picture_is_computed_once_for_all_pages(qwen, ask):
    before = qwen.counters()["vllm:prefix_cache_hits_total"]
    first, *rest = [cached(ask, qwen, LONG, picture) for picture in pictures()]
    assert first < BLOCK
    assert all(tokens >= BLOCK and tokens % BLOCK == 0 for tokens in rest)
    assert qwen.counters()["vllm:prefix_cache_hits_total"] == before + first + sum(rest)


def test_behind_the_picture_nothing_is_saved(qwen, ask):
    assert [cached(ask, qwen, picture, f"Behind: {LONG}") for picture in pictures()] == [0] * len(TAUGHT)
