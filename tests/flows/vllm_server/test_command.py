from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.catalogue.catalogue import load_models
from flows.errors import UsageError
from flows.vllm_server.command import command_of
from flows.vllm_server.environment import server_environment
from flows.vllm_server.machine import Gpu, Machine, gpus_of, machine
from flows.vllm_server.sizing import fit_of

MODELS = load_models()
H100 = Gpu(name="NVIDIA H100 80GB HBM3", memory_gib=79.6, capability=9.0)
A10 = Gpu(name="NVIDIA A10", memory_gib=22.5, capability=8.6)
T4 = Gpu(name="Tesla T4", memory_gib=15.0, capability=7.5)
SMALL = Gpu(name="NVIDIA GeForce RTX 4080", memory_gib=16.0, capability=8.9)


def flags(name: str, *gpus: Gpu, **more) -> dict[str, list[str]]:
    """The command's flags with their values."""
    words = command_of(MODELS[name], Machine(gpus=gpus, cores=8), python=Path("py"), **more)
    assert words[:3] == ("py", "-m", "vllm.entrypoints.openai.api_server")
    found: dict[str, list[str]] = {}
    for word in words[3:]:
        if word.startswith("--"):
            assert word not in found, "a flag is there once"
            last = found.setdefault(word, [])
        else:
            last.append(word)
    return found


def test_the_command_pins_what_answers_depend_on():
    found = flags("rolmocr", H100, folder=Path("/data/pages"))
    assert found["--model"] == ["reducto/RolmOCR"]
    assert found["--served-model-name"] == ["rolmocr", "reducto/RolmOCR"]
    assert json.loads(found["--structured-outputs-config"][0]) == {
        "backend": "guidance",
        "disable_any_whitespace": True,
    }
    assert json.loads(found["--mm-processor-kwargs"][0])["max_pixels"] == 1605632
    assert found["--generation-config"] == ["vllm"]
    assert found["--allowed-local-media-path"] == ["/data/pages"]
    assert found["--shutdown-timeout"] == ["120"]
    assert found["--max-model-len"] == ["16384"]
    assert found["--enable-prompt-tokens-details"] == []
    assert "--quantization" not in found


def test_the_catalogue_goes_over_ours_and_what_is_given_over_both():
    assert flags("paligemma2-3b-mix-448", H100)["--max-model-len"] == ["2048"]
    given = ["--max-model-len=1024", "--quantization", "fp8", "--enforce-eager"]
    found = flags("paligemma2-3b-mix-448", H100, flags=given)
    assert (found["--max-model-len"], found["--quantization"], found["--enforce-eager"]) == (["1024"], ["fp8"], [])


def test_the_variable_of_a_key_is_not_handed_on_under_its_name():
    base = {"PATH": "/bin", "EXTRACT_API_KEY": "one", "OPENAI_API_KEY": "two"}
    made = server_environment(base, cpu=False, memory_bytes=0, api_key="two", key_variable="OPENAI_API_KEY")
    assert sorted(name for name, value in made.items() if value in {"one", "two"}) == ["VLLM_API_KEY"]
    assert made["PATH"] == "/bin"


def test_a_flag_that_is_none_is_refused():
    with pytest.raises(UsageError, match="'64' after --"):
        flags("rolmocr", H100, flags=["64"])


@pytest.mark.parametrize(
    ("name", "gpus", "fits"),
    [
        ("rolmocr", (H100,), (1, 1, False)),
        ("rolmocr", (H100, H100), (1, 2, False)),
        ("rolmocr", (A10,), (1, 1, False)),
        ("rolmocr", (T4,), None),
        ("rolmocr", (T4, T4), (2, 1, False)),
        ("rolmocr", (T4, T4, T4, T4), (2, 2, False)),
        ("rolmocr", (SMALL,), (1, 1, True)),
        ("rolmocr", (SMALL, SMALL), (2, 1, False)),
        ("rolmocr", (SMALL, T4), (2, 1, False)),
        ("qwen2.5-vl-72b", (H100,), None),
        ("qwen2.5-vl-72b", (H100, H100, H100, H100), (4, 1, False)),
        ("qwen2.5-vl-3b", (T4,), (1, 1, False)),
    ],
)
def test_a_model_is_put_in_16_bits_on_as_few_gpus_as_hold_it(name, gpus, fits):
    fit = fit_of(MODELS[name], gpus)
    assert (None if fit is None else (fit.gpus_a_copy, fit.copies, fit.fp8)) == fits


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if not model.api])
def test_what_fits_leaves_room_for_whole_requests(name):
    fit = fit_of(MODELS[name], [H100])
    if fit is not None:
        assert fit.requests >= 8
        assert fit.context_tokens <= (MODELS[name].context_tokens or 16384)


def test_weights_in_8_bits_are_told_to_vllm():
    assert flags("rolmocr", SMALL)["--quantization"] == ["fp8"]


def test_more_requests_run_together_where_more_memory_is_left():
    large, small = fit_of(MODELS["rolmocr"], [H100]), fit_of(MODELS["rolmocr"], [A10])
    assert large.requests > small.requests


def test_a_machine_without_gpu_is_told_what_to_do():
    with pytest.raises(UsageError, match=r"no NVIDIA GPU.*--endpoint.*--python"):
        flags("rolmocr")


def test_a_cpu_build_needs_no_gpu():
    assert flags("rolmocr", cpu=True)["--enforce-eager"] == []


def test_a_model_that_is_too_large_is_told_with_the_machine():
    with pytest.raises(UsageError, match=r"qwen2.5-vl-72b .* .NVIDIA H100 80GB HBM3 80 GiB"):
        flags("qwen2.5-vl-72b", H100)


def test_a_model_of_an_api_is_not_served_here():
    with pytest.raises(UsageError, match="--endpoint"):
        flags("gpt-4o", H100)


def test_the_driver_tells_the_gpus(tmp_path):
    answer = "0, NVIDIA L4, 23034, 8.9\n1, NVIDIA L4, 23034, 8.9\nNo devices were found\n"
    script = tmp_path / "nvidia-smi"
    script.write_text(f"#!/bin/sh\nprintf '{answer}'\n")
    script.chmod(0o755)
    path = f"{tmp_path}:/usr/bin:/bin"
    assert [gpu.name for gpu in machine({"PATH": path}).gpus] == ["NVIDIA L4", "NVIDIA L4"]
    assert len(machine({"PATH": path, "CUDA_VISIBLE_DEVICES": "1"}).gpus) == 1
    assert machine({"PATH": "/nowhere"}).gpus == ()
    assert gpus_of(answer, "GPU-8f2e") == gpus_of(answer)


def test_a_driver_that_fails_means_no_gpu(tmp_path):
    script = tmp_path / "nvidia-smi"
    script.write_text("#!/bin/sh\nexit 9\n")
    script.chmod(0o755)
    assert machine({"PATH": f"{tmp_path}:/usr/bin:/bin"}).gpus == ()
