"""PaliGemma 2's answers in transformers and in vLLM, from the same tiny weights: how far their first tokens differ.

PaliGemma was trained with a prompt whose tokens all see each other. transformers does that; vLLM lets only the
picture's do, and on a CPU not even those, so that there it equals transformers with a causal prompt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.tiny_models import chat, lessons, server
from benchmarks.tiny_models.tickets import TAUGHT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROMPTS = ("ocr", "answer en what is the number?", "answer en what is the total?")
TOP = 20
MODES = {"whole": "transformers, the prompt seen as a whole", "causal": "transformers, the prompt seen causally"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """vLLM against one way of transformers, over all requests."""

    largest: float
    """Of log-probabilities, among vLLM's likeliest tokens."""
    same_first: int
    """Requests whose likeliest token is the same."""
    requests: int


def measure(scratch: Path) -> list[str]:
    """A line for each way of transformers."""
    model = scratch / "paligemma2"
    server.run_module("tiny_models.paligemma2", str(model))
    with server.running(server.Settings(model=model), scratch / "paligemma2.log") as started:
        return report(compare(model, started, scratch))


def compare(model: Path, to: server.Server, scratch: Path) -> Mapping[str, Difference]:
    """By the way that transformers sees the prompt; both have the weights in `model`."""
    pictures = [lessons.messages(ticket)[0]["content"][1] for ticket in TAUGHT]
    asked = [(prompt, picture) for picture in pictures for prompt in PROMPTS]
    requests = scratch / "requests.json"
    requests.write_text(json.dumps([(p, part["image_url"]["url"]) for p, part in asked]), encoding="utf-8")
    printed = server.run_module("vision.prefixes", str(model), str(requests))
    theirs = json.loads(printed.splitlines()[-1])
    ours = [_first(to, prompt, picture) for prompt, picture in asked]
    return {mode: _difference([each[mode] for each in theirs], ours) for mode in MODES}


def report(found: Mapping[str, Difference]) -> list[str]:
    """One line a mode."""
    return [
        f"vLLM against {MODES[mode]}: log-probabilities differ by at most {each.largest:.4f}, "
        f"the same first token in {each.same_first} of {each.requests} answers"
        for mode, each in found.items()
    ]


def _first(to: server.Server, prompt: str, picture: Mapping[str, object]) -> dict[str, float]:
    message = {"role": "user", "content": [picture, {"type": "text", "text": prompt}]}
    more = {"logprobs": True, "top_logprobs": TOP, "return_tokens_as_token_ids": True}
    _, answer = chat.ask(to, chat.body([message], max_completion_tokens=1, **more))
    top = answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
    return {each["token"]: each["logprob"] for each in top}


def _difference(theirs: list[dict[str, float]], ours: list[dict[str, float]]) -> Difference:
    gaps, same = [], 0
    for full, top in zip(theirs, ours, strict=True):
        gaps += [abs(chance - full[token]) for token, chance in top.items()]
        same += max(top.items(), key=lambda item: item[1])[0] == max(full.items(), key=lambda item: item[1])[0]
    return Difference(largest=max(gaps), same_first=same, requests=len(ours))
