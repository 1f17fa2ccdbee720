"""What a sheet knows of its tile: which rows it shows, and which of them the tile before shows as well."""

from __future__ import annotations

from itertools import pairwise

from extractors.catalogue.catalogue import packaged_models
from extractors.reading import Evidence, Finding, Match, Reading, State
from flows.vision_sheets import page_sheets
from flows.vision_task import Looks
from tests.flows.made_pdf import pdf_of
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
