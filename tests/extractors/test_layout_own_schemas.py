"""A schema of one's own: its labels are taken at their word, and its tables need not be of goods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.layout.parties_slip import merchant_of
from extractors.layout.reader import read_layout
from extractors.reading import State
from schemas.registry import load_schema
from tiling import Box, Page, Word, WordsSource

if TYPE_CHECKING:
    from pathlib import Path

    from extractors.reading import Reading

CHAR, PITCH = 5.0, 12.0
ORDER = """
name: sail_order
title: Sail order
fields:
  supplier: {kind: name}
  positions:
    kind: table
    columns:
      article: text
      quantity: number
      price: {kind: money, labels: [Price each]}
"""
PRINTED = """
 PURCHASE ORDER

 Order date    5 October 2026
 Supplier      Rigging Workshop Ahlers

 Article                                  Quantity       Price each
 Storm jib, 380 g,                              2          210.00
 with reefing points
 Brass eyelets, 12 mm                          18           27.50
"""


def page_of(drawing: str) -> Page:
    words = []
    drawn = [(k, text) for k, text in enumerate(drawing.split("\n")) if text.strip()]
    for line, (k, text) in enumerate(drawn):
        for m in re.finditer(r"\S+", text):
            box = Box(30 + m.start() * CHAR, 40 + k * PITCH, 30 + m.end() * CHAR, 47 + k * PITCH)
            words.append(Word(text=m[0], box=box, size_pt=9, line=line))
    return Page(index=0, width_pt=595, height_pt=842, words=tuple(words), words_source=WordsSource.TEXT_LAYER)


def read(tmp_path: Path, schema: str, drawing: str) -> Reading:
    path = tmp_path / "own.yaml"
    path.write_text(schema, encoding="utf-8")
    return read_layout([page_of(drawing)], load_schema(str(path)))


def values(reading: Reading) -> dict[str, str]:
    return {f.path: str(f.value) for f in reading.findings if f.state is State.VALUE}


def test_a_name_beside_the_title_of_its_field_wins_over_the_head_of_the_page(tmp_path):
    assert values(read(tmp_path, ORDER, PRINTED))["supplier"] == "Rigging Workshop Ahlers"


def test_the_only_column_of_words_is_read_with_its_wrapped_lines(tmp_path):
    found = values(read(tmp_path, ORDER, PRINTED))
    assert found["positions[0].article"] == "Storm jib, 380 g, with reefing points"
    assert found["positions[1].article"] == "Brass eyelets, 12 mm"


def test_a_label_without_a_name_beside_it_is_no_name(tmp_path):
    drawing = PRINTED.replace("Rigging Workshop Ahlers", "5 October 2026")
    assert values(read(tmp_path, ORDER, drawing)).get("supplier") != "5 October 2026"


def test_what_a_document_calls_itself_is_no_merchant():
    merchant = merchant_of(page_of("PURCHASE ORDER\nHarbour Stores\n12 Quay Street\nBristol BS1 4RB"))
    assert merchant is not None
    assert merchant.name_text == "Harbour Stores"
