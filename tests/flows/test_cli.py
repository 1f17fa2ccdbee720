from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows import cli
from flows.bug_report import without_secrets
from flows.cli import COMMANDS, main
from flows.commands.run import GROUPS
from flows.exit_codes import ExitCode
from flows.settings import settings

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


def test_the_exit_code_of_a_command_whose_reader_left_is_its_own(tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 and nothing")
    command = [sys.executable, "-m", "flows", "run", str(tmp_path), "--schema", "invoice", "--out", str(tmp_path / "o")]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == ExitCode.DOCUMENTS_FAILED
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_what_cannot_be_printed_is_no_bug():
    command = [sys.executable, "-m", "flows", "--version"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == ExitCode.UNAVAILABLE
    assert done.stderr.startswith("extract: What was to be written or printed: No space left on device; free some")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_what_a_disk_refuses_is_no_bug(extract, monkeypatch, tmp_path, number):
    def refused(_arguments, **_more):
        raise OSError(number, os.strerror(number), "review.csv")

    monkeypatch.setattr(cli, "_dispatch", refused)
    code, _, err = extract("review", "export", "out")
    assert code == ExitCode.UNAVAILABLE
    assert err.startswith(f"extract: review.csv: {os.strerror(number)}; ")
    assert list(tmp_path.iterdir()) == []


def test_what_a_name_would_do_to_a_terminal_is_shown_and_not_done(extract, tmp_path):
    (tmp_path / "in").mkdir()
    for name, end in (("a\x1b[2J\n.pdf", b""), ("b.pdf", b"\n%")):  # the same number twice
        content = (ROOT / "examples" / "invoices" / "timber_de.pdf").read_bytes()
        (tmp_path / "in" / name).write_bytes(content + end)
    extract("run", "in", "--schema", "invoice", "--workers", "1")
    commands = (["status", "out"], ["explain", "out", "a\x1b[2J\n.pdf", "--no-picture"], ["explain", "out", "a\x1b[2J"])
    for arguments in commands:
        _, out, err = extract(*arguments)
        assert "\x1b" not in out + err
        assert "a\\x1b[2J" in out + err


def test_an_interrupt_has_an_exit_code_of_its_own(extract, monkeypatch):
    def interrupted(_arguments, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_dispatch", interrupted)
    assert extract("run")[0] == ExitCode.INTERRUPTED


def test_config_shows_values_with_their_origin_and_no_secret(extract, monkeypatch, tmp_path):
    (tmp_path / "extract.toml").write_text('reader = "layout"\n')
    monkeypatch.setenv("EXTRACT_WORKERS", "3")
    code, out, _ = extract("config", "--json", "--password", "hunter2", "--max-pages", "9")
    held = json.loads(out)
    assert code == ExitCode.OK
    assert held["reader"] == {"value": "layout", "origin": "extract.toml"}
    assert held["workers"] == {"value": 3, "origin": "EXTRACT_WORKERS"}
    assert held["max_pages"] == {"value": 9, "origin": "--max-pages"}
    assert "hunter2" not in out


def test_a_new_schema_can_be_shown_and_is_never_written_over(extract, tmp_path):
    path = tmp_path / "order.yaml"
    assert extract("schema", "new", "order", "--to", str(path))[0] == ExitCode.OK
    assert extract("schema", "check", str(path))[0] == ExitCode.OK
    before = path.read_text()
    code, _, err = extract("schema", "new", "order", "--to", str(path))
    assert (code, path.read_text()) == (ExitCode.USAGE, before)
    assert "exists already" in err


def test_config_shows_several_values_as_they_are_given_and_its_columns_line_up(extract):
    _, out, _ = extract("config", "--endpoint", "http://gpu-1:8000/v1", "--endpoint", "http://gpu-2:8000/v1")
    assert " http://gpu-1:8000/v1 http://gpu-2:8000/v1 " in out
    origins = [re.search(r" (default|--endpoint) ", line) for line in out.splitlines()]
    assert len({origin and origin.start() for origin in origins}) == 1


def test_the_help_of_a_run_has_each_setting_in_a_named_group():
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(setting.name for setting in settings())
