"""What the server behind an endpoint understands; what it does not is not sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

FIELDS = {
    "json_schema": ("response_format", "json_schema", "structured output"),
    "log_probabilities": ("logprobs", "top_logprobs"),
    "temperature": ("temperature",),
}
"""What servers refuse, and the words by which their message says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One server and model."""

    vllm: bool
    """Takes vLLM's own fields: guards against repetition, token ids."""
    json_schema: bool = True
    log_probabilities: bool = True
    temperature: bool = True
    several_pictures: bool = True
    context_tokens: int | None = None

    def without_what(self, message: str) -> Dialect | None:
        """The dialect without the field that this refusal names; None where it names none that is sent."""
        for field, words in FIELDS.items():
            if getattr(self, field) and any(word in message for word in words):
                return replace(self, **{field: False})
        return None
