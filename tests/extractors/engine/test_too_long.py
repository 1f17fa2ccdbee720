"""What a refusal means: most requests are wrong as they are, some are only too long."""

from __future__ import annotations

import json

import pytest

from extractors.engine.faults import fault_of_status
from extractors.engine.too_long import too_long


@pytest.mark.parametrize(
    ("status", "message", "long"),
    [
        (400, "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens", True),
        (400, "The decoder prompt (length 9000) is longer than the maximum model length of 4096.", True),
        (400, "The input (9000 tokens) is longer than the model's context length (4096 tokens).", True),
        (400, "the request exceeds the available context size", True),
        (400, "absolute aspect ratio must be smaller than 200", False),
        (404, "The model's maximum context length is unknown", False),
        (500, "This model's maximum context length is 4096 tokens.", False),
    ],
)
def test_a_request_that_is_too_long_is_told_from_one_that_is_wrong(status, message, long):
    fault = fault_of_status(status, {}, json.dumps({"error": {"message": message}}).encode(), now=0.0)
    assert too_long(fault) is long
