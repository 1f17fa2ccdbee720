"""The direction of imports, what may be imported at start-up, and what the packages export."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "tiling", "extractors", "review", "flows")
HEAVY = ("numpy", "pyarrow", "pydantic", "pypdfium2", "lxml", "rich", "PIL", "cv2", "openvino", "rapidocr", "pebble")


def test_imports_run_from_flows_down_to_schemas_and_tiling():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / "pyproject.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", ["schemas", "tiling", "extractors", "flows.cli"])
def test_what_people_import_first_loads_nothing_heavy(module: str):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("name", ["schemas", "tiling", "extractors"])
def test_a_package_exports_what_it_says(name: str):
    package = importlib.import_module(name)
    assert [n for n in package.__all__ if not hasattr(package, n)] == []


def test_no_module_is_a_drawer_for_odds_and_ends():
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py", "base.py", "manager.py"}
    assert [p for package in PACKAGES for p in (ROOT / package).rglob("*.py") if p.name in drawers] == []


def test_the_project_speaks_of_itself_alone():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    words = ("../sha" + "red", "/wo" + "rk/", "/tm" + "p/v")
    guilty = [
        name
        for name in done.stdout.splitlines()
        if name.endswith((".py", ".md", ".toml", ".yaml", ".sh", "Makefile"))
        and (ROOT / name).is_file()
        and any(word in (ROOT / name).read_text(encoding="utf-8") for word in words)
    ]
    assert guilty == []
