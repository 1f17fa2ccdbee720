"""Many documents with recorded readings: what a run costs beside the reading grows with their number, and no faster."""

from __future__ import annotations

import time

import psutil
import pytest

from flows.output import open_output
from tests.flows.conftest import Made

pytestmark = pytest.mark.scale
FEW, MANY = 2_000, 10_000
MOST_MIB = 200
"""That MANY documents may take more than FEW: their ids and places stay in memory, their content does not."""


def run(out: str, count: int) -> tuple[float, float, float]:
    """Processor seconds of a first and of a second run over so many documents, and MiB that the first one added."""
    made, me = Made(), psutil.Process()
    work = made.work(shard_seconds=200.0)
    candidates = [made.candidate(f"{n:06d}.pdf") for n in range(count)]
    before, start = me.memory_info().rss, time.process_time()
    output = open_output(out)
    plan = output.plan(work, candidates)
    for shard in plan.shards:
        output.commit(work, shard, [made.read(entry) for entry in shard.entries])
        output.derive(work, merge=made.merge)
    first, grown = time.process_time() - start, (me.memory_info().rss - before) / 2**20

    start = time.process_time()
    output = open_output(out)
    listed = output.listed(work)
    assert all(listed.has(c.place, c.version) for c in candidates)
    known = [made.candidate(f"{n:06d}.pdf", document_id=None) for n in range(count)]
    plan = output.plan(work, known)
    assert (plan.listed, plan.joined, plan.done) == (0, 0, count)
    assert not output.derive(work, merge=made.merge).built
    return first, time.process_time() - start, grown


def test_work_and_memory_grow_with_the_documents_and_no_faster(tmp_path):
    few, _, small = run(str(tmp_path / "few"), FEW)
    many, again, large = run(str(tmp_path / "many"), MANY)
    assert many < 1.5 * few * MANY / FEW, "linear"
    assert again < 0.2 * many, "a second run lists and skips; here even the first one reads nothing"
    assert large - small < MOST_MIB
