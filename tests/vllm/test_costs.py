"""Tokens as planned on many sizes, and a common beginning that is computed once."""

from __future__ import annotations

import base64
import math
import random
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.tiny_models import lessons
from benchmarks.tiny_models.pictures import tiles_of
from benchmarks.tiny_models.tickets import TAUGHT
from extractors.catalogue.catalogue import load_models

pytestmark = pytest.mark.vllm
INVOICES = Path(__file__).parents[2] / "examples" / "invoices"
MARKS = 2
"""Tokens before and behind a picture of Qwen's."""
PALIGEMMA_MARKS = 2
"""What stands behind a picture of PaliGemma's: the beginning of the text, and a line break at its end."""
EXAMPLES = ("catering_two_pages_gb.pdf", "studio_us.pdf", "workshop_it.pdf", "paper_credit_nl.pdf")
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
    text = prompt_tokens(ask, qwen, "read") + MARKS
    planned = list(tiles_of(INVOICES / name, "qwen2.5-vl-7b", budget))
    assert planned
    for tile, picture in planned:
        assert prompt_tokens(ask, qwen, "read", picture) == text + tile.tokens


def grey(width, height):
    """A picture of this size, as a part of a message."""
    written = BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(written, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def sizes(count, longest):
    """By chance, small and large, narrow and wide."""
    drawn = random.Random(4)  # noqa: S311 - no secret
    return [
        tuple(int(math.exp(drawn.uniform(math.log(30), math.log(longest)))) for _ in range(2)) for _ in range(count)
    ]


def test_qwen_pictures_of_any_size_cost_what_the_formula_says(qwen, ask):
    formula = load_models()["rolmocr"].formula
    text = prompt_tokens(ask, qwen, "read") + MARKS
    drawn = sizes(80, 1700)
    counted = [prompt_tokens(ask, qwen, "read", grey(*size)) - text for size in drawn]
    assert counted == [formula.tokens(*size) for size in drawn]
    assert len(set(counted)) > 50


def test_what_all_tiles_of_the_examples_cost_was_planned(qwen, ask):
    text = prompt_tokens(ask, qwen, "read") + MARKS
    planned = [pair for name in EXAMPLES for pair in tiles_of(INVOICES / name, "rolmocr")]
    assert planned
    counted = [prompt_tokens(ask, qwen, "read", picture) - text for _, picture in planned]
    assert counted == [tile.tokens for tile, _ in planned]


def test_paligemma_pictures_cost_what_was_planned(paligemma, ask):
    text = prompt_tokens(ask, paligemma, "ocr") + PALIGEMMA_MARKS
    for tile, picture in tiles_of(INVOICES / "timber_de.pdf", "paligemma2-3b-mix-224"):
        assert prompt_tokens(ask, paligemma, "ocr", picture) == text + tile.tokens
    formula = load_models()["paligemma2-3b-mix-224"].formula
    for size in sizes(10, 900):
        assert prompt_tokens(ask, paligemma, "ocr", grey(*size)) == text + formula.tokens(*size)


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
