from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from flows import corrections
from flows.corrections import Correction, Decision
from flows.forget import ORDER, forget
from flows.output import open_output
from flows.store import StoreError
from flows.tables import TABLES

NUMBER = "Esmeralda-4711"
SECRET, KEPT = "5e" * 32, "4e" * 32


def fill(made, output):
    asked = [
        made.candidate("keep.pdf"),
        made.candidate("secret.pdf"),
        made.candidate("copy-of-secret.pdf", "secret.pdf"),
    ]

    def read(entry):
        return made.read(entry, number=NUMBER if "secret" in entry.source else None)

    made.run(output, made.work(), asked, read=read)
    made.run(output, made.work("e" * 16, "run-2"), asked, read=read)
    document_id = asked[1].document_id
    decided = Correction(
        document_id=document_id,
        schema="note",
        path="number",
        decision=Decision.CORRECT,
        value=NUMBER,
        decided_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC),
    )
    corrections.append(output.store, [decided])
    output.derive(made.work(), merge=made.merge)
    failure = {"source": "in/secret.pdf", "message": "in/secret.pdf is odd"}
    output.write_run("run-1", "summary.json", {"documents": 2, "examples": [failure, {"source": "in/keep.pdf"}]})
    output.store.create(f"review/crops/{document_id}-total.png", b"picture")
    return document_id


def traces(root, *needles: str) -> list[str]:
    """Files that hold one of the texts, in their bytes, their metadata or (uncompressed) in their cells."""
    found = []
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            table = pq.ParquetFile(path).read()
            content += repr(table.to_pylist()).encode() + repr(table.schema.metadata).encode()
            content += repr(pq.ParquetFile(path).metadata.to_dict()).encode()
        if any(n.encode() in content or n in path.name for n in needles):
            found.append(path.relative_to(root).as_posix())
    return found


@pytest.mark.parametrize("by", ["id", "beginning of the id", "source", "second source"])
def test_nothing_is_left_of_a_forgotten_document(made, output, root, by):
    document_id = fill(made, output)
    needles = (NUMBER, document_id, "secret.pdf")
    assert len(traces(root, *needles)) > 9
    names = {"id": document_id, "beginning of the id": document_id[:10], "source": "in/secret.pdf"}
    forgotten = forget(open_output(str(root)), names.get(by, "in/copy-of-secret.pdf"))
    assert forgotten.document_ids == (document_id,)
    assert "in/copy-of-secret.pdf" in forgotten.sources
    assert traces(root, *needles) == []


def test_other_documents_stay_as_they_were(made, output, root):
    document_id = fill(made, output)
    before = {t: [r for r in rows if r["_document_id"] != document_id] for t, rows in made.tables(root).items()}
    forget(output, document_id, merge=made.merge)
    assert made.tables(root) == before
    assert before["records"]
    assert output.status().problems == ()
    assert made.rows(root, "runs/run-1") == []
    assert '"in/keep.pdf"' in (root / "runs/run-1/summary.json").read_text()


def test_forgetting_twice_says_that_nothing_is_known(made, output):
    document_id = fill(made, output)
    forget(output, document_id)
    with pytest.raises(StoreError, match="knows no document") as caught:
        forget(output, document_id)
    assert caught.value.exit_code == 2


def test_a_forgotten_document_does_not_come_back_by_deriving_again(made, output, root):
    document_id = fill(made, output)
    forget(output, document_id)
    open_output(str(root)).derive(made.work(), merge=made.merge, force=True)
    assert traces(root, document_id) == []


def test_a_failure_without_bytes_can_be_forgotten_by_its_source(made, output, root):
    asked = [made.candidate("lost.pdf", document_id=None), made.candidate("keep.pdf")]
    made.run(output, made.work(), asked, read=lambda e: made.read(e) if "keep" in e.source else made.failed(e))
    forget(output, "in/lost.pdf")
    assert traces(root, "lost.pdf") == []
    assert [r["_source"] for r in made.rows(root, "records")] == ["in/keep.pdf"]


@pytest.mark.parametrize("by", ["id", "source"])
def test_nothing_is_left_of_a_forgotten_object_whose_bytes_were_read_by_a_worker_only(made, output, root, by):
    secret, copy = (made.candidate(name, document_id=None) for name in ("secret.pdf", "copy-of-secret.pdf"))
    keep = made.candidate("keep.pdf", document_id=None)

    def read(entry):
        return made.read(replace(entry, document_id=KEPT if "keep" in entry.source else SECRET))

    made.run(output, made.work(), [secret], made.failed)
    made.run(output, made.work(), [secret, copy, keep], read, retry_failed=True)
    before = [r for r in made.tables(root)["records"] if r["_document_id"] == KEPT]
    forget(open_output(str(root)), SECRET if by == "id" else "in/secret.pdf", merge=made.merge)
    assert traces(root, SECRET, "secret.pdf") == []
    assert made.tables(root)["records"] == before
    assert made.rows(root, "failures") == []
    assert open_output(str(root)).plan(made.work(), [secret, keep]).listed == 1


def test_another_version_at_the_place_of_a_forgotten_object_is_not_read_again(made, output, root):
    old = made.candidate("a.pdf", version="1", document_id=None)
    new = made.candidate("a.pdf", version="2", document_id=None)
    for candidate, document_id in ((old, SECRET), (new, KEPT)):
        made.run(output, made.work(), [candidate], lambda e, i=document_id: made.read(replace(e, document_id=i)))
    forget(open_output(str(root)), SECRET)
    assert [r["_document_id"] for r in made.rows(root, "records")] == [KEPT]
    assert open_output(str(root)).plan(made.work(), [new]).listed == 0


def test_an_ambiguous_beginning_is_refused(made, output, root):
    asked = [made.candidate(n, document_id="ab" * 31 + f"0{i}") for i, n in enumerate(("a.pdf", "b.pdf"))]
    made.run(output, made.work(), asked)
    with pytest.raises(StoreError, match="beginning of several ids"):
        forget(output, "ab" * 8)
    assert len(made.rows(root, "records")) == 2


def test_every_table_is_among_those_that_are_searched():
    assert set(TABLES) | {"readings", "corrections", "list"} == set(ORDER)
