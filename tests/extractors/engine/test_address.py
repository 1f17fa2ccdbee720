from __future__ import annotations

import pytest

from extractors.engine.address import address_of
from extractors.engine.interface import RefusedError


@pytest.mark.parametrize(
    ("written", "api", "root"),
    [
        ("http://host:8000", "http://host:8000/v1", "http://host:8000"),
        ("http://host:8000/v1/", "http://host:8000/v1", "http://host:8000"),
        ("http://host:8000/v1/chat/completions", "http://host:8000/v1", "http://host:8000"),
        ("https://host/v1beta/openai/", "https://host/v1beta/openai", "https://host/v1beta/openai"),
    ],
)
def test_an_address_is_understood_as_people_write_it(written, api, root):
    address = address_of(written)
    assert (address.api, address.root) == (api, root)


@pytest.mark.parametrize(
    ("host", "local"), [("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("10.0.0.1", False), ("gpu", False)]
)
def test_only_loopback_is_this_machine(host, local):
    assert address_of(f"http://{host}:8000").local is local


@pytest.mark.parametrize("written", ["host:8000", "ftp://host", "http://", "", "8000"])
def test_what_is_no_address_is_refused_with_an_example(written):
    with pytest.raises(RefusedError, match="http://localhost:8000/v1"):
        address_of(written)


def test_an_address_with_a_password_is_refused_without_showing_it():
    with pytest.raises(RefusedError) as raised:
        address_of("https://me:secret@host/v1")
    assert "secret" not in str(raised.value)
