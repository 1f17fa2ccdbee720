"""The package's face: what it exports, and what importing it costs."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import tiling
from tiling import DocumentError, Reason, Stage


def test_everything_exported_is_there():
    assert all(getattr(tiling, name) is not None for name in tiling.__all__)
    public = {name for name, value in vars(tiling).items() if isinstance(value, type) and not name.startswith("_")}
    assert public <= set(tiling.__all__)


def test_what_is_not_exported_is_not_there():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = tiling.nonsense


def test_importing_it_loads_nothing_heavy():
    code = "import sys, tiling; print([m for m in ('numpy', 'PIL', 'pypdfium2', 'pdf2image') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_errors_and_pages_travel_between_processes(make):
    error = DocumentError(Stage.RENDER, Reason.BROKEN, "torn", 3)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (copy.stage, copy.reason, copy.message, copy.page) == (Stage.RENDER, Reason.BROKEN, "torn", 3)
    page = make.page(make.pdf("BT /F 10 Tf 50 200 Td (hello) Tj ET"))
    assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301 - our own
