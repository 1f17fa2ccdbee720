from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flows import cli
from flows.bug_report import without_secrets
from flows.cli import COMMANDS, main
from flows.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]


@pytest.fixture
def extract(capsys, tmp_path, monkeypatch):
    """Runs the command line in an empty folder; gives exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_help_imports_nothing_heavy():
    script = (
        "import sys; from flows.cli import main\n"
        "main(['--help'])\n"
        "heavy = {'argparse', 'pydantic', 'pyarrow', 'rich', 'numpy', 'PIL', 'lxml', 'pebble', 'asyncio'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "Exit codes: 0" in done.stdout


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "flows", "rnu"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.USAGE
    assert done.stdout == ""
    assert "'run'" in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(extract, command, capsys):
    with pytest.raises(SystemExit) as caught:
        extract(command, "--help")
    assert caught.value.code == 0
    assert f"extract {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "in", "--retry-faild"], "--retry-failed"),
        (["run", "--schema", "invoice"], "Nothing to read"),
        (["run", "in"], "--schema NAME"),
        (["run", "in", "--schema", "invoise"], "invoice"),
        (["run", "in", "--schema", "invoice"], "no such file or folder"),
        (["run", "gs://bucket/in", "--schema", "invoice"], "s3://bucket/prefix"),
        (["run", "in", "--schema", "invoice", "--out", "gs://bucket/out"], "s3://bucket/prefix"),
        (["run", "in", "--schema", "invoice", "--model", "rolmcor"], "Did you mean 'rolmocr'"),
        (["run", "in", "--schema", "invoice", "--endpoint=http://localhost"], "say which with --model NAME"),
        (["run", "in", "--schema", "invoice", "--reader", "vision"], "say which with --model NAME"),
        (["run", "in", "--schema", "invoice", "--orchestrator", "prefect"], "none is named"),
        (["run", "in", "--schema", "invoice", "--limit", "0"], "1 or more"),
        (["run", "in", "--schema", "invoice", "--limit", "many"], "invalid int"),
        (["run", "in", "--force", "--retry-failed"], "not allowed with"),
        (["schema", "show", "recipt"], "receipt"),
        (["status", "nowhere"], "nowhere"),
        (["statsu"], "status"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_a_sentence_and_nothing_is_made(extract, tmp_path, arguments, told):
    code, out, err = extract(*arguments)
    assert code == ExitCode.USAGE
    assert out == ""
    assert told in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_bug_leaves_a_report_without_secrets(extract, monkeypatch, tmp_path):
    def broken(_arguments, **_more):
        return 1 // 0

    monkeypatch.setattr(cli, "_dispatch", broken)
    code, out, err = extract("run", "in", "--password", "hunter2", "--password=hunter3")
    assert code == ExitCode.BUG
    assert out == ""
    (report,) = tmp_path.glob("extract-bug-*.txt")
    assert report.name in err
    text = report.read_text()
    assert "ZeroDivisionError: integer division or modulo by zero" in text
    assert "in broken" in text
    assert "hunter" not in text


def test_secrets_are_taken_out_of_a_command_and_nothing_else_is():
    assert without_secrets(["run", "a", "--password", "x", "b", "--password=y"]) == [
        "run", "a", "--password", "***", "b", "--password=***",
    ]  # fmt: skip


def test_an_interrupt_has_an_exit_code_of_its_own(extract, monkeypatch):
    def interrupted(_arguments, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_dispatch", interrupted)
    assert extract("run")[0] == ExitCode.INTERRUPTED


def test_config_shows_values_with_their_origin_and_no_secret(extract, monkeypatch, tmp_path):
    (tmp_path / "extract.toml").write_text('reader = "layout"\n')
    monkeypatch.setenv("EXTRACT_WORKERS", "3")
    code, out, _ = extract("config", "--json", "--password", "hunter2", "--max-pages", "9")
    settings = json.loads(out)
    assert code == ExitCode.OK
    assert settings["reader"] == {"value": "layout", "origin": "extract.toml"}
    assert settings["workers"] == {"value": 3, "origin": "EXTRACT_WORKERS"}
    assert settings["max_pages"] == {"value": 9, "origin": "--max-pages"}
    assert "hunter2" not in out


def test_a_new_schema_can_be_shown_and_is_never_written_over(extract, tmp_path):
    path = tmp_path / "order.yaml"
    assert extract("schema", "new", "order", "--to", str(path))[0] == ExitCode.OK
    assert extract("schema", "check", str(path))[0] == ExitCode.OK
    before = path.read_text()
    code, _, err = extract("schema", "new", "order", "--to", str(path))
    assert (code, path.read_text()) == (ExitCode.USAGE, before)
    assert "exists already" in err
