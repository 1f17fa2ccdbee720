from __future__ import annotations

import resource

import pytest

from flows.open_files import BESIDE, room_for


@pytest.fixture
def limits(monkeypatch):
    """(soft, hard), as the system is told them."""
    state = {"now": (1024, 4096)}
    monkeypatch.setattr(resource, "getrlimit", lambda _: state["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: state.update(now=wanted))
    return state


def test_what_there_is_room_for_changes_nothing(limits):
    assert room_for(512) == 512
    assert limits["now"] == (1024, 4096)


def test_the_limit_is_raised_as_far_as_it_is_needed_and_may_be(limits):
    assert room_for(1024) == 1024
    assert limits["now"] == (1024 + BESIDE, 4096)
    assert room_for(100_000) == 4096 - BESIDE
    assert limits["now"] == (4096, 4096)


def test_where_it_may_not_be_raised_there_are_fewer_connections(limits, monkeypatch):
    def refuse(*_):
        raise ValueError

    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert room_for(2000) == 1024 - BESIDE
    assert limits["now"] == (1024, 4096)
