"""PaliGemma 2 in vLLM is not quite PaliGemma 2 in transformers; how far off it is, is known."""

from __future__ import annotations

import pytest

from benchmarks.vision.paligemma import compare

pytestmark = pytest.mark.vllm


def test_on_a_cpu_vllm_answers_as_transformers_does_with_a_causal_prompt(servers, paligemma, tmp_path):
    found = compare(servers.model("paligemma"), paligemma, tmp_path)
    causal, whole = found["causal"], found["whole"]
    assert causal.same_first == causal.requests
    assert causal.largest < 0.02 < whole.largest  # of log-probabilities; CPU kernels round in their own way
