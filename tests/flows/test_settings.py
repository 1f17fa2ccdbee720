from __future__ import annotations

import pytest

from flows.errors import UsageError
from flows.settings import resolve, settings, size, unknown_variables


def resolved(flags=None, environment=None, file=None):
    return resolve(flags or {}, environment=environment or {}, file=file)


@pytest.fixture
def toml(tmp_path):
    def write(text):
        path = tmp_path / "extract.toml"
        path.write_text(text)
        return path

    return write


def test_a_flag_outranks_the_environment_which_outranks_the_file_which_outranks_the_default(toml):
    file = toml('reader = "layout"\nworkers = 3\nmax_pages = 7\n')
    environment = {"EXTRACT_WORKERS": "4", "EXTRACT_MAX_PAGES": "8"}
    found = resolved({"max_pages": "9"}, environment, file)
    assert (found["max_pages"].value, found["max_pages"].origin) == (9, "--max-pages")
    assert (found["workers"].value, found["workers"].origin) == (4, "EXTRACT_WORKERS")
    assert (found["reader"].value, found["reader"].origin) == ("layout", str(file))
    assert (found["einvoice"].value, found["einvoice"].origin) == ("use", "default")


def test_an_unknown_key_of_the_file_is_refused_with_the_nearest_name(toml):
    with pytest.raises(UsageError, match=r"'max_page'.*'max_pages'"):
        resolved(file=toml("max_page = 3\n"))


def test_a_file_that_is_named_must_exist(tmp_path):
    with pytest.raises(UsageError, match="no such settings file"):
        resolved(file=tmp_path / "none.toml")


def test_a_file_that_is_no_toml_is_refused_with_its_line(toml):
    with pytest.raises(UsageError, match="line 1"):
        resolved(file=toml("reader layout\n"))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("reader", "lay_out"),
        ("workers", "0"),
        ("workers", "two"),
        ("max_seconds", "-1"),
        ("max_seconds", "nan"),
        ("max_seconds", "0.1"),
        ("max_seconds", "1e10"),
        ("shard_seconds", "1e10"),
        ("max_memory", "1KB"),
        ("max_memory", "127MiB"),
        ("max_memory", "9999999999GiB"),
        ("max_bytes", "100"),
        ("max_pixels", "1"),
        ("max_pages", "0"),
        ("workers", "100000"),
        ("max_bytes", "10 apples"),
        ("einvoice", ""),
        ("max_error", "0"),
        ("max_error", "1"),
        ("certainty", "0"),
        ("certainty", "1"),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_is_wanted(name, wrong):
    with pytest.raises(UsageError, match=f"^--{name.replace('_', '-')} is "):
        resolved({name: wrong})


@pytest.mark.parametrize(
    ("name", "least", "less"),
    [
        ("max_memory", "128MiB", "1KB"),
        ("max_bytes", "1KiB", "1023"),
        ("max_pixels", "500000", "499999"),
        ("max_seconds", "1", "0.99"),
    ],
)
def test_a_limit_that_nothing_could_keep_is_refused_wherever_it_is_given_with_the_least_that_can_work(
    name, least, less, toml
):
    setting = next(each for each in settings() if each.name == name)
    assert resolved({name: least})[name].value == setting.within[0]
    for where in (
        {"flags": {name: less}},
        {"environment": {setting.variable: less}},
        {"file": toml(f'{name}="{less}"')},
    ):
        with pytest.raises(UsageError, match=f"is '{less}': {least} or more is wanted"):
            resolved(**where)


def test_of_a_threshold_and_a_bound_on_errors_the_one_said_nearer_to_the_run_holds(toml):
    file = toml("threshold = 0.5\n")
    assert resolved({"max_error": "0.01"}, file=file)["threshold"].value is None
    bound = resolved({"threshold": "0.9"}, environment={"EXTRACT_MAX_ERROR": "0.01"})
    assert (bound["threshold"].value, bound["max_error"].value) == (0.9, None)
    for flags, environment in ((["threshold", "max_error"], {}), ([], {"THRESHOLD": "0.5", "MAX_ERROR": "0.5"})):
        given = {f"EXTRACT_{name}": value for name, value in environment.items()}
        with pytest.raises(UsageError, match="Give one of the two"):
            resolved(dict.fromkeys(flags, "0.5"), environment=given)


def test_a_wrong_secret_is_not_repeated(toml):
    with pytest.raises(UsageError) as caught:
        resolved(file=toml("password = 12345678\n"))
    assert "12345678" not in str(caught.value)


def test_passwords_come_as_a_list_from_everywhere(toml):
    assert resolved({"password": ["a", "b"]})["password"].value == ("a", "b")
    assert resolved(environment={"EXTRACT_PASSWORD": "c"})["password"].value == ("c",)
    assert resolved(file=toml('password = ["d", "e"]\n'))["password"].value == ("d", "e")


@pytest.mark.parametrize(
    ("written", "expected"), [("200MB", 200_000_000), ("1GiB", 2**30), ("1.5 KiB", 1536), ("4096", 4096), (4096, 4096)]
)
def test_sizes_have_units(written, expected):
    assert size(written) == expected


def test_a_foreign_variable_with_our_prefix_is_told_and_not_refused():
    environment = {"EXTRACT_READRE": "layout", "PATH": "/bin"}
    assert resolved(environment=environment)["reader"].value == "auto"
    (message,) = unknown_variables(environment)
    assert "EXTRACT_READRE" in message
    assert "EXTRACT_READER" in message


def test_every_default_is_what_its_own_parser_accepts():
    for setting in settings():
        if setting.default not in ("", (), None):
            assert setting.parse(setting.default) == setting.default
            assert not setting.wanted or setting.within[0] <= setting.default <= setting.within[1]
