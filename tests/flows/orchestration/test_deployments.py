"""What `extract deploy` says, as data; `test_deployed.py` runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from flows.cli import main
from flows.orchestration.place import work_in

FLAGS = ["--schema", "invoice", "--out", "/data/out"]


@pytest.fixture
def told(capsys):
    def told(*arguments):
        code = main(["deploy", *arguments, "--dry-run"])
        out, err = capsys.readouterr()
        return yaml.safe_load(out) if code == 0 else (code, err)

    return told


def named(content):
    return {d["name"]: d for d in content["deployments"]}


def test_a_dry_run_prints_a_prefect_yaml_with_schedules_limits_and_the_trigger(told):
    found = named(told("/data/in", *FLAGS, "--timezone", "Europe/Berlin", "--every", "300", "--machines", "3"))
    nightly, folder, arrived = (found[f"invoice-{kind}"] for kind in ("nightly", "drop-folder", "arrived"))
    assert nightly["schedules"] == [{"slug": "nightly", "cron": "0 2 * * *", "timezone": "Europe/Berlin"}]
    assert nightly["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert nightly["parameters"]["shared_with"] == ["extract/invoice-share"] * 2
    assert folder["schedules"] == [{"slug": "drop-folder", "interval": 300}]
    assert folder["parameters"]["settle_seconds"] > 0
    assert arrived["triggers"][0]["parameters"]["paths"] == ["{{ event.payload['path'] }}"]
    assert all(d["parameters"]["out"] == "/data/out" for d in found.values())


def test_a_nightly_run_that_is_shared_comes_with_what_it_starts(told):
    assert set(named(told("/data/in", *FLAGS, "--only", "nightly"))) == {"invoice-nightly"}
    shared = named(told("/data/in", *FLAGS, "--only", "nightly", "--machines", "2"))
    started = shared["invoice-nightly"]["parameters"]["shared_with"]
    assert [name.removeprefix("extract/") in shared for name in started] == [True]


def test_settings_that_are_not_given_are_up_to_the_machine_that_reads(told, monkeypatch):
    monkeypatch.setenv("EXTRACT_WORKERS", "7")
    (deployment,) = told("/data/in", *FLAGS, "--only", "share", "--max-pages", "3", "--max-memory", "2GiB")[
        "deployments"
    ]
    assert deployment["parameters"]["settings"] == {"max_pages": 3, "max_memory": str(2 * 2**30)}


def test_paths_of_a_process_pool_are_absolute_and_those_of_a_container_have_to_be(told):
    (deployment,) = told("examples", *FLAGS, "--only", "share")["deployments"]
    assert deployment["parameters"]["paths"] == [str(Path("examples").absolute())]
    code, said = told("examples", *FLAGS, "--pool-type", "docker", "--image", "extract:1")
    assert (code, "relative path" in said) == (2, True)


def test_a_flow_works_in_the_folder_of_its_deployment_and_on_a_machine_without_it_where_it_is(
    told, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (step,) = told("/data/in", *FLAGS)["pull"]
    assert step == {"flows.orchestration.place.work_in": {"directory": str(tmp_path)}}
    monkeypatch.chdir("/")
    assert (work_in(str(tmp_path)), Path.cwd()) == ({"directory": str(tmp_path)}, tmp_path)
    assert work_in(str(tmp_path / "gone")) == {"directory": str(tmp_path)}
    assert f"{tmp_path}/gone (No such file or directory)" in capsys.readouterr().err


def test_a_container_gets_its_image_and_its_variables(told):
    more = ["--pool", "k8s", "--pool-type", "kubernetes", "--image", "extract:1", "--env", "EXTRACT_WORKERS=4"]
    content = told("/in", *FLAGS, "--only", "share", *more)
    assert "/home/extract" in str(content["pull"])
    assert content["deployments"][0]["work_pool"] == {
        "name": "k8s",
        "job_variables": {"env": {"EXTRACT_WORKERS": "4"}, "image": "extract:1"},
    }


def test_a_secret_is_in_no_file(capsys):
    block = "{{ prefect.blocks.secret.pdf-password }}"
    assert main(["deploy", "/in", *FLAGS, "--env", f"EXTRACT_PASSWORD={block}", "--env", "A=b", "--dry-run"]) == 0
    written = capsys.readouterr().out
    assert [line for line in written.splitlines() if block in line and not line.startswith("#")] == []
    assert yaml.safe_load(written)["deployments"][0]["work_pool"]["job_variables"] == {"env": {"A": "b"}}


def test_a_container_gets_what_its_pool_offers(told):
    more = ["--pool-type", "kubernetes", "--image", "extract:1", "--job-variable", "service_account_name=extract"]
    (deployment,) = told("/in", *FLAGS, "--only", "share", *more)["deployments"]
    assert deployment["work_pool"]["job_variables"] == {"service_account_name": "extract", "image": "extract:1"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--timezone", "Europe/Berln"], "Europe/Berlin"),
        (["--every", "0"], "--every is 0"),
        (["--env", "X"], "NAME=VALUE"),
        (["--image", "x"], "--pool-type"),
        (["--cron", "every day at two"], "--cron is 'every day at two'"),
        (["--cron", ""], "--cron is ''"),
        (["--name", "a/b"], "--name is 'a/b'"),
        (["--name", ""], "--name is ''"),
        (["--pool", "a%b"], "--pool is 'a%b'"),
        (["--pool-limit", "0"], "--pool-limit is 0"),
        (["--schema", "invioce"], "invoice"),
        (["--pool-type", "docker", "--image", "x", "--schema", "invioce"], "invoice"),
        (["--pool-type", "docker"], "without --image"),
        (["--endpoint", "http://me:hush@gpu:8000/v1"], "--endpoint has a password in its address"),
        (["--s3-endpoint", "http://me:hush@s3"], "--s3-endpoint has a password in its address"),
        (["--env", "EXTRACT_PASSWORD=hush"], "--env EXTRACT_PASSWORD=..."),
        (["--job-variable", "volumes=[]"], "a process pool has none of that name"),
        (["--workers", "many"], "--workers is 'many'"),
    ],
)
def test_what_cannot_be_deployed_is_refused_with_the_flag_that_is_wrong(told, more, said):
    code, message = told("/data/in", *FLAGS, *more)
    assert (code, said in message, len(message.splitlines())) == (2, True, 1)
    assert "hush" not in message


def test_without_a_server_nothing_is_deployed_and_it_says_what_to_do(run_extract):
    done = run_extract("deploy", "/data/in", *FLAGS)
    assert (done.returncode, done.stdout) == (2, "")
    assert "extract deploy needs a Prefect server, and none is named" in done.stderr
