"""Servers repeat what they were sent; the key is in nothing that is told to people or stored."""

from __future__ import annotations

import json

import pytest

from extractors.engine.interface import RefusedError, UnavailableError
from extractors.engine.secret import NO_SECRET, Secret
from tests.extractors.engine.asking import engine_for, request
from tests.extractors.engine.faults.garbage import Garbage
from tests.extractors.engine.faults.refusing import Echoing

KEY = 'sk-very/"secret"'


@pytest.mark.parametrize("form", [KEY, json.dumps(KEY), json.dumps(KEY).replace("/", "\\/"), "sk-very%2F%22secret%22"])
def test_every_spelling_of_a_key_is_hidden(form):
    told = Secret(key=KEY).hidden(f"the key {form} is no good")
    assert "very" not in told
    assert "***" in told
    assert NO_SECRET.hidden(form) == form


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 422, 429, 500])
async def test_no_refusal_and_no_error_shows_the_key_that_the_server_repeats(status):
    async with Echoing(status) as server, engine_for(server, key=KEY, attempts=1, deadline_s=0.2) as engine:
        with pytest.raises((RefusedError, UnavailableError)) as raised:
            await engine.ask(request())
    assert "very" not in str(raised.value)


async def test_a_key_behind_a_long_message_is_not_shown_by_half():
    async with Echoing(400, before="x" * 290) as server, engine_for(server, key=KEY) as engine:
        with pytest.raises(RefusedError) as raised:
            await engine.ask(request())
    assert "sk-" not in str(raised.value)


async def test_a_body_that_is_no_answer_is_shown_without_the_key():
    body = f"{'x' * 74}{KEY}".encode()
    async with Garbage(body) as server, engine_for(server, key=KEY, attempts=1) as engine:
        with pytest.raises(UnavailableError) as raised:
            await engine.ask(request())
    assert "sk-" not in str(raised.value)
