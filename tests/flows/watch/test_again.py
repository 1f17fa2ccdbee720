from __future__ import annotations

from functools import partial

import pyarrow.parquet as pq
import pytest

from flows.output import open_output
from flows.sources import SourceFile
from flows.watch.again import Again
from tiling import Reason

A, B = (SourceFile(path=f"/data/in/{name}", etag=f"v-{name}") for name in ("a.pdf", "b.pdf"))


@pytest.fixture
def away(made):
    return partial(made.failed, reason=Reason.STORE_FAILED)


@pytest.fixture
def asked(made):
    return [made.candidate("a.pdf", document_id=None)]


def waiting(root) -> list[SourceFile]:
    """What a new process finds."""
    output = open_output(str(root))
    return list(Again().waiting([A, B], output.index("note"), output.store, "note"))


def test_with_other_settings_it_is_tried_as_often_again(made, output, root, away, asked):
    for _ in range(4):
        made.run(output, made.work(fingerprint="f" * 16), asked, away, retry_failed=True)
    assert waiting(root) == []
    made.run(output, made.work(fingerprint="a" * 16), asked, away)
    assert waiting(root) == [A]


@pytest.mark.parametrize(("first", "then"), ["af", "fa"])
def test_what_was_read_with_other_settings_since_waits_for_nothing(made, output, root, away, asked, first, then):
    made.run(output, made.work(fingerprint=first * 16), asked, away)
    assert waiting(root) == [A]
    made.run(output, made.work(fingerprint=then * 16), asked)
    assert waiting(root) == []


def test_a_damaged_part_keeps_no_other_document_waiting(made, output, root, away, asked):
    made.run(output, made.work(), asked, away)
    (damaged,) = root.glob("readings/**/*.parquet")
    made.run(output, made.work(), [made.candidate("b.pdf", document_id=None)], away)
    body = pq.ParquetFile(damaged).metadata.row_group(1).column(0)
    content = bytearray(damaged.read_bytes())
    content[body.dictionary_page_offset + body.total_compressed_size - 1] ^= 0xFF
    damaged.write_bytes(content)
    assert waiting(root) == [B]
