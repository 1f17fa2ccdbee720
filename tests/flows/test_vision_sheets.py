"""What a sheet knows of its tile: which rows it shows, and which of them the tile before shows as well."""

from __future__ import annotations

import pickle
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from extractors.catalogue.catalogue import packaged_models
from extractors.merge import Policy, merge
from extractors.reading import Evidence, Finding, Match, Reading, State
from extractors.vision.verify import doubts_of
from flows.vision_sheets import SEEN_DPI, close_sheet, page_sheets
from flows.vision_task import DRAWN_AT_ONCE, DrawTask, Looks
from flows.vision_worker import draw, prepare
from flows.worker import Task
from schemas import Field, Kind, Schema
from schemas.registry import load_schema
from tests.flows.made_pdf import invoice, pdf_of
from tiling.limits import Limits
from tiling.open import open_document

LEADING = 9
"""Points between baselines of print of 12 points: there is no white between the lines."""


def layout_of(page):
    """A table of a row a line, each with evidence."""
    lines = {word.line: word.box for word in page.words}
    findings = tuple(
        Finding(
            path=f"lines[{n}].description",
            state=State.VALUE,
            value="x",
            text="x",
            evidence=Evidence(page=page.index, box=box, text="x", match=Match.EXACT),
        )
        for n, box in enumerate(lines.values())
    )
    return Reading(reader="layout", revision="1", findings=findings)


def test_rows_in_both_of_two_tiles_are_counted_where_tiles_overlap(tmp_path):
    path = tmp_path / "dense.pdf"
    path.write_bytes(pdf_of([(60, 790 - LEADING * n, f"Position {n} Article {n} gyp {n}") for n in range(80)]))
    looks = Looks(reader=packaged_models()["qwen2.5-vl-7b"], budget=60)
    with open_document(path, None, source="dense.pdf") as opened:
        page = opened.page(0)
        sheets = [sheet for sheet, _ in page_sheets(opened, page, looks, layout_of(page))]
        middles = [finding.evidence.box.cy for finding in layout_of(page).findings]
    assert len(sheets) > 2
    assert not sheets[0].overlaps
    assert sheets[0].repeated == {}
    for before, after in pairwise(sheets):
        assert after.overlaps
        assert after.repeated == {"lines": sum(after.box.y0 <= y < before.box.y1 for y in middles)}
    assert max(sheet.repeated.get("lines", 0) for sheet in sheets) >= 2
    assert sum(sheet.rows["lines"] - sheet.repeated.get("lines", 0) for sheet in sheets) == len(middles)


def test_a_tile_that_is_drawn_later_is_the_sheet_that_was_planned_and_a_picture(tmp_path):
    path = tmp_path / "dense.pdf"
    columns = ((60, "Description"), (300, "Quantity"), (380, "Unit price"), (480, "Amount"))
    rows = [
        cell
        for n in range(54)
        for cell in zip(
            (60, 300, 380, 480), (520 - LEADING * n,) * 4, (f"Pipe {n}", "1", "20.00", "20.00"), strict=True
        )
    ]
    path.write_bytes(pdf_of([*invoice("F-1"), *((x, 540, name) for x, name in columns), *rows]))
    task = Task(
        source="dense.pdf", path=str(path), schema_bytes=pickle.dumps(load_schema("invoice")), limits=Limits(),
        looks=Looks(reader=packaged_models()["qwen2.5-vl-7b"], budget=60),
    )  # fmt: skip
    prepared = prepare(task)
    planned = tuple(sheet for sheet in prepared.sheets[DRAWN_AT_ONCE:] if not sheet.blank)
    made = draw(DrawTask(task=task, document_id=prepared.document_id, sheets=planned))
    assert max(sheet.repeated.get("line_items", 0) for sheet in planned) >= 2
    assert all(sheet.picture for sheet in made)
    assert tuple(replace(sheet, picture=None) for sheet in made) == planned


@pytest.mark.parametrize(
    ("name", "square"), [("paligemma2-3b-mix-224", True), ("paligemma2-3b-mix-448", True), ("qwen2.5-vl-7b", False)]
)
def test_a_close_picture_is_not_squashed_and_its_value_is_seen_large(tmp_path, name, square):
    path = tmp_path / "total.pdf"
    path.write_bytes(pdf_of([(60, 700, "Total"), (360, 700, "12.50")]))
    note = Schema(name="note", version="1", fields=(Field(name="total", kind=Kind.MONEY, required=True),))
    looks = Looks(reader=packaged_models()[name])
    with open_document(path, None, source="total.pdf") as opened:
        page = opened.page(0)
        value = next(word for word in page.words if word.text == "12.50")
        evidence = Evidence(page=0, box=value.box, text="12.50", match=Match.EXACT)
        finding = Finding(path="total", state=State.VALUE, value=Decimal("12.50"), text="12.50", evidence=evidence)
        layout = Reading(reader="layout", revision="1", findings=(finding,))
        document = opened.document([page])
        record = merge(document, note, [layout], policy=Policy(threshold=0.999))
        (doubt,) = doubts_of(record, note, document, [layout])
        close = close_sheet(opened, doubt, looks)
    pixels = np.asarray(Image.open(BytesIO(close.picture.data)).convert("L"))
    height, width = pixels.shape
    assert (height == width) is square
    assert (close.picture.width_px, close.picture.height_px) == (width, height)
    assert pixels.min() < 128
    drawn_dpi = 300 * looks.reader.formula.shrinkage(width, height)
    assert drawn_dpi >= SEEN_DPI
    assert all(close.box.contains(x, value.box.cy) for x in (value.box.x0, value.box.x1 - 1))
