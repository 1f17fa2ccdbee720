"""What a run leaves in `runs/<run_id>/` before it reads: its settings, the versions of all that reads, its lists."""

from __future__ import annotations

import datetime as dt
import platform
import secrets
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.output import Output
    from flows.work import Work

PACKAGES = {"extract": "pagewise-extract", "pdfium": "pypdfium2", "pyarrow": "pyarrow", "pydantic": "pydantic",
            "lxml": "lxml", "pillow": "pillow", "ocr": "rapidocr", "ocr_runtime": "openvino"}  # fmt: skip
"""What a reading may depend on, and the package that is it (RapidOCR's holds the OCR models)."""


def new_run_id() -> str:
    """Of a run that begins now; later runs sort behind earlier ones, also within a second."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}"


def write_settings(output: Output, work: Work, *, kind: str, lists: Sequence[str] = ()) -> None:
    """Writes `settings.json` before anything is read; it holds no secret."""
    content = {
        "run_id": work.run_id,
        "kind": kind,
        "schema": work.schema.name,
        "schema_version": work.schema.version,
        "fingerprint": work.fingerprint,
        "settings": dict(work.settings),
        "lists": list(lists),
        "versions": versions(),
    }
    output.write_run(work.run_id, "settings.json", content)


def versions() -> dict[str, Any]:
    """Name -> version; None for what is not installed."""
    return {"python": platform.python_version()} | {name: installed(package) for name, package in PACKAGES.items()}


def installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
