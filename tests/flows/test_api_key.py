from __future__ import annotations

import pytest

from flows.api_key import api_key, key_place
from flows.errors import UsageError


def test_the_key_comes_from_its_variable_or_from_the_one_that_is_named():
    assert api_key({"EXTRACT_API_KEY": " sk-1\n"}) == "sk-1"
    assert api_key({"EXTRACT_API_KEY": "sk-1", "OPENAI_API_KEY": "sk-2"}, variable="OPENAI_API_KEY") == "sk-2"
    assert api_key({}) is None


def test_the_key_comes_from_a_file(tmp_path):
    (tmp_path / "key").write_text("sk-3\n")
    assert api_key({"EXTRACT_API_KEY": "sk-1"}, file=tmp_path / "key") == "sk-3"


def test_the_place_of_a_key_is_told_as_it_was_given(tmp_path):
    assert key_place() == "the variable EXTRACT_API_KEY"
    assert key_place(variable="OPENAI_API_KEY") == "the variable OPENAI_API_KEY"
    assert key_place(variable="OPENAI_API_KEY", file=tmp_path / "key") == f"the file {tmp_path / 'key'}"


def test_a_key_that_was_promised_and_is_not_there_is_told(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(UsageError, match="MY_KEY, which is not set"):
        api_key({}, variable="MY_KEY")
    for name in ("empty", "nowhere"):
        with pytest.raises(UsageError, match=name):
            api_key({}, file=tmp_path / name)
