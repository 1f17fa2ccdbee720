from __future__ import annotations

from decimal import Decimal

from flows.output import open_output


def test_a_run_writes_one_record_a_document_with_its_fields_and_pages(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    records = made.rows(root, "records")
    assert [r["_source"] for r in records] == ["in/a.pdf", "in/b.pdf"]
    assert records[0]["total"] == Decimal("12.50")
    assert records[0]["lines"] == [{"what": "Ω screws", "amount": Decimal("12.50")}]
    assert records[0]["_run_id"] == "run-1"
    assert records[0]["_pages"] == 1
    fields = [f for f in made.rows(root, "fields") if f["_source"] == "in/a.pdf"]
    assert {f["path"]: f["value"] for f in fields} == {
        "number": "a.pdf",
        "total": "12.50",
        "day": "2026-01-31",
        "lines[0].what": "Ω screws",
        "lines[0].amount": "12.50",
    }
    assert fields[0]["box"]["x0"] == round(90 / 595, 6)
    assert fields[0]["page"] == 1
    assert [p["words"] for p in made.rows(root, "pages")] == [3, 3]
    assert made.rows(root, "failures") == []


def test_a_rerun_skips_what_is_done(made, output, root):
    work = made.work()
    made.run(output, work, [made.candidate("a.pdf")])
    plan = made.run(open_output(str(root)), made.work(run_id="run-2"), [made.candidate("a.pdf")])
    assert (plan.listed, plan.joined, plan.done, len(plan.shards)) == (0, 0, 1, 0)
    assert len(made.rows(root, "records")) == 1
