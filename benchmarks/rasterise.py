"""`python -m benchmarks.rasterise FROM TO [--dpi 200]`: PDFs as scans, each page one picture and no text layer.

Beside documents with truth, what OCR costs in accuracy is then the difference of two runs. Truth files (`.json`) are
copied, so that `extract eval OUT --truth TO` finds them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tiling.limits import Limits
from tiling.open import open_document

if TYPE_CHECKING:
    from collections.abc import Iterator

DPI = 200
QUALITY = 90
"""Of the JPEG that a scanner would write."""


def rasterise(source: Path, target: Path, dpi: int = DPI) -> int:
    """Writes the scan of a PDF; returns its pages."""
    pictures = list(_pictures(source, dpi))
    first, *others = pictures
    first.save(target, "PDF", save_all=True, append_images=others, resolution=dpi, quality=QUALITY)
    return len(pictures)


def _pictures(source: Path, dpi: int) -> Iterator[Image.Image]:
    with open_document(None, source.read_bytes(), source=str(source), limits=Limits()) as document:
        for index in range(document.page_count):
            yield Image.fromarray(document.render(index, dpi=dpi))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FROM", help="a folder of PDFs, read recursively")
    parser.add_argument("target", type=Path, metavar="TO", help="where the scans go")
    parser.add_argument("--dpi", type=int, default=DPI)
    arguments = parser.parse_args()
    pages = 0
    for path in sorted(p for p in arguments.source.rglob("*") if p.suffix.lower() in {".pdf", ".json"}):
        target = arguments.target / path.relative_to(arguments.source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".pdf":
            pages += rasterise(path, target, arguments.dpi)
        else:
            shutil.copyfile(path, target)
    print(f"{pages} pages at {arguments.dpi} dpi in {arguments.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
