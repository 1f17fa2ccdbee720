"""What `extract deploy` refuses, and what it tells apart, without any server."""

from __future__ import annotations

import json

import pytest

from flows.errors import UsageError
from flows.orchestration.checks import environment_of, is_secret
from flows.orchestration.here import check_options
from flows.orchestration.job_variables import job_variables, template_of
from flows.run_options import RunOptions

BLOCK = "{{ prefect.blocks.secret.pdf-password }}"


@pytest.mark.parametrize(
    "pair",
    [
        "EXTRACT_PASSWORD=hush",
        "AWS_SECRET_ACCESS_KEY=hush",
        "EXTRACT_API_KEY=hush",
        "HF_TOKEN=hush",
        "DATABASE=postgres://me:hush@host/db",
        "EXTRACT_PASSWORD={{ $HUSH }}",
        "X={{ $HUSH }}",
        "LOGIN=me {{ prefect.blocks.secret.pdf-password }}",
    ],
)
def test_a_secret_is_refused_and_not_repeated(pair):
    with pytest.raises(UsageError, match=r"prefect\.blocks\.secret\.NAME") as refused:
        environment_of([pair])
    assert "hush" not in str(refused.value)


def test_a_block_of_the_server_is_told_apart_from_what_everybody_may_read():
    plain, secret = environment_of([f"EXTRACT_PASSWORD={BLOCK}", "EXTRACT_WORKERS=4", "X=a=b"])
    assert plain == {"EXTRACT_WORKERS": "4", "X": "a=b"}
    assert secret == {"EXTRACT_PASSWORD": BLOCK}


def test_a_run_as_a_flow_shows_no_password_of_an_address():
    options = RunOptions(paths=("in",), schema="invoice", s3_endpoint="http://me:hush@s3")
    with pytest.raises(UsageError, match="--s3-endpoint has a password") as refused:
        check_options(options)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "EXTRACT_API_KEY_VARIABLE",
        "EXTRACT_API_KEY_FILE",
        "AWS_ACCESS_KEY_ID",
        "TOKENIZERS_PARALLELISM",
        "EXTRACT_MODEL",
    ],
)
def test_the_name_of_a_place_or_an_owner_is_no_secret(name):
    assert not is_secret(name)


def test_job_variables_are_json_of_the_types_that_the_pool_asks_for():
    docker = template_of("docker", None)
    given = ['volumes=["/data:/data"]', "mem_limit=8g", "privileged=false", "image_pull_policy=Always"]
    assert job_variables(given, "docker", docker) == {
        "volumes": ["/data:/data"],
        "mem_limit": "8g",
        "privileged": False,
        "image_pull_policy": "Always",
    }
    kubernetes = template_of("kubernetes", None)
    assert job_variables(["cpu_limit=4"], "kubernetes", kubernetes) == {"cpu_limit": "4"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("volume=x", "a docker pool has none of that name. Did you mean 'volumes'?"),
        ("volumes=/data", '--job-variable volumes is "/data"'),
        ("image_pull_policy=Sometimes", "image_pull_policy"),
        ("env={}", "--env"),
        ("volumes", "NAME=VALUE"),
    ],
)
def test_a_job_variable_that_the_pool_does_not_have_is_refused(given, said):
    with pytest.raises(UsageError) as refused:
        job_variables([given], "docker", template_of("docker", None))
    assert said in str(refused.value)


def test_a_pool_with_a_template_of_its_own_has_its_variables(tmp_path):
    file = tmp_path / "pool.json"
    file.write_text(json.dumps({"job_configuration": {}, "variables": {"properties": {"gpus": {"type": "integer"}}}}))
    assert job_variables(["gpus=2"], "kubernetes", template_of("kubernetes", file)) == {"gpus": 2}
    file.write_text("{}")
    with pytest.raises(UsageError, match="get-default-base-job-template --type kubernetes"):
        template_of("kubernetes", file)
