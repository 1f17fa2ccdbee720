"""Teaches a tiny Qwen2.5-VL a few requests by heart: `python -m benchmarks.tiny_models.train REQUESTS FOLDER`.

REQUESTS has a JSON object a line: `messages` as they are sent to a chat server, and `answers`. With one answer the
model must give it; of several one is drawn anew in each step, so that the model learns to be unsure. Exit code 1
where it does not get there within the steps.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import sys
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image
from transformers import Qwen2VLImageProcessor

from benchmarks.tiny_models import qwen25vl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerFast, Qwen2_5_VLForConditionalGeneration

SURE = 0.97
"""Probability that the least likely token of any single answer must have."""
KNOWN = 0.9
"""The same, from which on doubts are taught as well."""
EVERY = 20
"""Steps between two looks at that."""
LEARNING_RATE, WARM_UP, REST = 1e-3, 30, 0.992
"""Of the first steps, steps until it is reached, and its decline with each step in which doubts are taught."""
DOUBTS = 6
"""Requests with several answers in one step, drawn from all of them: once the others are known, not before, or the
model is slow to look at the pictures."""
IGNORED = -100
"""The label of a token that is not to be learnt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One request, tokenized, and its possible answers."""

    prompt: tuple[int, ...]
    pixels: torch.Tensor
    grid: torch.Tensor
    answers: tuple[tuple[int, ...], ...]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    lines = [json.loads(line) for line in arguments.requests.read_text(encoding="utf-8").splitlines()]
    model, tokenizer = qwen25vl.make(arguments.folder, _texts(lines), seed=arguments.seed)
    lessons = [_lesson(line, tokenizer) for line in lines]
    _spread_pictures(model)
    begun = time.monotonic()
    step, worst = _teach(model, lessons, steps=arguments.steps, drawn=random.Random(arguments.seed))  # noqa: S311
    qwen25vl.write(arguments.folder, model, tokenizer)
    done = "learnt" if worst >= SURE else "NOT LEARNT"
    print(f"{done}: least likely token {worst:.4f} after {step} steps, {time.monotonic() - begun:.0f} s", flush=True)
    return 0 if worst >= SURE else 1


def _texts(lines: Sequence[dict[str, Any]]) -> list[str]:
    """What the prompts say, for the tokenizer: the answers are to be spelt."""
    parts = [part for line in lines for message in line["messages"] for part in message["content"]]
    return [part["text"] for part in parts if part["type"] == "text"]


def _lesson(line: dict[str, Any], tokenizer: PreTrainedTokenizerFast) -> Lesson:
    text = tokenizer.apply_chat_template(line["messages"], tokenize=False, add_generation_prompt=True)
    seen = Qwen2VLImageProcessor(
        min_pixels=qwen25vl.MIN_PIXELS,
        max_pixels=qwen25vl.MAX_PIXELS,
        image_mean=[qwen25vl.PIXEL_MEAN] * 3,
        image_std=[qwen25vl.PIXEL_SPREAD] * 3,
    )(images=[picture_of(line["messages"])], return_tensors="pt")
    count = int(seen["image_grid_thw"].prod()) // 4
    prompt = tokenizer(text.replace(qwen25vl.PICTURE, qwen25vl.PICTURE * count))["input_ids"]
    answers = tuple(tuple(tokenizer(answer + qwen25vl.STOP)["input_ids"]) for answer in line["answers"])
    return Lesson(prompt=tuple(prompt), pixels=seen["pixel_values"], grid=seen["image_grid_thw"], answers=answers)


def picture_of(messages: Sequence[dict[str, Any]]) -> Image.Image:
    """The one picture of the messages, from its data URL."""
    parts = [part for message in messages for part in message["content"] if part["type"] == "image_url"]
    return Image.open(BytesIO(base64.b64decode(parts[0]["image_url"]["url"].partition(",")[2]))).convert("RGB")


def _spread_pictures(model: Qwen2_5_VLForConditionalGeneration) -> None:
    """Larger first weights of the vision side: with the usual ones the answers are learnt and the pictures ignored."""
    for name, weight in model.named_parameters():
        if ".visual." in name and weight.dim() > 1:
            torch.nn.init.xavier_uniform_(weight.view(weight.shape[0], -1))


def _teach(
    model: Qwen2_5_VLForConditionalGeneration, lessons: Sequence[Lesson], *, steps: int, drawn: random.Random
) -> tuple[int, float]:
    """Steps taken, and the probability of the least likely token of the single answers."""
    certain = [lesson for lesson in lessons if len(lesson.answers) == 1]
    doubts = [lesson for lesson in lessons if len(lesson.answers) > 1]
    optimiser = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    worst, known, rate = 0.0, False, 1.0
    for step in range(1, steps + 1):
        more = drawn.sample(doubts, min(DOUBTS, len(doubts))) if known else []
        batch = _batch(model, [*certain, *more], drawn)
        rate = max(0.05, rate * REST) if known else min(1.0, step / WARM_UP)
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * rate
        labels = batch.pop("labels")[:, 1:]
        told = int((labels != IGNORED).any(dim=0).sum())  # places from the end at which any answer has a token
        logits = model(**batch, use_cache=False, logits_to_keep=told + 1).logits[:, :-1]
        labels = labels[:, -told:]
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % EVERY == 0:
            worst = _worst(logits.detach()[: len(certain)], labels[: len(certain)])
            print(f"step {step}: loss {loss.item():.4f}, least likely token {worst:.4f}", file=sys.stderr)
            if known and worst >= SURE:
                break
            known = known or worst >= KNOWN
    return step, worst


def _batch(
    model: Qwen2_5_VLForConditionalGeneration, lessons: Sequence[Lesson], drawn: random.Random
) -> dict[str, torch.Tensor]:
    answers = [drawn.choice(lesson.answers) for lesson in lessons]
    longest = max(len(lesson.prompt) + len(answer) for lesson, answer in zip(lessons, answers, strict=True))
    tokens = torch.full((len(lessons), longest), model.config.text_config.pad_token_id)
    labels = torch.full((len(lessons), longest), IGNORED)
    mask = torch.zeros((len(lessons), longest), dtype=torch.long)
    for row, (lesson, answer) in enumerate(zip(lessons, answers, strict=True)):
        asked, end = len(lesson.prompt), len(lesson.prompt) + len(answer)
        tokens[row, :end] = torch.tensor(lesson.prompt + answer)
        labels[row, asked:end] = torch.tensor(answer)
        mask[row, :end] = 1
    picture = tokens == model.config.image_token_id
    return {
        "input_ids": tokens,
        "attention_mask": mask,
        "mm_token_type_ids": picture.long(),  # without it the places in the picture are not told, unlike in vLLM
        "labels": labels,
        "pixel_values": torch.cat([lesson.pixels for lesson in lessons]),
        "image_grid_thw": torch.cat([lesson.grid for lesson in lessons]),
    }


def _worst(logits: torch.Tensor, labels: torch.Tensor) -> float:
    chances = logits.softmax(-1).gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return chances.masked_fill(labels == IGNORED, 1.0).min().item()


if __name__ == "__main__":
    sys.exit(main())
