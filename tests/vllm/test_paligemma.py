"""PaliGemma 2 in vLLM is not quite PaliGemma 2 in transformers; how far off it is, is known."""

from __future__ import annotations

import pytest

from benchmarks.vision.paligemma import compare

pytestmark = pytest.mark.vllm


def test_on_a_cpu_vllm_answers_as_transformers_does_with_a_causal_prompt(servers, paligemma, tmp_path):
    found = compare(servers.model("paligemma"), paligemma, tmp_path)
    assert found["causal"].largest < 0.001
    assert found["causal"].same_first == found["causal"].requests
    assert found["whole"].largest > 0.01
