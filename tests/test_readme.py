"""What the README says is so: its commands exist, its help text is real, its map and its lists are whole."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from extractors.record import ReviewReason
from flows.cli import COMMANDS, main
from tiling import Reason

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """Every `extract ...` line of the README's shell and console blocks."""
    lines = [line for kind, text in BLOCKS if kind in {"sh", "console"} for line in text.splitlines()]
    found = (re.match(r"(?:\$ )?(?:\.venv/bin/)?(extract .*?)(?:\s+#.*)?$", line) for line in lines)
    return sorted({match[1] for match in found if match})


def flags_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with _quiet():
        main([command, "--help"])
    return capsys.readouterr().out


class _quiet:  # noqa: N801 - reads as a statement
    def __enter__(self) -> None: ...
    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is SystemExit


def test_there_are_commands_to_check():
    assert len(commands()) >= 5


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_readme_exists_with_its_flags(line: str, capsys: pytest.CaptureFixture[str]):
    _, name, *rest = shlex.split(line)
    assert name in COMMANDS
    help_text = flags_of(name, capsys)
    assert [w for w in rest if w.startswith("--") and w.split("=")[0] not in help_text] == []


def test_the_help_text_is_the_real_one(capsys: pytest.CaptureFixture[str]):
    with _quiet():
        main(["--help"])
    assert capsys.readouterr().out.strip() in README


def test_the_map_names_every_folder_and_only_those():
    named = set(re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE))
    there = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith((".", "_")) and any(p.iterdir())}
    assert named == there - {"out", "build", "dist", "pagewise_extract.egg-info"}


def test_every_reason_is_explained():
    assert [r.value for r in Reason if f"`{r.value}`" not in README] == []
    assert [r.value for r in ReviewReason if f"`{r.value}`" not in README] == []


def test_the_schema_shown_is_the_one_in_the_examples():
    schema = (ROOT / "examples" / "orders" / "purchase_order.yaml").read_text(encoding="utf-8")
    assert any(kind == "yaml" and text.strip() in schema for kind, text in BLOCKS)
