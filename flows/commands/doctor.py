"""`extract doctor`: what this machine can do, and what would help."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from flows.advice import advice, memory_gib
from flows.bug_report import PACKAGES, installed

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")


def execute(args: argparse.Namespace) -> int:
    found = findings()
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        for name, text in found.items():
            print(f"{name:<12} {text}")
    return 0


def findings() -> dict[str, str]:
    """What was found, as `name -> sentence`."""
    import psutil

    memory, gpu = psutil.virtual_memory(), _gpu()
    packages = ", ".join(f"{name} {installed(name)}" for name in PACKAGES)
    return {
        "extract": installed("pagewise-extract"),
        "python": f"{platform.python_version()} ({sys.executable})",
        "system": platform.platform(),
        "cores": str(len(psutil.Process().cpu_affinity()))
        if hasattr(psutil.Process, "cpu_affinity")
        else str(psutil.cpu_count()),
        "memory": f"{memory.total / 2**30:.1f} GiB, {memory.available / 2**30:.1f} GiB free",
        "packages": packages,
        "rasterizers": _rasterizers(),
        "ocr": _ocr(),
        "gpu": gpu,
        "advice": advice(memory_gib(gpu)),
    }


def _ocr() -> str:
    missing = [name for name in ("rapidocr", "openvino", "cv2") if find_spec(name) is None]
    if missing:
        return f"cannot start without {', '.join(missing)}: install extract again; scans end as failures that say so"
    return f"PP-OCR networks of rapidocr {installed('rapidocr')}, openvino {installed('openvino')}"


def _rasterizers() -> str:
    pdfium = (
        f"pdfium {installed('pypdfium2')}" if find_spec("pypdfium2") else "pdfium is missing: pip install pypdfium2"
    )
    if shutil.which("pdftoppm") is None:
        return (
            f"{pdfium}; no poppler (only the second try for pages that pdfium cannot render; apt install poppler-utils)"
        )
    if find_spec("pdf2image") is None:
        return f"{pdfium}; poppler is there, but not pdf2image (pip install pdf2image)"
    return f"{pdfium}; poppler"


def _gpu() -> str:
    command = shutil.which("nvidia-smi")
    if command is None:
        return "none found (nvidia-smi is not there); the e-invoice and layout readers need none"
    try:
        query = [command, "--query-gpu=name,memory.total", "--format=csv,noheader"]
        answer = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        return f"nvidia-smi does not answer: {error}"
    return "; ".join(answer.stdout.strip().splitlines()) or "none"
