from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path

import httpx
import psutil
import pytest

from extractors.catalogue.catalogue import load_models
from extractors.engine.http import HttpEngine
from extractors.engine.interface import ChatRequest, TextPart, UnavailableError
from extractors.engine.limits import EngineLimits
from flows import errors
from flows.vllm_server import local_server
from flows.vllm_server.environment import installed_vllm
from flows.vllm_server.supervisor import LIVES, Service, Supervisor
from tests.extractors.engine.faults.server import Server
from tests.flows.vllm_server.fake_vllm import environment

MODEL = load_models()["rolmocr"]
QUICK = {"look_s": 0.1, "rest_s": 0.1, "drain_s": 5}


@pytest.fixture
def vllm(tmp_path: Path) -> Path:
    """The folder of an environment with a vLLM that is not one."""
    environment(tmp_path / "vllm")
    return tmp_path / "vllm"


def starts(vllm: Path) -> list:
    return [json.loads(line) for line in (vllm / "starts").read_text().splitlines()]


def served(vllm: Path, told: list[str] | None = None, **more):
    tell = print if told is None else told.append
    what = {"python": vllm / "python", "log": vllm / "log", **QUICK, **more}
    return local_server(MODEL, tell=tell, **what)


def answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/models", trust_env=False, timeout=1).status_code == 200
    return False


def question(text: str) -> ChatRequest:
    return ChatRequest(model="rolmocr", parts=(TextPart(text=text),), max_output_tokens=9, document=text, page=0)


def engine_for(url: str, **more) -> HttpEngine:
    return HttpEngine([url], limits=EngineLimits(first_pause_s=0.05, longest_pause_s=0.2, **more))


def test_a_server_is_ready_when_it_has_answered_a_page_and_ends_with_the_run(vllm):
    async def way() -> str:
        async with served(vllm) as url:
            engine = engine_for(url)
            assert (await engine.ask(question("read"))).finish_reason == "stop"
            await engine.close()
            return url

    url = asyncio.run(way())
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/models", trust_env=False)
    assert "drained" in (vllm / "log").read_text()


def test_a_server_that_dies_is_started_again_and_nothing_is_lost(vllm):
    told: list[str] = []

    async def way() -> None:
        async with served(vllm, told) as url:
            engine = engine_for(url, attempts=2)
            lost = asyncio.create_task(engine.ask(question("die")))
            while len(starts(vllm)) < 2:
                await asyncio.sleep(0.05)
            assert (await engine.ask(question("read"))).finish_reason == "stop"
            lost.cancel()
            await asyncio.gather(lost, return_exceptions=True)
            await engine.close()

    asyncio.run(way())
    assert "exit code 9" in told[0]


def test_a_server_whose_engine_is_dead_is_started_again(vllm):
    async def way() -> None:
        async with served(vllm):
            (vllm / "dead").touch()
            while (vllm / "dead").exists():
                await asyncio.sleep(0.05)
                if "drained" in (vllm / "log").read_text():
                    (vllm / "dead").unlink()
            while len(starts(vllm)) < 2:
                await asyncio.sleep(0.05)

    asyncio.run(way())


def test_a_server_that_hangs_is_killed_and_started_again(vllm):
    told: list[str] = []

    async def way() -> None:
        async with served(vllm, told, hung_s=1.0) as url:
            (stopped,) = [c for c in psutil.Process().children() if "--port" in c.cmdline()]
            stopped.suspend()
            while len(starts(vllm)) < 2 or not answers(url):
                await asyncio.sleep(0.05)
            engine = engine_for(url, attempts=5)
            assert (await engine.ask(question("read"))).finish_reason == "stop"
            await engine.close()

    asyncio.run(way())
    assert "it gave no answer for 1 s" in told[0]


def test_a_server_that_keeps_dying_stays_dead(vllm):
    told: list[str] = []

    async def way() -> None:
        async with served(vllm, told, rest_s=0.01) as url:
            (vllm / "fails").touch()
            engine = engine_for(url, attempts=2, outage_s=0.5)
            with pytest.raises(UnavailableError):
                await engine.ask(question("die"))
            while f"died {LIVES} times" not in told[-1]:
                await asyncio.sleep(0.05)
            await engine.close()

    asyncio.run(way())
    assert len(starts(vllm)) == LIVES
    assert "no such weights" in told[-1]


def test_a_server_that_cannot_start_is_told_with_the_end_of_its_log(vllm):
    (vllm / "fails").touch()

    async def way() -> None:
        async with served(vllm):
            pass

    with pytest.raises(errors.UnavailableError, match=r"(?s)exit code 1.*no such weights"):
        asyncio.run(way())


@pytest.mark.parametrize("answer", ['{ "code": "ABCD", "count": 7 }', '{"code":"ABCDEFGHIJ","count":7}'])
def test_a_server_that_does_not_keep_to_a_schema_is_not_used(vllm, answer):
    (vllm / "answer").write_text(answer)

    async def way() -> None:
        async with served(vllm):
            pass

    with pytest.raises(errors.UnavailableError, match="guidance"):
        asyncio.run(way())


def test_a_server_that_reads_no_page_after_its_restart_is_not_kept(vllm):
    told: list[str] = []

    async def way() -> None:
        async with served(vllm, told), asyncio.timeout(60):
            (vllm / "answer").write_text("no JSON")
            (running,) = [c for c in psutil.Process().children() if "--port" in c.cmdline()]
            running.kill()
            while not any("cannot read a page" in each for each in told):
                await asyncio.sleep(0.05)
            (vllm / "answer").unlink()
            while len(starts(vllm)) < 3:
                await asyncio.sleep(0.05)

    asyncio.run(way())


def test_another_server_under_the_same_address_is_not_taken_for_ours():
    class Another(Server):
        models = ("rolmocr",)

        async def reply(self, path, headers, body):
            while supervisor._process is None or not supervisor._process.ended:
                await asyncio.sleep(0.01)
            return await super().reply(path, headers, body)

    async def way() -> None:
        nonlocal supervisor
        async with Another() as another:
            service = Service(command=("sh", "-c", "exit 3"), variables={}, url=another.url, model="rolmocr")
            supervisor = Supervisor(service, print)
            with pytest.raises(errors.UnavailableError, match="exit code 3"):
                await supervisor.start()

    supervisor = None
    asyncio.run(way())


def test_the_end_waits_for_requests_in_flight(vllm):
    async def way() -> str:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            async with served(vllm) as url:
                body = {"model": "rolmocr", "messages": [{"content": [{"text": "slow"}]}]}
                asked = asyncio.create_task(client.post(f"{url}/chat/completions", json=body))
                while not (vllm / "slow").exists():
                    await asyncio.sleep(0.02)
            return (await asked).json()["choices"][0]["finish_reason"]

    assert asyncio.run(way()) == "stop"


def test_the_key_reaches_the_server_and_no_command_line(vllm):
    async def way() -> None:
        async with served(vllm, api_key="sk-secret"):
            pass

    asyncio.run(way())
    words, key = starts(vllm)[0]
    assert key == "sk-secret"
    assert "sk-secret" not in " ".join(words) + (vllm / "log").read_text()


def test_an_environment_without_vllm_is_told_how_to_make_one(tmp_path):
    python = environment(tmp_path, name="something-else")
    with pytest.raises(errors.UnavailableError, match="pip install vllm=="):
        installed_vllm(python)


@pytest.mark.parametrize("made", [False, True])
def test_what_is_no_interpreter_is_told(tmp_path, made):
    python = tmp_path / "python"
    if made:
        python.write_text("#!/bin/sh\necho nonsense\n")
        python.chmod(0o755)
    with pytest.raises(errors.UsageError, match="--python"):
        installed_vllm(python)


def test_the_release_in_the_help_is_the_one_that_the_extra_pins():
    from flows.commands.worker import EXAMPLES
    from flows.vllm_server.environment import TESTED

    extra = (Path(__file__).parents[3] / "pyproject.toml").read_text()
    assert f'vllm = ["vllm=={TESTED}"]' in extra
    assert f"pip install vllm=={TESTED}" in EXAMPLES
