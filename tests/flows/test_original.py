"""The original of a document is opened again to show it."""

from __future__ import annotations

import hashlib
import io

from reportlab.pdfgen.canvas import Canvas

from flows.original import original
from flows.work import Origin
from tiling import Limits


def test_the_original_of_a_document_that_was_read_within_higher_limits_is_shown(tmp_path):
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    pages = Limits().max_pages + 1
    for _ in range(pages):
        canvas.showPage()
    canvas.save()
    path = tmp_path / "long.pdf"
    path.write_bytes(buffer.getvalue())
    where = Origin(source="long.pdf", location=str(path), version=None)
    with original([where], hashlib.sha256(buffer.getvalue()).hexdigest(), ()) as document:
        assert not isinstance(document, str)
        assert document.page_count == pages
