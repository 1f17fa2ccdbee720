from __future__ import annotations

import json
import subprocess
import sys

import pytest

from flows.claims import DEAD_SECONDS, FOLDER, Claims, Turn
from flows.store import open_store

TAKE_AND_DIE = """
import os, signal, sys
from flows.claims import Claims
from flows.store import open_store
print(Claims(store=open_store(sys.argv[1])).take("part-1", lambda: False).value, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(root):
    return open_store(str(root))


def undone() -> bool:
    return False


def test_of_two_runs_one_reads_a_shard_and_the_other_looks_again_later(store):
    one, two = Claims(store=store), Claims(store=store)
    assert one.take("part-1", undone) is Turn.OURS
    assert two.take("part-1", undone) is Turn.OTHERS
    one.release(["part-1"])
    assert two.take("part-1", undone) is Turn.OURS


def test_what_is_done_is_not_claimed(store):
    assert Claims(store=store).take("part-1", lambda: True) is Turn.DONE
    assert not store.names(FOLDER)


def test_a_shard_that_was_done_while_it_was_claimed_is_given_back(store):
    answers = iter([False, True])
    assert Claims(store=store).take("part-1", lambda: next(answers)) is Turn.DONE
    assert not store.names(FOLDER)


def test_the_claim_of_another_container_of_this_machine_is_not_taken_for_that_of_a_dead_process(
    store, root, monkeypatch
):
    subprocess.run([sys.executable, "-c", TAKE_AND_DIE, str(root)], capture_output=True, check=False)
    monkeypatch.setattr("flows.machine.os.readlink", lambda _: "pid:[1]")
    assert Claims(store=store).take("part-1", undone) is Turn.OTHERS


def test_the_claim_of_a_process_that_was_killed_here_is_taken_over_at_once(store, root):
    dead = subprocess.run([sys.executable, "-c", TAKE_AND_DIE, str(root)], capture_output=True, text=True, check=False)
    assert dead.stdout.strip() == "ours"
    assert store.names(FOLDER)
    assert Claims(store=store).take("part-1", undone) is Turn.OURS


def test_a_claim_of_another_machine_dies_when_it_is_not_touched_any_more(store):
    name, clock = f"{FOLDER}part-1.json", Clock()
    claims = Claims(store=store, clock=clock)
    store.create(name, json.dumps({"host": "elsewhere", "pid": 1}).encode())
    assert claims.take("part-1", undone) is Turn.OTHERS
    clock.now = DEAD_SECONDS - 1
    assert claims.take("part-1", undone) is Turn.OTHERS
    store.replace(name, json.dumps({"host": "elsewhere", "pid": 1, "touched": 1}).encode())
    clock.now = DEAD_SECONDS + 1
    assert claims.take("part-1", undone) is Turn.OTHERS, "it was touched"
    clock.now = 3 * DEAD_SECONDS
    assert claims.take("part-1", undone) is Turn.OURS


def test_claims_that_are_held_are_touched(store, monkeypatch):
    touched = []
    monkeypatch.setattr("flows.claims.TOUCH_SECONDS", 0.01)
    replace = store.replace
    monkeypatch.setattr(store, "replace", lambda *a, **more: touched.append(a) or replace(*a, **more))
    claims = Claims(store=store)
    claims.take("part-1", undone)
    for _ in range(1000):
        if len(touched) > 2:
            break
        claims._thread.join(0.01)
    claims.release(["part-1"])
    assert len(touched) > 2


def test_what_a_killed_run_left_on_a_shard_that_is_done_is_swept(store):
    store.create(f"{FOLDER}part-1.json", b"{}")
    store.create(f"{FOLDER}part-2.json", b"{}")
    Claims(store=store).sweep(["part-1"])
    assert [stat.name for stat in store.names(FOLDER)] == [f"{FOLDER}part-2.json"]
