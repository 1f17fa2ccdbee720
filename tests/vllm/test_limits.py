"""Answers that end too late or never: the limit of the context, loops, white space, and what is cut off."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from reportlab.pdfgen.canvas import Canvas

from benchmarks.tiny_models import lessons
from benchmarks.tiny_models.tickets import TAUGHT
from flows.cli import main

pytestmark = pytest.mark.vllm
CONTEXT = 4096
LOOP = {"max_pattern_size": 40, "min_pattern_size": 1, "min_count": 12}
ROWS = {"type": "array", "items": {"type": "string", "maxLength": 4}, "maxItems": 1000, "minItems": 1000}


def said(answer):
    choice = answer["choices"][0]
    return choice["message"]["content"], choice["finish_reason"]


def test_a_prompt_longer_than_the_context_is_refused_and_the_server_goes_on(qwen, ask, schema):
    long = [{"role": "user", "content": "a1" * (2 * CONTEXT)}]
    status, answer = ask(qwen, long)
    assert status == 400
    assert str(CONTEXT) in answer["error"]["message"]
    assert said(ask(qwen, lessons.messages(TAUGHT[0]), schema)[1]) == (TAUGHT[0].answer, "stop")


def test_a_page_that_is_too_long_for_the_context_is_read_in_halves(qwen, tmp_path):
    """The description takes 2,600 tokens, the page 1,485: there is room for half of it."""
    (tmp_path / "in").mkdir()
    canvas = Canvas(str(tmp_path / "in" / "large.pdf"), pagesize=(1100, 1500), invariant=True)
    for n in range(70):
        canvas.drawString(40, 1460 - 20 * n, f"Line {n} of a poster " * 10)
    canvas.save()
    schema = tmp_path / "poster.yaml"
    described = f"name: poster\ndescription: {'a1' * 1300}\nfields:\n  number: code\n"
    schema.write_text(described, encoding="utf-8")
    told = ["--schema", str(schema), "--out", str(tmp_path / "out"), "--model", "qwen2.5-vl-7b", "--endpoint", qwen.url]
    assert main(["run", str(tmp_path / "in"), *told]) == 0
    (part,) = (tmp_path / "out" / "readings").rglob("*.parquet")
    calls = [row for row in pq.ParquetFile(part).read().to_pylist() if row["kind"] == "call"]
    refused, *answered = calls
    assert refused["finish_reason"] == "error"
    assert str(CONTEXT) in refused["problem"]
    assert len(answered) >= 2
    assert all(row["output_tokens"] and row["prompt_tokens"] < CONTEXT for row in answered)


def test_more_output_than_the_context_has_room_for_is_no_error_but_a_cut(qwen, ask):
    nearly_full = [{"role": "user", "content": "a1" * (CONTEXT // 2 - 40)}]
    status, answer = ask(qwen, nearly_full, ROWS, max_completion_tokens=500, temperature=1)
    assert (status, said(answer)[1]) == (200, "length")
    assert answer["usage"]["total_tokens"] == CONTEXT
    assert answer["usage"]["completion_tokens"] < 500


def test_a_truncated_answer_says_so(qwen, ask, schema):
    text, reason = said(ask(qwen, lessons.messages(TAUGHT[0]), schema, max_completion_tokens=6)[1])
    assert reason == "length"
    assert TAUGHT[0].answer.startswith(text)
    assert text != TAUGHT[0].answer


def test_a_loop_is_ended_and_says_so(qwen, ask):
    guide = {"type": "array", "items": {"enum": ["0.00"]}, "minItems": 500, "maxItems": 500}
    _, answer = ask(qwen, lessons.messages(TAUGHT[0]), guide, max_completion_tokens=3000, repetition_detection=LOOP)
    assert said(answer)[1] == "repetition"
    assert answer["usage"]["completion_tokens"] < 200


def test_with_white_space_allowed_a_model_fills_its_answer_with_it(spaced, ask):
    guide = {"type": "object", "properties": {"a": {"type": "null"}}, "required": ["a"], "additionalProperties": False}
    content = [{"type": "text", "text": "ocr"}, lessons.messages(TAUGHT[0])[0]["content"][1]]
    text, reason = said(ask(spaced, [{"role": "user", "content": content}], guide)[1])
    assert reason == "length"
    assert len(text) - len("".join(text.split())) > 100


def test_a_schema_that_the_server_cannot_enforce_is_refused(qwen, ask):
    status, answer = ask(qwen, lessons.messages(TAUGHT[0]), {"type": "array", "uniqueItems": True})
    assert status == 400
    assert "uniqueItems" in answer["error"]["message"]


def test_a_model_that_is_not_served_is_not_found(qwen, ask):
    assert ask(qwen, lessons.messages(TAUGHT[0]), model="another")[0] == 404
