"""What the server behind an endpoint understands; what it does not is not sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

FIELDS = {
    "json_schema": ("response_format", "json_schema", "structured output"),
    "log_probabilities": ("logprobs", "top_logprobs"),
    "temperature": ("temperature",),
    "max_completion_tokens": ("max_completion_tokens",),
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
    max_completion_tokens: bool = True
    """Else the bound of an answer is called `max_tokens`, as it was before."""
    several_pictures: bool = True
    context_tokens: int | None = None

    def without_what(self, message: str) -> Dialect | None:
        """The dialect without the field that this refusal names; None where it names none that is sent."""
        for field, words in FIELDS.items():
            if getattr(self, field) and any(word in message for word in words):
                return replace(self, **{field: False})
        return None
