from __future__ import annotations

import json

import pytest

from flows.cli import main


def test_one_model_is_told_with_its_sources(capsys):
    assert main(["models", "RolmOCR"]) == 0
    told = capsys.readouterr().out
    assert "Apache-2.0" in told
    assert "huggingface.co/reducto/RolmOCR" in told


def test_what_no_source_says_is_unknown_and_null(capsys):
    assert main(["models", "smolvlm2-500m"]) == 0
    assert "unknown" in capsys.readouterr().out
    assert main(["models", "smolvlm2-500m", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["context_tokens"] is None


@pytest.mark.parametrize(("wrong", "near"), [("rolmocrr", "rolmocr"), ("qwen2.5-vl", "qwen2.5-vl-3b")])
def test_a_wrong_name_gets_the_nearest_ones(capsys, wrong, near):
    assert main(["models", wrong]) == 2
    assert f"'{near}'" in capsys.readouterr().err


def test_a_model_of_ones_own_is_listed(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "extract.toml").write_text('[models.house]\nlike = "rolmocr"\nhub_id = "we/house"\n', encoding="utf-8")
    assert main(["models", "house", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hub_id"] == "we/house"


def test_a_wrong_entry_of_ones_own_is_a_mistake_in_the_settings(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "extract.toml").write_text('[models.house]\nlike = "nobody"\n', encoding="utf-8")
    assert main(["models"]) == 2
    assert "nobody" in capsys.readouterr().err
