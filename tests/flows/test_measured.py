"""`extract plan --from-run`: what runs took replaces what was estimated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import main
from flows.errors import UsageError
from flows.measured import measured_in

ONE = Path(__file__).parents[2] / "examples" / "invoices" / "timber_de.pdf"


def run_in(out, name, *, model="reducto/RolmOCR", calls=20, wall=30.0):
    folder = out / "runs" / name
    folder.mkdir(parents=True)
    summary = {
        "models": {"model": model} if calls else {},
        "calls": {"calls": calls, "retries": 0},
        "tokens": {"visual": 9000, "prompt": 12000, "cached": 0, "output": 3000},
        "pages": {"in": 10, "read": 10},
        "seconds": {"wall": wall},
    }
    (folder / "summary.json").write_text(json.dumps(summary))


def test_runs_of_a_model_count_together_and_those_without_one_do_not(tmp_path):
    run_in(tmp_path, "a")
    run_in(tmp_path, "b", wall=60.0)
    run_in(tmp_path, "c", calls=0)
    [(model, took)] = measured_in(str(tmp_path)).items()
    assert (model, took.runs, took.pages, took.calls, took.seconds) == ("reducto/RolmOCR", 2, 20, 40, 90.0)
    assert took.text_a_call == pytest.approx(150)


def test_the_plan_takes_its_figures_from_the_runs(tmp_path, capsys):
    run_in(tmp_path, "a")
    flags = ["plan", str(ONE), "--schema", "invoice", "--model", "rolmocr", "--model", "qwen2.5-vl-7b", "--json"]
    assert main([*flags, "--from-run", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)["models"]
    took = told["rolmocr"]
    assert took["seconds_are"] == "measured"
    assert (took["requests"], took["prompt_tokens"], took["output_tokens"]) == (2, 300, 300)
    assert took["gpu_seconds"] == pytest.approx((took["visual_tokens"] + 600) * 30 / 15000)
    assert told["qwen2.5-vl-7b"]["seconds_are"] == "estimated"


def test_without_a_model_named_those_of_the_runs_are_planned(tmp_path, capsys):
    run_in(tmp_path, "a")
    assert main(["plan", str(ONE), "--schema", "invoice", "--json", "--from-run", str(tmp_path)]) == 0
    assert list(json.loads(capsys.readouterr().out)["models"]) == ["rolmocr"]


def test_an_output_without_such_runs_says_so(tmp_path):
    run_in(tmp_path, "a", calls=0)
    with pytest.raises(UsageError, match="nothing is measured"):
        measured_in(str(tmp_path))
