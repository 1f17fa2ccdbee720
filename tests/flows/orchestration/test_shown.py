from __future__ import annotations

import pytest

from flows.orchestration.artifacts import counts_table, key, link, report
from flows.orchestration.flow import MOST_TASKS, shards_of_a_task
from flows.orchestration.states import end_state
from flows.summary import Summary


@pytest.fixture
def content():
    return {
        "run_id": "run-1", "schema": "invoice", "schema_version": "1", "out": "s3://bucket/out", "exit_code": 1,
        "sources": 3, "left_out": {}, "unreadable_folders": [], "done_before": 4, "done_before_failed": 1,
        "duplicates": 0, "seen_twice": [], "seen_twice_count": 0, "documents": {"in": 3, "records": 2, "failures": 1},
        "records": {"complete": 2, "incomplete": 0, "not_of_this_kind": 0, "several_in_one": 0},
        "readers": {"layout": 2}, "pages": {"in": 2, "read": 2, "blank": 0, "failed": 0, "skipped": 0},
        "values": {"accepted": 9, "review": 1, "corrected": 0, "absent": 2, "review_reasons": {"ambiguous": 1},
                   "documents_in_review": 1},
        "checks": {"sum": {"pass": 1, "fail": 1, "not_evaluated": 0}},
        "failures": {"documents": {"broken": 1}, "pages": {}, "examples": {"documents": {"broken": [
            {"source": "<b>.pdf", "stage": "open", "message": "cut off", "page": None}]}, "pages": {}}},
        "damaged": [], "tokens": {"visual": 0, "output": 0}, "cost": None,
        "seconds": {"wall": 1.0, "by_stage": {}}, "pages_per_second": 2.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "type_", "name"),
    [(0, "COMPLETED", "Completed"), (1, "COMPLETED", "CompletedWithErrors"), (4, "FAILED", "Failed")],
)
def test_the_end_of_a_flow_is_the_exit_code_as_a_state(content, code, type_, name):
    state = end_state(Summary(content=content | {"exit_code": code, "damaged": ["a part is damaged"] * (code == 4)}))
    assert (state.type.value, state.name) == (type_, name)
    assert state.message.startswith(
        "3 documents: 2 read, 1 failed; 1 value waits for a person; 4 done before, 1 of them failed."
    )
    assert state.message.endswith("a part is damaged") == (code == 4)


def test_the_table_has_every_count_with_its_reason(content):
    rows = {(row["what"], row["reason"]): row["count"] for row in counts_table(content)}
    assert rows["documents", "in"] == 3
    assert rows["documents failed", "broken"] == 1
    assert rows["values in review", "ambiguous"] == 1


def test_the_report_links_to_the_tables_and_escapes_what_documents_say(content):
    text = report(Summary(content=content))
    assert "(s3://bucket/out/records/schema=invoice/)" in text
    assert "(s3://bucket/out/runs/run-1/summary.json)" in text
    assert "&lt;b&gt;.pdf" in text
    assert "<b>" not in text


def test_a_folder_is_linked_by_its_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert link("out", "records/") == f"file://{tmp_path}/out/records/"


def test_an_artifact_has_a_key_that_prefect_accepts():
    assert key("report", "Purchase_Order") == "extract-report-purchase-order"


@pytest.mark.parametrize(("shards", "size"), [(0, 1), (1, 1), (500, 1), (501, 2), (1_000_000, 2000)])
def test_a_long_list_has_several_shards_in_a_task(shards, size):
    assert shards_of_a_task(shards) == size
    assert -(-shards // size) <= MOST_TASKS
