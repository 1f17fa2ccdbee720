"""Till slips as people photograph and scan them, read from the picture to the record."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from extractors.kind import SEVERAL
from flows.cli import main
from flows.corrections import value_of
from schemas.compare import same
from schemas.registry import load_schema
from tests.flows.slip_pictures import several, single

RECEIPT = load_schema("receipt")
SINGLE, SEVERAL_IN_ONE = single(), several()
REQUIRED = [f.name for f in RECEIPT.fields if f.required]


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Name of a file -> its record, and its values by path; of one run over all pictures."""
    folder = tmp_path_factory.mktemp("slips")
    for name, (data, _) in SINGLE.items():
        (folder / name).write_bytes(data)
    for name, data in SEVERAL_IN_ONE.items():
        (folder / name).write_bytes(data)
    out = folder / "out"
    assert main(["run", str(folder), "--schema", "receipt", "--out", str(out), "--workers", "2"]) == 0
    found = {}
    for table in ("records", "fields"):
        for file in out.glob(f"{table}/**/*.parquet"):
            for row in pq.ParquetFile(file).read().to_pylist():
                record, fields = found.setdefault(row["_source"].rsplit("/", 1)[-1], ({}, {}))
                if table == "records":
                    record.update(row)
                else:
                    fields[row["path"]] = row
    return found


@pytest.mark.parametrize("name", SINGLE)
def test_a_slip_is_read_as_it_is_printed(rows, name):
    record, _ = rows[name]
    truth = SINGLE[name][1].truth
    wrong = {
        field: (record[field], true)
        for field, true in truth.items()
        if record[field] is None or not same(RECEIPT.field(field), record[field], value_of(RECEIPT.field(field), true))
    }
    assert wrong == {}
    assert record["_status"] == "complete"


@pytest.mark.parametrize("name", SEVERAL_IN_ONE)
def test_several_slips_in_one_file_wait_for_a_person_who_is_told_why(rows, name):
    record, fields = rows[name]
    (note,) = [n for n in record["_notes"] if n.startswith(SEVERAL)]
    shown = {"two": 2, "three": 3, "four": 4}[name.split("_")[0]]
    assert note.count("page ") == shown
    assert record["_status"] == "incomplete"
    for field in REQUIRED:
        assert fields[field]["status"] == "review"
        assert "incomplete" in fields[field]["reasons"]


def test_the_rounded_total_is_the_one_that_was_paid(rows):
    record, _ = rows["uppsala_faded.jpg"]
    assert (record["total"], record["rounding"]) == (Decimal("146.00"), Decimal("0.15"))
    checks = {c["name"]: c["outcome"] for c in record["_checks"]}
    assert "fail" not in checks.values(), json.dumps(record["_checks"], default=str)
