"""What happens between two tokens of transformers: the schema's mask, the probabilities kept, the end of loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import llguidance.torch
import torch
from transformers import LogitsProcessor, StoppingCriteria

if TYPE_CHECKING:
    import threading

PATTERN_TOKENS, REPEATS = 40, 12
"""The end of an answer that is the same pattern of at most so many tokens, so many times, is a loop."""


class Guide(LogitsProcessor):  # type: ignore[misc] # transformers is untyped where it is not installed
    """Leaves the tokens that the schema allows, and keeps what the model thought of them. Runs before temperature.

    As in vLLM, the probabilities are those among the allowed tokens: a token without an alternative has 1.
    """

    def __init__(self, matcher: Any, top: int) -> None:  # noqa: ANN401 - of llguidance, or None
        self._matcher, self.top = matcher, top
        self._kept: list[torch.Tensor] = []
        self._seen = 0

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        if self._matcher is not None:
            if self._kept:
                self._matcher.consume_token(int(input_ids[0, -1]))
            mask = llguidance.torch.allocate_token_bitmask(1, scores.shape[1])
            llguidance.torch.fill_next_token_bitmask(self._matcher, mask)
            scores = scores.masked_fill(~_bits(mask, scores.shape[1]).to(scores.device), float("-inf"))
        self._kept.append(torch.log_softmax(scores[0].float(), dim=-1).cpu())
        return scores

    def steps(self, numbers: list[int]) -> list[dict[int, float]]:
        """For each token the log-probabilities of itself and of the likeliest."""
        found = []
        for number, step in zip(numbers, self._kept, strict=False):
            values, places = step.topk(max(1, self.top))
            pairs = dict(zip(places.tolist(), values.tolist(), strict=True))
            possible = {n: p for n, p in pairs.items() if p > float("-inf")}
            found.append(possible | {number: step[number].item()})
        return found


def _bits(mask: torch.Tensor, count: int) -> torch.Tensor:
    """(1, words) int32 -> (1, count) bool; the bit of the first token is the lowest."""
    places = torch.arange(32, dtype=torch.int32)
    return ((mask.unsqueeze(-1) >> places) & 1).flatten(1)[:, :count].bool()


class Ending(StoppingCriteria):  # type: ignore[misc]
    """Ends a loop, and what nobody waits for any more."""

    def __init__(self, asked: int, stop: threading.Event) -> None:
        self._asked, self._stop = asked, stop
        self.reason = "length"

    def __call__(self, input_ids: torch.LongTensor, *_: object, **__: object) -> torch.Tensor:
        if self._stop.is_set():
            self.reason = "abort"
        elif repeats(input_ids[0, self._asked :].tolist()):
            self.reason = "repetition"
        ended = self.reason != "length"
        return torch.full((input_ids.shape[0],), ended, device=input_ids.device, dtype=torch.bool)


def repeats(numbers: list[int]) -> bool:
    """Whether the end is one pattern again and again."""
    for size in range(1, PATTERN_TOKENS + 1):
        needed = size * REPEATS
        if len(numbers) < needed:
            return False
        end = numbers[-needed:]
        if end == end[:size] * REPEATS:
            return True
    return False
