"""What no test can start is checked by the tools that know its form."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from extractors.catalogue.catalogue import packaged_models
from flows.cli import main
from flows.run_options import RunOptions
from flows.settings import resolve, size, unknown_variables
from flows.vision_options import vision_of
from flows.vllm_server.command import command_of
from flows.vllm_server.machine import Gpu, Machine

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
SECRETS = {"POSTGRES_PASSWORD": "a", "PREFECT_AUTH": "user:b", "S3_ACCESS_KEY": "c", "S3_SECRET_KEY": "d"}
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def tool(*command, **more) -> subprocess.CompletedProcess:
    words = [str(BIN / command[0]), *map(str, command[1:])]
    return subprocess.run(words, capture_output=True, text=True, check=False, **more)


MODEL = "reducto/RolmOCR"


def services(**more):
    """The Compose file as Docker Compose understands it."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | SECRETS | more
    done = tool("docker-compose", "-f", DEPLOY / "compose.yaml", "config", "--format", "json", env=environment)
    assert done.stdout, done.stderr  # its package says 0 whatever the tool says
    return json.loads(done.stdout)["services"]


@pytest.fixture(scope="module")
def composed():
    return services(VLLM_MODEL=MODEL)


def test_docker_compose_accepts_the_compose_file(composed):
    assert set(composed) == {"postgres", "prefect", "deploy", "worker", "vllm", "s3"}


def test_without_passwords_nothing_is_composed():
    done = tool("docker-compose", "-f", DEPLOY / "compose.yaml", "config", env={"HOME": "/nonexistent"})
    assert done.stdout == ""
    assert "deploy/.env" in done.stderr


def test_the_example_names_every_variable_of_the_compose_file():
    used = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    named = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert used == named


def test_no_service_is_open_to_the_network_or_may_gain_rights(composed):
    ports = [port for service in composed.values() for port in service.get("ports", ())]
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}
    assert [n for n, s in composed.items() if "no-new-privileges:true" not in s["security_opt"]] == []


def address(url):
    """Host and port."""
    return urlsplit(url).hostname, urlsplit(url).port


def test_the_workers_of_compose_know_the_model_and_the_store(composed):
    worker = composed["worker"]["environment"]
    assert options(worker).model == MODEL
    assert f"--model {MODEL}" in " ".join(composed["vllm"]["command"])
    assert vision_of(options(worker)).endpoints == ("http://vllm:8000/v1",)
    for name, url in (("vllm", worker["EXTRACT_ENDPOINT"]), ("s3", worker["EXTRACT_S3_ENDPOINT"])):
        ports = {port["target"] for port in composed[name]["ports"]}
        assert address(url)[0] == name
        assert address(url)[1] in ports
    store = composed["s3"]["environment"]
    assert {k: v for k, v in worker.items() if k.startswith("AWS_")} == store


def test_a_server_that_is_started_again_knows_who_holds_the_place_of_a_schedule(composed):
    name, where = "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE", "prefect.server.concurrency.lease_storage.filesystem"
    assert f"{name}={where}" in (DEPLOY / "server.env").read_text(encoding="utf-8").splitlines()
    server = composed["prefect"]
    assert server["environment"][name] == where
    (kept,) = [v["target"] for v in server["volumes"] if v["type"] == "volume"]
    assert re.search(rf"install --directory --owner=10001 .*{kept}$", CPU.read_text(encoding="utf-8"), re.MULTILINE)


def test_without_a_model_the_workers_ask_none():
    assert vision_of(options(services(VLLM_MODEL="")["worker"]["environment"])) is None


def test_the_workers_of_kubernetes_know_the_model():
    pods = {name: spec["template"]["spec"]["containers"][0] for name, spec in manifests("Deployment").items()}
    worker = {variable["name"]: variable["value"] for variable in pods["worker"]["env"]}
    (endpoint,) = vision_of(options(worker)).endpoints
    assert address(endpoint) == ("vllm", manifests("Service")["vllm"]["ports"][0]["port"])
    assert options(worker).model in pods["vllm"]["args"]


@pytest.mark.parametrize("path", [DEPLOY / "compose.yaml", DEPLOY / "kubernetes" / "worker.yaml"], ids=lambda p: p.name)
def test_variables_of_ours_are_settings(path):
    written = path.read_text(encoding="utf-8")
    used = set(re.findall(r"EXTRACT_[A-Z0-9_]+", re.sub(r"\$\{\w+", "", written)))
    assert used >= {"EXTRACT_MODEL", "EXTRACT_ENDPOINT", "EXTRACT_S3_ENDPOINT"}
    assert unknown_variables(dict.fromkeys(used, "")) == ()


def options(environment):
    """What a flow is asked to do whose worker has these variables, and whose deployment names no model."""
    environment = {k: v for k, v in environment.items() if v is not None}
    resolved = resolve({"schema": "invoice", "orchestrator": "none"}, environment=environment)
    return RunOptions(paths=("/data/in",), **{name: r.value for name, r in resolved.items()})


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda p: p.name)
def test_kubernetes_accepts_the_manifest(path):
    done = tool("kubernetes-validate", "--strict", path)
    assert done.returncode == 0, done.stdout + done.stderr


def manifests(kind):
    found = (m for path in MANIFESTS for m in yaml.safe_load_all(path.read_text(encoding="utf-8")))
    return {m["metadata"]["name"]: m["spec"] for m in found if m["kind"] == kind}


@pytest.mark.parametrize("name", sorted(manifests("Deployment")))
def test_a_pod_runs_without_rights_with_limits_and_is_watched(name):
    pod = manifests("Deployment")[name]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert not pod["automountServiceAccountToken"]
    assert not pod["enableServiceLinks"], "the service `vllm` would set VLLM_PORT, at which vLLM stops"
    (container,) = pod["containers"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert not container["securityContext"]["allowPrivilegeEscalation"]
    assert "memory" in container["resources"]["limits"]
    assert "livenessProbe" in container


def test_what_is_scaled_is_there():
    scaled = {spec["scaleTargetRef"]["name"] for spec in manifests("HorizontalPodAutoscaler").values()}
    assert scaled == set(manifests("Deployment"))


@pytest.mark.parametrize("path", sorted((DEPLOY / "images").glob("*.Dockerfile")), ids=lambda p: p.name)
def test_hadolint_accepts_the_dockerfile_whose_last_user_is_not_root(path):
    done = tool("hadolint", path)
    assert done.returncode == 0, done.stdout
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE)[-1] == "10001"
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert [i for i in images if not re.search(r":v?\d+\.\d+", i)] == []


CPU = DEPLOY / "images" / "cpu.Dockerfile"


def test_the_jobs_of_a_pool_may_give_the_whole_command_to_the_cpu_image(composed):
    """Workers of docker and kubernetes pools give `prefect flow-run execute`, and no entrypoint."""
    written = CPU.read_text(encoding="utf-8")
    (command,) = re.findall(r"^CMD (.+)$", written, re.MULTILINE)
    assert re.findall(r"^ENTRYPOINT", written, re.MULTILINE) == []
    ours = [s["command"] for s in composed.values() if s["image"].startswith("pagewise-extract:")]
    assert {words[0] for words in (json.loads(command), *ours)} == {"extract", "prefect"}


def test_workers_have_memory_for_what_they_read_at_once(composed):
    worker, pod = composed["worker"], manifests("Deployment")["worker"]["template"]["spec"]["containers"][0]
    variables = {variable["name"]: variable["value"] for variable in pod["env"]}
    for environment, given in (
        (worker["environment"], int(worker["deploy"]["resources"]["limits"]["memory"])),
        (variables, size(pod["resources"]["limits"]["memory"])),
    ):
        assert options(environment).workers * options(environment).max_memory < given


LIKE_OUR_OWN = {
    "--max-model-len",
    "--structured-outputs-config",
    "--generation-config",
    "--limit-mm-per-prompt",
    "--mm-processor-kwargs",
    "--max-num-queued-reqs",
    "--enable-prompt-tokens-details",
}


def test_the_model_servers_answer_as_that_of_extract_worker_does_and_end_as_it_does(composed):
    h100 = Machine(gpus=(Gpu(name="H100", memory_gib=80, capability=9.0),), cores=8)
    ours = flags_of(command_of(packaged_models()["rolmocr"], h100, python=Path("python"))[3:])
    pod = manifests("Deployment")["vllm"]["template"]["spec"]
    for words, seconds in (
        (pod["containers"][0]["args"], pod["terminationGracePeriodSeconds"]),
        (composed["vllm"]["command"], int(composed["vllm"]["stop_grace_period"].removesuffix("m0s")) * 60),
    ):
        given = flags_of(words)
        assert {f: given.get(f) for f in LIKE_OUR_OWN} == {f: ours[f] for f in LIKE_OUR_OWN}
        (drain,) = given["--shutdown-timeout"]
        assert 60 <= int(drain) < seconds


def flags_of(words):
    """By name, each with its values."""
    found = {}
    for word in words:
        if word.startswith("--"):
            values = found.setdefault(word, [])
        else:
            values.append(word)
    return found


def sent():
    """What the cpu image's build is sent of the project: all else is left out by the first line."""
    first, *others = [line for line in Path(f"{CPU}.dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert first == "*"
    return [line.removeprefix("!") for line in others if line.startswith("!")]


def copied(dockerfile):
    """The sources of each COPY that takes something of the project."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1] if source != "."]


def test_what_an_image_copies_is_in_the_project_and_is_sent():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("no repository here")
    assert copied(CPU) == ["deploy/images/requirements.lock"]
    assert copied(DEPLOY / "images" / "gpu.Dockerfile") == []
    for name in {*copied(CPU), *sent()}:
        assert [file for file in tracked if file == name or file.startswith(f"{name}/")], name
    assert set(copied(CPU)) <= set(sent())


def test_what_the_cpu_image_is_sent_makes_the_whole_package(tmp_path):
    for name in sent():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", "made", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "made").glob("*.whl")
    made = set(zipfile.ZipFile(wheel).namelist())
    packages = ("schemas", "tiling", "extractors", "review", "flows")
    modules = {str(path.relative_to(ROOT)) for package in packages for path in (ROOT / package).rglob("*.py")}
    assert modules - made == set()


def test_every_image_is_pinned(composed):
    images = {service["image"] for service in composed.values()}
    images |= {spec["template"]["spec"]["containers"][0]["image"] for spec in manifests("Deployment").values()}
    assert [i for i in images if not re.search(r":v?\d+\.\d+", i)] == []


@pytest.mark.parametrize("name", ["policy.json", "move.json"])
def test_a_policy_allows_only_what_is_named_and_nothing_everywhere(name):
    policy = json.loads((DEPLOY / "iam" / name).read_text(encoding="utf-8"))
    assert policy["Version"] == "2012-10-17"
    for statement in policy["Statement"]:
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        assert statement["Effect"] == "Allow"
        assert [a for a in actions if not re.fullmatch(r"(s3|sqs):[A-Z][A-Za-z]+", a)] == []
        assert re.fullmatch(r"arn:aws:(s3:::|sqs:)[^*]+(/\*)?", statement["Resource"])


def test_the_prefect_yaml_is_what_the_command_prints(capsys, monkeypatch):
    monkeypatch.setattr(Path, "cwd", lambda: Path("/data"))
    main(
        ["deploy", "/data/in", "--schema", "invoice", "--out", "/data/out", "--timezone", "Europe/Berlin", "--dry-run"]
    )
    assert capsys.readouterr().out == (DEPLOY / "prefect.yaml").read_text(encoding="utf-8")


def test_the_readme_names_every_file_of_the_folder():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    there = {p.name + "/" * p.is_dir() for p in DEPLOY.iterdir() if p.name not in {"README.md", ".env"}}
    there = (there - {"iam/"}) | {f"iam/{p.name}" for p in (DEPLOY / "iam").iterdir()}
    assert [name for name in there if f"`{name}`" not in text] == []
