from __future__ import annotations

import pickle

import pytest

from extractors.engine.interface import (
    BarredError,
    ChatRequest,
    EngineError,
    Picture,
    QuarantinedError,
    RefusedError,
    SpentError,
    TextPart,
    UnavailableError,
)
from tiling import Reason


def test_a_request_can_be_shown_without_its_pixels():
    picture = Picture(data=b"\xff\xd8 many bytes", media_type="image/jpeg", width_px=28, height_px=56)
    request = ChatRequest(
        model="m", parts=(TextPart(text="Read."), picture), max_output_tokens=10, document="a.pdf", page=0
    )
    assert "many bytes" not in repr(request)
    assert "28" in repr(request)


@pytest.mark.parametrize(
    ("kind", "retryable", "reason"),
    [
        (RefusedError, False, Reason.ENGINE_REFUSED),
        (UnavailableError, True, Reason.ENGINE_UNAVAILABLE),
        (QuarantinedError, False, Reason.QUARANTINED),
    ],
)
def test_an_error_says_whether_to_try_again_and_keeps_its_kind_between_processes(kind, retryable, reason):
    error = pickle.loads(pickle.dumps(kind("the endpoint is down")))  # noqa: S301 - made one line above
    assert isinstance(error, EngineError)
    assert (error.message, error.retryable, error.reason) == ("the endpoint is down", retryable, reason)


@pytest.mark.parametrize(("kind", "retryable"), [(BarredError, False), (SpentError, True)])
def test_what_no_request_would_be_answered_for_is_no_fault_of_a_document(kind, retryable):
    error = pickle.loads(pickle.dumps(kind("the key is wrong")))  # noqa: S301 - made one line above
    assert not isinstance(error, EngineError)
    assert (error.message, error.retryable) == ("the key is wrong", retryable)
