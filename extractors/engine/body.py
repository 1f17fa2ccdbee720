"""A request as the bytes that are sent.

The body is put together from bytes: base64 of a page is a megabyte, and passing it through the JSON encoder would look
at each of its characters again.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from extractors.engine.interface import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractors.engine.dialect import Dialect
    from extractors.engine.interface import ChatRequest

REPETITION = {"max_pattern_size": 40, "min_pattern_size": 1, "min_count": 12}
"""An n-gram of tokens that comes so often at the end of an answer stops it; tables have rows of equal cells."""


def body_of(
    request: ChatRequest, dialect: Dialect, *, model: str, places: Mapping[Picture, str] | None = None
) -> bytes:
    """The JSON body for `/chat/completions`; `places` are addresses of pictures that are not sent along."""
    places = places or {}
    head = json.dumps(_fields(request, dialect, model), ensure_ascii=False, separators=(",", ":")).encode()
    pieces = [head[:-1], b',"messages":[{"role":"user","content":[']
    for i, part in enumerate(request.parts):
        pieces += [b"," if i else b"", *(_picture(part, places) if isinstance(part, Picture) else [_text(part.text)])]
    return b"".join([*pieces, b"]}]}"])


def _text(text: str) -> bytes:
    return json.dumps({"type": "text", "text": text}, ensure_ascii=False).encode()


def _picture(picture: Picture, places: Mapping[Picture, str]) -> list[bytes]:
    """In pieces, so that a megabyte is copied once."""
    if picture in places:
        return [json.dumps({"type": "image_url", "image_url": {"url": places[picture]}}).encode()]
    head = f'{{"type":"image_url","image_url":{{"url":"data:{picture.media_type};base64,'
    return [head.encode(), base64.b64encode(picture.data), b'"}}']


def _fields(request: ChatRequest, dialect: Dialect, model: str) -> dict[str, Any]:
    """Everything but the messages."""
    bound = "max_completion_tokens" if dialect.max_completion_tokens else "max_tokens"
    fields: dict[str, Any] = {"model": model, bound: request.max_output_tokens}
    if dialect.temperature:
        fields["temperature"] = request.temperature
    if request.schema is not None and dialect.json_schema:
        schema = {"name": request.schema_name, "schema": request.schema, "strict": True}
        fields["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.log_probabilities and dialect.log_probabilities:
        fields |= {"logprobs": True, "top_logprobs": request.top}
    if dialect.vllm:
        # The models' own penalty (Qwen's is 1.05) would punish tables for their repetitions.
        fields |= {"repetition_penalty": 1.0, "repetition_detection": REPETITION, "return_token_ids": True}
    return fields
