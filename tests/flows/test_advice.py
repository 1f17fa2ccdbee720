from __future__ import annotations

import pytest

from extractors.catalogue.catalogue import packaged_models
from flows.advice import advice, memory_gib


def named(text):
    return text.partition(":")[0]


def test_a_larger_gpu_changes_nothing_once_the_smallest_model_fits():
    assert named(advice(24.0)) == named(advice(80.0)) in packaged_models()


def test_the_advice_says_why_and_how_to_check_it():
    told = advice(24.0)
    assert "GiB in 16 bits" in told
    assert "visual tokens" in told
    assert "extract eval" in told


def test_what_may_not_be_used_commercially_is_not_proposed():
    assert "not commercial" not in packaged_models()[named(advice(24.0))].licence


@pytest.mark.parametrize(("gib", "told"), [(None, "layout reader"), (4.0, "--endpoint")])
def test_where_no_model_fits_there_is_another_way(gib, told):
    assert told in advice(gib)


def test_the_memory_is_that_of_the_largest_gpu():
    assert memory_gib("NVIDIA L4, 23034 MiB; NVIDIA H100 80GB HBM3, 81559 MiB") == pytest.approx(79.6, abs=0.1)
    assert memory_gib("none found") is None
