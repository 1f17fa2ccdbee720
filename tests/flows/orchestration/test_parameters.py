from __future__ import annotations

from dataclasses import replace

import pytest
from prefect.exceptions import ParameterTypeError
from pydantic import ValidationError

from flows.errors import UsageError
from flows.orchestration.flow import extract
from flows.orchestration.parameters import Settings, offered, options_of, parameters_of
from flows.run_options import RunOptions
from flows.settings import settings


def test_every_setting_that_is_no_secret_is_in_the_form_with_its_help():
    shown = Settings.model_json_schema()["properties"]
    assert set(shown) >= {"reader", "workers", "max_seconds", "threshold", "max_memory"}
    assert "password" not in shown
    assert [s.name for s in offered() if not shown[s.name]["description"].startswith(s.help)] == []


def test_what_is_not_given_comes_from_the_machine_that_reads(monkeypatch):
    monkeypatch.setenv("EXTRACT_WORKERS", "7")
    monkeypatch.setenv("EXTRACT_PASSWORD", "geheim")
    options = options_of(paths=["in"], schema="invoice", out="out", given=Settings(max_pages=3), more={})
    assert (options.workers, options.max_pages, options.password) == (7, 3, ("geheim",))


def test_a_wrong_value_is_refused_by_the_form_or_named_as_on_the_command_line():
    with pytest.raises(ValidationError):
        Settings(reader="crystal ball")
    with pytest.raises(ValidationError):
        Settings(readr="layout")
    with pytest.raises(UsageError, match="--max-memory is 'much'"):
        options_of(paths=["in"], schema="invoice", out="out", given=Settings(max_memory="much"), more={})


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": -3}, {"settle_seconds": -1.0}])
def test_a_number_that_makes_no_sense_is_refused_before_the_flow_begins(wrong):
    with pytest.raises(ParameterTypeError, match=f"{next(iter(wrong))}: Input should be greater"):
        extract.validate_parameters({"paths": ["in"], "schema_name": "invoice", **wrong})


def test_parameters_give_the_same_run_again_but_for_the_secrets():
    defaults = {s.name: s.default for s in settings()} | {"schema": "invoice", "orchestrator": "none"}
    options = RunOptions(
        **defaults | {"paths": ("a", "b"), "max_bytes": 5000, "threshold": 0.5, "password": ("geheim",)}
    )
    parameters = parameters_of(options)
    assert "geheim" not in str(parameters.values())
    given, more = Settings(**parameters["settings"]), {k: parameters[k] for k in ("force", "retry_failed", "limit")}
    again = options_of(paths=parameters["paths"], schema="invoice", out=parameters["out"], given=given, more=more)
    assert again == replace(options, password=())
