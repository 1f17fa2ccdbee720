from __future__ import annotations

import sys

import pytest

from flows.cli import main
from flows.exit_codes import ExitCode

QUEUE = "https://sqs.eu-central-1.amazonaws.com/1234/drop"
COMMANDS = {
    "an object or prefix": ["run", "s3://drop/in", "--schema", "invoice", "--out", "{here}/out"],
    "a bucket": ["run", "s3://drop/", "--schema", "invoice", "--out", "{here}/out"],
    "an output to write": ["run", "{here}", "--schema", "invoice", "--out", "s3://lake/out"],
    "an output to look at": ["status", "s3://lake/out"],
    "a drop folder": ["watch", "s3://drop/in", "--schema", "invoice", "--out", "{here}/out", "--once"],
    "a queue": ["watch", "s3://drop/in", "--schema", "invoice", "--out", "{here}/out", "--queue", QUEUE],
}


@pytest.fixture
def without_boto3(monkeypatch):
    packages = {"boto3", "botocore"}
    loaded = {name for name in sys.modules if name.partition(".")[0] in packages}
    for name in packages | loaded:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("without_boto3")
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_without_boto3_a_bucket_or_queue_says_what_to_install(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    code = main([word.format(here=tmp_path) for word in command])
    assert code == ExitCode.UNAVAILABLE
    assert "pip install 'pagewise-extract[s3]'" in capsys.readouterr().err
    assert not list(tmp_path.glob("extract-bug-*"))
