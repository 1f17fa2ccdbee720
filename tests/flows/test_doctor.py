from __future__ import annotations

import json
import shutil
import subprocess

from flows.cli import main
from flows.exit_codes import ExitCode


def found(capsys):
    assert main(["doctor", "--json"]) == ExitCode.OK
    return json.loads(capsys.readouterr().out)


def test_it_tells_what_this_machine_has_and_says_the_same_as_text(capsys):
    told = found(capsys)
    assert {"python", "cores", "memory", "packages", "rasterizers", "ocr", "gpu"} <= told.keys()
    assert int(told["cores"]) >= 1
    assert "GiB free" in told["memory"]
    assert main(["doctor"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert all(name in text for name in told)


def test_without_poppler_it_says_what_poppler_is_for(capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    told = found(capsys)
    assert "no poppler (only the second try" in told["rasterizers"]
    assert "need none" in told["gpu"]


def test_a_gpu_that_does_not_answer_is_no_error(capsys, monkeypatch):
    def hangs(*_arguments, **_options):
        raise subprocess.TimeoutExpired(["nvidia-smi"], 10)

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", hangs)
    assert "nvidia-smi does not answer" in found(capsys)["gpu"]
