from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.catalogue.catalogue import CatalogueError, load_models, own_digest, packaged_gpus, packaged_models
from extractors.catalogue.show import as_values, sheet, table

MODELS = packaged_models()


@pytest.mark.parametrize("name", list(MODELS))
def test_every_model_names_its_sources_and_can_be_shown(name):
    model = MODELS[name]
    assert all(len(source) > 10 for source in model.sources), "a source is an address or a title, not a key"
    assert model.sources
    assert model.licence in sheet(model)
    assert as_values(model)["a4_tokens"] == model.a4_tokens > 0
    assert model.api == (model.hub_id is None)


@pytest.mark.parametrize(
    ("name", "tokens"),
    [("rolmocr", 32 * 46), ("qwen3-vl-8b", 28 * 40), ("paligemma2-3b-mix-448", 1024), ("gpt-4o", 85 + 170 * 6)],
)
def test_an_a4_page_costs_what_was_reckoned_by_hand(name, tokens):
    assert MODELS[name].a4_tokens == tokens


def test_the_families_that_people_ask_for_are_there():
    beginnings = [
        "rolmocr",
        "qwen2.5-vl-",
        "qwen3-vl-",
        "internvl3-",
        "smolvlm2-",
        "deepseek-vl2",
        "kimi-vl-",
        "llava-",
    ]
    beginnings += ["paligemma2-28b-pt-896", "olmocr-2", "nuextract-3", "gpt-4o", "claude-sonnet", "gemini-2.5-pro"]
    missing = [b for b in beginnings if not any(name.startswith(b) for name in MODELS)]
    assert not missing


def test_an_own_model_takes_over_what_it_does_not_say():
    models = load_models({"mine": {"like": "rolmocr", "hub_id": "me/mine", "context_tokens": 4096}})
    assert models["mine"].formula == models["rolmocr"].formula
    assert models["mine"].context_tokens == 4096
    assert models["mine"].sources == ("your extract.toml",)
    assert models["rolmocr"].hub_id == "reducto/RolmOCR"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"like": "nobody"}, "nobody"),
        ({"like": "rolmocr", "colour": "red"}, "colour"),
        ({"licence": "MIT", "best_use": "x", "strategy": "direct"}, "formula"),
        ({"like": "rolmocr", "strategy": "guess"}, "guess"),
        ({"like": "rolmocr", "formula": {"kind": "square", "side": "big", "patch": 14}}, "mine"),
    ],
)
def test_an_own_model_that_cannot_be_used_says_why(entry, message):
    with pytest.raises(CatalogueError, match=message):
        load_models({"mine": entry})


def test_the_table_has_a_line_for_every_model():
    assert len(table(MODELS.values()).splitlines()) == len(MODELS) + 1


def test_gpus_have_the_figures_that_time_is_estimated_from():
    for gpu in packaged_gpus().values():
        assert gpu.tflops_bf16 > 0
        assert gpu.bandwidth_gb_s > 0


@given(name=st.sampled_from(list(MODELS)), width=st.integers(50, 3000), height=st.integers(50, 3000))
def test_every_model_can_say_what_any_picture_costs(name, width, height):
    assert MODELS[name].formula.tokens(width, height) > 0


@pytest.mark.parametrize(
    "more",
    [
        {"prompts": ["Read it."]},
        {"formula": {"kind": "square", "side": 448, "patch": 14}},
        {"strategy": "direct"},
        {"hub_id": "we/ours"},
        {"budget_tokens": 900},
        {"server_flags": ["--quantization fp8"]},
    ],
)
def test_an_own_entry_is_told_apart_by_all_that_changes_answers(more):
    like = {"like": "rolmocr"}
    mine, other = (load_models({"mine": table})["mine"] for table in (like, like | more))
    assert own_digest(mine) != own_digest(other)
    assert own_digest(load_models({"rolmocr": like | more})["rolmocr"]) is not None


def test_an_entry_as_it_is_packaged_has_no_digest_of_its_own_and_a_licence_changes_none():
    assert not any(own_digest(model) for model in MODELS.values())
    told = {"like": "rolmocr", "licence": "ours", "weights_b": 9.0}
    assert own_digest(load_models({"rolmocr": told})["rolmocr"]) is None
    assert own_digest(load_models({"mine": told})["mine"]) == own_digest(
        load_models({"mine": {"like": "rolmocr"}})["mine"]
    )
