from __future__ import annotations

import pytest

from flows.cli import main
from flows.errors import UsageError
from flows.watch.moving import Mover
from flows.watch.watcher import Watcher


@pytest.fixture
def watched(monkeypatch) -> list[Watcher]:
    """The watchers that a command would have started."""
    started: list[Watcher] = []
    monkeypatch.setattr(Watcher, "once", lambda watcher: started.append(watcher))  # noqa: PLW0108 - it binds
    return started


def watch(*arguments: str) -> int:
    return main(["watch", *arguments, "--schema", "invoice", "--once"])


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("in")


@pytest.mark.parametrize(
    ("source", "out"),
    [
        ("in", "in"),
        ("in", "in/"),
        ("in", "link"),
        ("link", "../{}/in"),
        ("s3://lake/in", "s3://lake/in/"),
        ("s3://lake/in", "s3://lake"),
        ("s3://lake/in/*.pdf", "s3://lake/in"),
    ],
)
def test_an_output_that_is_all_that_is_watched_is_refused(source, out, watched, capsys, tmp_path):
    assert watch(source, "--out", out.format(tmp_path.name)) == 2
    assert "is what is watched" in capsys.readouterr().err
    assert not watched


@pytest.mark.parametrize(("source", "out"), [("in", "in/out"), ("in", "."), ("s3://lake/in", "s3://lake/in/out")])
def test_an_output_beside_or_inside_of_what_is_watched_is_fine(source, out, watched):
    assert watch(source, "--out", out) == 0
    assert len(watched) == 1


FLOWS = (("--orchestrator", "prefect"), ("--task-runner", "dask://here:1"))


@pytest.mark.parametrize("flags", FLOWS)
def test_flags_that_are_for_flows_are_refused(flags, watched, capsys):
    assert watch("in", *flags) == 2
    assert f"{flags[0]} " in capsys.readouterr().err
    assert not watched


@pytest.mark.parametrize("flags", FLOWS)
def test_settings_of_all_commands_that_are_for_flows_are_said_not_to_hold(flags, watched, capsys, monkeypatch):
    variable = f"EXTRACT_{flags[0].strip('-').replace('-', '_').upper()}"
    monkeypatch.setenv(variable, flags[1])
    assert watch("in") == 0
    assert variable in capsys.readouterr().err
    assert len(watched) == 1


def test_a_settings_file_that_is_named_holds_for_models_too(watched, tmp_path):
    (tmp_path / "mine.toml").write_text('reader = "layout"\n')
    assert watch("in", "--config", "mine.toml") == 0
    assert str(watched[0].options.config) == "mine.toml"
    assert watched[0].options.reader == "layout"


@pytest.mark.parametrize(
    ("top", "archive", "read_again"),
    [
        ("s3://lake/in/*.pdf", "s3://lake/in/done", False),
        ("s3://lake/in/*.pdf", "s3://lake/in", True),
        ("s3://lake/in/**/*.pdf", "s3://lake/in/done", True),
        ("s3://lake/in/**", "s3://lake/in/done", True),
        ("s3://lake/in/*/a.pdf", "s3://lake/in/done", True),
        ("s3://lake/in/*.pdf", "s3://other/in", False),
        ("s3://lake/in", "s3://lake/in/done", True),
        ("s3://lake/in", "s3://lake/inner", False),
    ],
)
def test_originals_may_move_below_a_pattern_that_does_not_reach_there(top, archive, read_again, access):
    mover = Mover(top=top, archive=archive, failed=None, access=access)
    if read_again:
        with pytest.raises(UsageError, match="would be read again"):
            mover.check()
    else:
        mover.check()


@pytest.mark.parametrize(
    ("source", "flags", "said"),
    [
        ("s3://lake/in", ("--settle", "1"), "--settle has no effect"),
        ("in", ("--poll", "1"), "--poll has no effect with --once"),
        ("in", ("--settle", "1"), ""),
        ("s3://lake/in", (), ""),
    ],
)
def test_flags_that_do_nothing_are_named(source, flags, said, watched, capsys):
    assert watch(source, "--out", "out", *flags) == 0
    err = capsys.readouterr().err
    assert ("no effect" in err, said in err) == (bool(said), True)
    assert watched[0].settler.seconds == (1.0 if "--settle" in flags else 5.0)


def test_a_rest_between_listings_does_nothing_beside_a_queue(capsys, monkeypatch):
    def interrupted(_watcher: Watcher) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Watcher, "for_ever", interrupted)
    queue = "https://sqs.eu-central-1.amazonaws.com/1/drop"
    assert main(["watch", "s3://lake/in", "--schema", "invoice", "--queue", queue, "--poll", "3"]) == 130
    assert "--poll has no effect with --queue" in capsys.readouterr().err
