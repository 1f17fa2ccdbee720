"""The examples are extracted as their truths say, and explained, reviewed and queried as the README shows.

A document with a truth file that is put into `examples/` is a test: there is nothing to add here.
"""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

from flows.cli import main
from schemas.compare import same
from schemas.registry import load_schema
from schemas.values import Locale, parse

EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "brume"
RUNS = {
    "invoices": ["--schema", "invoice", "--password", PASSWORD],
    "receipts": ["--schema", "receipt"],
    "orders": ["--schema", str(EXAMPLES / "orders" / "purchase_order.yaml")],
}
TRUTHS = sorted(EXAMPLES.glob("*/*.json"))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("examples") / "out"
    codes = {name: main(["run", str(EXAMPLES / name), *flags, "--out", str(target)]) for name, flags in RUNS.items()}
    assert codes == {"invoices": 1, "receipts": 0, "orders": 0}
    return target


def records(out: Path) -> dict[str, dict[str, Any]]:
    rows = {}
    for folder in sorted((out / "records").iterdir()):
        for row in ds.dataset(folder, format="parquet").to_table().to_pylist():
            rows |= {Path(source).stem: row for source in row["_sources"]}
    return rows


def value_of(kind: Any, text: Any) -> Any:
    if not isinstance(text, str):
        return text
    parsed = parse(kind, text, Locale(decimal="."))
    return parsed.value if parsed else text


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_a_record_says_what_its_truth_says(out: Path, truth: Path):
    record = records(out)[truth.stem]
    flags = RUNS[truth.parent.name]
    schema = load_schema(flags[flags.index("--schema") + 1])
    wanted = json.loads(truth.read_text())
    for name, value in wanted.items():
        if name.startswith("_") or name not in {f.name for f in schema.fields}:
            continue
        field = schema.field(name)
        if field.columns:
            assert len(record[name]) == len(value), name
            for got, row in zip(record[name], value, strict=True):
                wrong = [
                    (column, got[column], cell)
                    for column, cell in row.items()
                    if not same(
                        schema.field(f"{name}.{column}"),
                        got[column],
                        value_of(schema.field(f"{name}.{column}").kind, cell),
                    )
                ]
                assert wrong == []
        elif value is None:
            assert record[name] is None, name
        else:
            assert record[name] is not None, name
            assert same(field, record[name], value_of(field.kind, value)), (name, record[name], value)


def test_the_same_bytes_are_one_record_with_two_sources(out: Path):
    timber = records(out)["timber_de"]
    assert [Path(s).name for s in timber["_sources"]] == ["timber_de.pdf", "timber_de_copy.pdf"]


def test_what_cannot_be_read_is_a_failure_with_its_reason(out: Path):
    [failure] = ds.dataset(out / "failures" / "schema=invoice", format="parquet").to_table().to_pylist()
    assert (Path(failure["_source"]).name, failure["stage"], failure["reason"]) == ("truncated.pdf", "open", "broken")


def test_a_sum_that_does_not_add_up_goes_to_a_person(out: Path):
    rows = ds.dataset(out / "fields" / "schema=invoice", format="parquet").to_table().to_pylist()
    total = next(r for r in rows if "wrong_sum" in r["_source"] and r["path"] == "total")
    assert Decimal(total["value"]) == Decimal("1099.36")
    assert (total["status"], "check_failed" in total["reasons"]) == ("review", True)


def test_explain_tells_where_a_value_stands_and_marks_it(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    picture = tmp_path / "page.png"
    assert main(["explain", str(out), "wrong_sum_de.pdf", "--field", "total", "--picture", str(picture)]) == 0
    said = capsys.readouterr().out
    assert "1.099,36" in said
    assert "total_is_sum fail" in said
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_explain_names_what_is_near(out: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["explain", str(out), "wrong_sum_dee.pdf"]) == 2
    assert "wrong_sum_de.pdf" in capsys.readouterr().err
    assert main(["explain", str(out), "wrong_sum_de", "--field", "totl"]) == 2
    assert "'total'" in capsys.readouterr().err
    assert main(["explain", str(out), "wrong_sum_de", "--schema", "invoce"]) == 2
    assert "holds no 'invoce'. Did you mean 'invoice'?" in capsys.readouterr().err


def test_a_picture_that_cannot_be_written_is_said_with_its_flag(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    picture = tmp_path / "missing" / "page.png"
    assert main(["explain", str(out), "wrong_sum_de.pdf", "--field", "total", "--picture", str(picture)]) == 2
    assert f"--picture {picture}: No such file or directory" in capsys.readouterr().err


def test_the_review_queue_is_a_csv_with_pictures(out: Path, tmp_path: Path):
    path = tmp_path / "review.csv"
    assert main(["review", "export", str(out), "--to", str(path), "--password", PASSWORD]) == 0
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    total = next(r for r in rows if "wrong_sum" in r["source"] and r["path"] == "total")
    assert (total["label"], total["value"], total["decision"]) == ("Total", "1099.36", "")
    assert (tmp_path / total["crop"]).read_bytes().startswith(b"\x89PNG")
    assert len({r["item_id"] for r in rows}) == len(rows)


def test_a_plain_glob_reads_it_in_duckdb_and_pandas(out: Path):
    duckdb = pytest.importorskip("duckdb")
    pandas = pytest.importorskip("pandas")
    glob = f"{out}/records/schema=invoice/*.parquet"
    [(count, total)] = duckdb.sql(f"select count(*), sum(total) from '{glob}' where currency = 'EUR'").fetchall()
    frame = pandas.read_parquet(out / "records" / "schema=invoice")
    assert count == int((frame["currency"] == "EUR").sum()) > 0
    assert total == sum(frame[frame["currency"] == "EUR"]["total"])
