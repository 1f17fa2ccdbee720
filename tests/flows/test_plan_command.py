from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from extractors.catalogue.catalogue import packaged_models
from flows.cli import main
from flows.plan import make_plan
from flows.sources import collect
from schemas.registry import load_schema
from tests.flows.made_pdf import invoice, pdf_of
from tiling import Limits
from tiling.tiles import Budget

INVOICES = Path(__file__).parents[2] / "examples" / "invoices"
ONE = INVOICES / "timber_de.pdf"


def planned(capsys, *flags):
    code = main(["plan", *flags, "--schema", "invoice", "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_models_are_planned_side_by_side(capsys):
    models = ("rolmocr", "paligemma2-3b-mix-448", "qwen2.5-vl-7b", "gpt-4o")
    code, told = planned(capsys, str(ONE), *(word for name in models for word in ("--model", name)))
    assert code == 0
    assert list(told["models"]) == list(models)
    for figures in told["models"].values():
        assert figures["tiles"] >= figures["pages"] == 1
        assert figures["visual_tokens"] > 0
    assert told["models"]["rolmocr"]["output_tokens"] > told["models"]["qwen2.5-vl-7b"]["output_tokens"]
    assert told["models"]["gpt-4o"]["gpu_seconds"] is None


def test_a_smaller_budget_gives_more_tiles(capsys):
    tiles = [
        planned(capsys, str(ONE), "--model", "qwen2.5-vl-7b", "--budget", budget)[1]["models"]["qwen2.5-vl-7b"]["tiles"]
        for budget in ("2048", "200")
    ]
    assert tiles[0] < tiles[1]


def test_what_cannot_be_opened_is_told_and_gives_its_exit_code(capsys):
    code, told = planned(capsys, str(INVOICES / "truncated.pdf"), str(ONE))
    assert code == 1
    assert told["documents"] == 2
    assert [Path(each["source"]).name for each in told["failed"]] == ["truncated.pdf"]


def test_twice_the_price_is_twice_the_cost(capsys):
    cost = [
        planned(capsys, str(ONE), "--gpu-dollars", price)[1]["models"]["rolmocr"]["dollars"] for price in ("2", "4")
    ]
    assert cost[1] == pytest.approx(2 * cost[0])


def test_the_text_names_every_model_and_that_it_estimates(capsys):
    assert main(["plan", str(ONE), "--schema", "invoice"]) == 0
    told = capsys.readouterr().out
    assert "rolmocr" in told
    assert "estimate" in told
    assert "timber_de.pdf" in told


def test_the_pictures_are_those_of_the_plan(capsys, tmp_path):
    flags = [str(ONE), "--schema", "invoice", "--model", "qwen2.5-vl-7b", "--budget", "300"]
    assert main(["plan", *flags, "--picture", "timber_de.pdf", "--to", str(tmp_path)]) == 0
    written = sorted(tmp_path.glob("*.png"))
    assert [str(path) for path in written] == capsys.readouterr().out.split()
    assert len(written) == planned(capsys, *flags[:1], *flags[3:])[1]["models"]["qwen2.5-vl-7b"]["tiles"]
    for path in written:
        with Image.open(path) as picture:
            assert (round(picture.width / 28) * round(picture.height / 28)) <= 300


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["encrypted_fr.pdf"], "the PDF is locked: give its password with --password"),
        (["timber_de.pdf", "--max-bytes", "1KiB"], "--max-bytes"),
    ],
)
def test_a_document_that_cannot_be_drawn_says_why(capsys, tmp_path, flags, said):
    assert main(["plan", str(INVOICES), "--schema", "invoice", "--to", str(tmp_path), "--picture", *flags]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("flags", [["--gpu", "h1000"], ["--model", "rolmo"], ["--budget", "0"], ["--picture", "x.pdf"]])
def test_mistakes_are_told(capsys, flags):
    assert main(["plan", str(ONE), "--schema", "invoice", *flags]) == 2
    assert "extract:" in capsys.readouterr().err


def test_a_plan_does_not_depend_on_the_number_of_workers(capsys):
    one, two = (planned(capsys, str(INVOICES), "--workers", workers)[1] for workers in ("1", "2"))
    assert one == two
    assert one["documents"] > 5


def test_a_document_that_takes_too_long_is_a_line_of_the_plan(tmp_path):
    slow = tmp_path / "slow.pdf"
    slow.write_bytes(pdf_of(*([invoice()] * 3000)))
    files = collect([str(slow), str(ONE)]).files
    models = [packaged_models()["rolmocr"]]
    plan = make_plan(files, load_schema("invoice"), models, Budget(), Limits(seconds=3.0, max_pages=3000), workers=1)
    assert plan.documents == 2
    ((source, message),) = plan.failed
    assert source == str(slow)
    assert "3 seconds" in message
    assert [source for source, _, _ in plan.models[0].pages] == [str(ONE)]


def test_limits_are_those_of_a_run(capsys):
    code, told = planned(capsys, str(INVOICES), "--max-pages", "1", "--model", "rolmocr")
    long = [each["source"] for each in told["failed"] if "--max-pages" in each["message"]]
    assert code == 1
    assert [Path(source).name for source in long] == ["catering_two_pages_gb.pdf"]
    assert main(["plan", str(ONE), "--schema", "invoice", "--workers", "none"]) == 2
    assert "--workers" in capsys.readouterr().err
