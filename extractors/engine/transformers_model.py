"""One loaded model of transformers: a request in, tokens with their log-probabilities out. Imports torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import llguidance
import llguidance.hf
import torch
from PIL import Image
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    AutoProcessor,
    LogitsProcessorList,
    StoppingCriteriaList,
)

from extractors.engine.interface import RefusedError, TextPart, Token
from extractors.engine.transformers_guide import Ending, Guide

if TYPE_CHECKING:
    import threading

    from extractors.engine.interface import ChatRequest, Picture

ONE_PICTURE = ("paligemma",)
"""Model types that take exactly one picture and have no chat template: their prompt is the text as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came out."""

    text: str
    finish_reason: str
    tokens: tuple[Token, ...]
    prompt_tokens: int
    output_tokens: int


def load(weights: str, device: str | None) -> TransformersModel:
    """The model on its device; OSError, ValueError or RuntimeError where it cannot be."""
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    config = AutoConfig.from_pretrained(weights)
    processor = AutoProcessor.from_pretrained(weights)
    dtype = torch.float32 if device == "cpu" else "auto"
    model = AutoModelForImageTextToText.from_pretrained(weights, dtype=dtype).to(device).eval()
    return TransformersModel(model=model, processor=processor, config=config)


class TransformersModel:
    """Not for several threads at once."""

    def __init__(self, *, model: Any, processor: Any, config: Any) -> None:  # noqa: ANN401 - transformers is untyped
        self._model, self._processor = model, processor
        self._kind: str = config.model_type
        text = config.get_text_config()
        self.context_tokens: int | None = getattr(text, "max_position_embeddings", None)
        self._spelling = llguidance.hf.from_tokenizer(
            processor.tokenizer, max(text.vocab_size, len(processor.tokenizer))
        )

    @property
    def several_pictures(self) -> bool:
        return self._kind not in ONE_PICTURE

    def answer(self, request: ChatRequest, stop: threading.Event) -> Said:
        """Until the end, the limit, a loop, or until `stop` is set; RefusedError where the request cannot be met."""
        inputs = self._inputs(request)
        asked = inputs["input_ids"].shape[1]
        room = self._room(asked, request)
        guide = Guide(self._matcher(request), request.top)
        sampled = {"do_sample": True, "temperature": request.temperature} if request.temperature > 0 else {}
        ending = Ending(asked, stop)
        with torch.inference_mode():
            written = self._model.generate(
                **inputs,
                max_new_tokens=room,
                logits_processor=LogitsProcessorList([guide]),
                stopping_criteria=StoppingCriteriaList([ending]),
                **({"do_sample": False, "temperature": None, "top_p": None, "top_k": None} | sampled),
                repetition_penalty=1.0,
                num_beams=1,
            )
        numbers: list[int] = written[0, asked:].tolist()
        ended = bool(numbers) and numbers[-1] in self._ends()
        return self._said(numbers[:-1] if ended else numbers, guide, asked, ending.reason if not ended else "stop")

    def _inputs(self, request: ChatRequest) -> Any:  # noqa: ANN401 - a batch of transformers
        pictures = [_opened(part) for part in request.parts if not isinstance(part, TextPart)]
        try:
            if self._kind in ONE_PICTURE:
                if len(pictures) > 1:
                    msg = f"the model takes one picture, and {len(pictures)} were sent"
                    raise ValueError(msg)  # noqa: TRY301 - told as what the processor itself refuses
                text = "<image>" * len(pictures)
                text += "".join(part.text for part in request.parts if isinstance(part, TextPart))
                inputs = self._processor(images=pictures[0] if pictures else None, text=text, return_tensors="pt")
            else:
                inputs = self._processor.apply_chat_template(
                    [{"role": "user", "content": [_content(part) for part in request.parts]}],
                    add_generation_prompt=True,
                    tokenize=True,
                    return_dict=True,
                    return_tensors="pt",
                )
        except (ValueError, TypeError) as error:
            msg = f"{request.document}, page {request.page + 1}: the model refuses the request: {error}."
            raise RefusedError(msg) from error
        inputs.pop("labels", None)  # PaliGemma's processor thinks of training
        return inputs.to(self._model.device, dtype=self._model.dtype)

    def _room(self, asked: int, request: ChatRequest) -> int:
        if self.context_tokens is None:
            return request.max_output_tokens
        if asked >= self.context_tokens:
            msg = (
                f"{request.document}, page {request.page + 1}: the request has {asked} tokens, the model takes "
                f"{self.context_tokens}: smaller tiles (--budget) are needed."
            )
            raise RefusedError(msg)
        return min(request.max_output_tokens, self.context_tokens - asked)

    def _matcher(self, request: ChatRequest) -> Any:  # noqa: ANN401 - of llguidance, or None
        if request.schema is None:
            return None
        try:
            grammar = llguidance.LLMatcher.grammar_from_json_schema(
                json.dumps(request.schema), defaults={"whitespace_flexible": False}
            )
        except ValueError as error:
            msg = f"The schema {request.schema_name!r} cannot guide the decoder: {error}."
            raise RefusedError(msg) from error
        matcher = llguidance.LLMatcher(self._spelling, grammar)
        if matcher.is_error():
            msg = f"The schema {request.schema_name!r} cannot guide the decoder: {matcher.get_error()}."
            raise RefusedError(msg)
        return matcher

    def _ends(self) -> set[int]:
        ends = self._model.generation_config.eos_token_id
        return set(ends if isinstance(ends, list) else [ends]) | {self._processor.tokenizer.eos_token_id}

    def _said(self, numbers: list[int], guide: Guide, asked: int, reason: str) -> Said:
        tokens = tuple(
            Token(
                text=data.decode("utf-8", errors="replace"),
                data=data,
                log_probability=step[number],
                top=tuple((self._bytes(n), p) for n, p in sorted(step.items(), key=lambda item: -item[1])[: guide.top]),
            )
            for number, step in zip(numbers, guide.steps(numbers), strict=True)
            for data in (self._bytes(number),)
        )
        joined = b"".join(token.data for token in tokens)
        text = joined.decode("utf-8", errors="replace")
        if text.encode() != joined:  # cut in the middle of a character, or no text at all: no offsets can be told
            tokens = ()
        return Said(
            text=text, finish_reason=reason, tokens=tokens, prompt_tokens=asked, output_tokens=len(numbers)
        )  # fmt: skip

    def _bytes(self, number: int) -> bytes:
        data: bytes = self._spelling.decode_bytes([number])
        return data


def _content(part: TextPart | Picture) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    return {"type": "image", "image": _opened(part)}


def _opened(part: Picture) -> Image.Image:
    return Image.open(BytesIO(part.data)).convert("RGB")
