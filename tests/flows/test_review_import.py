"""From the queue to a spreadsheet and back: decisions are locked to their value, and a document is taken whole."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal

import pytest

from flows import corrections
from flows.cli import main
from flows.corrected_value import corrected_value
from flows.forget import forget
from flows.output import open_output
from flows.rescore import rescore
from flows.review_import import import_decisions
from review.csv_decisions import read_decisions
from schemas import Field, Kind


@pytest.fixture
def sheet(made, output, root, tmp_path):
    """Exports the queue of two documents of which every value waits, and imports what a test makes of it."""
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    rescore(output, settings={"threshold": 0.999})
    path = tmp_path / "review.csv"

    class Sheet:
        def export(self) -> dict[tuple[str, str], dict[str, str]]:
            assert main(["review", "export", str(root), "--to", str(path), "--no-crops"]) == 0
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            return {(row["source"].rpartition("/")[2], row["path"]): row for row in rows}

        def write(self, rows) -> None:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(next(iter(rows.values()))))
                writer.writeheader()
                writer.writerows(rows.values())

        def bring(self, rows, *more: str) -> int:
            self.write(rows)
            return main(["review", "import", str(root), "--from", str(path), *more])

        def fields(self) -> dict[tuple[str, str], dict]:
            return {(f["_source"].rpartition("/")[2], f["path"]): f for f in made.rows(root, "fields")}

        def parts(self) -> int:
            return len(output.store.names("corrections/"))

    return Sheet()


def test_what_was_decided_is_in_the_tables(sheet, made, root, capsys):
    rows = sheet.export()
    rows["a.pdf", "total"] |= {"decision": "correct", "corrected_value": "99.90"}
    rows["a.pdf", "day"] |= {"decision": "absent", "reviewer": "rita"}
    rows["b.pdf", "number"] |= {"decision": "accept"}
    assert sheet.bring(rows, "--reviewer", "otto") == 0
    told = capsys.readouterr().out
    assert "3 decisions on 2 documents taken" in told
    assert "7 rows have no decision yet" in told
    fields = sheet.fields()
    assert (fields["a.pdf", "total"]["value"], fields["a.pdf", "total"]["status"]) == ("99.90", "corrected")
    assert "absent by rita" in fields["a.pdf", "day"]["notes"]
    assert "accept by otto" in fields["b.pdf", "number"]["notes"]
    assert {r["total"] for r in made.rows(root, "records")} == {Decimal("99.90"), Decimal("12.50")}


def test_the_same_file_again_changes_nothing(sheet, capsys):
    rows = sheet.export()
    rows["a.pdf", "total"] |= {"decision": "correct", "corrected_value": "99.90"}
    rows["b.pdf", "number"] |= {"decision": "reject"}
    assert sheet.bring(rows) == 0
    before = sheet.fields()
    assert sheet.bring(rows) == 0
    assert "2 were stored before" in capsys.readouterr().out
    assert (sheet.fields(), sheet.parts()) == (before, 1)


def test_of_two_decisions_the_one_imported_later_holds_whatever_the_clock_says(sheet, output, tmp_path):
    rows = sheet.export()
    rows["a.pdf", "total"] |= {"decision": "accept"}
    assert sheet.bring(rows) == 0
    rows["a.pdf", "total"] |= {"decision": "absent"}
    sheet.write(rows)
    decided, _ = read_decisions(tmp_path / "review.csv")
    yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    assert import_decisions(output, decided, reviewer="rita", decided_at=yesterday).decisions == 1
    rescore(output)
    assert sheet.fields()["a.pdf", "total"]["state"] == "absent"


def test_a_document_with_a_wrong_row_is_not_taken_and_the_others_are(sheet, capsys):
    rows = sheet.export()
    rows["a.pdf", "total"] |= {"decision": "correct", "corrected_value": "a lot"}
    rows["a.pdf", "number"] |= {"decision": "accept"}
    rows["b.pdf", "total"] |= {"decision": "accept"}
    assert sheet.bring(rows) == 1
    told = capsys.readouterr()
    assert "1 decision on 1 document" in told.out
    assert "row 3: total: `a lot` is no money; write it as 1234.50" in told.err
    assert "1 row was refused, and 1 other of the same documents not taken" in told.err
    assert [k for k, f in sheet.fields().items() if f["status"] == "corrected"] == [("b.pdf", "total")]


def test_decisions_on_a_document_that_is_forgotten_meanwhile_are_not_kept(sheet, made, output, root, monkeypatch):
    rows, create = sheet.export(), output.store.create
    for row in rows.values():
        row["decision"] = "accept"
    sheet.write(rows)
    decided, _ = read_decisions(root.parent / "review.csv")

    def create_once_somebody_has_forgotten(name, data):
        monkeypatch.undo()
        forget(open_output(str(root)), "in/a.pdf")
        return create(name, data)

    monkeypatch.setattr(output.store, "create", create_once_somebody_has_forgotten)
    import_decisions(output, decided, reviewer="rita", decided_at=dt.datetime.now(dt.UTC))
    stored, _ = corrections.load(output.store, "note")
    assert set(stored) == {made.candidate("b.pdf").document_id}
    assert sheet.parts() == 1


def test_a_value_that_has_changed_since_the_export_is_not_overwritten(sheet, capsys):
    first, second = sheet.export(), sheet.export()
    first["a.pdf", "total"] |= {"decision": "correct", "corrected_value": "99.90"}
    assert sheet.bring(first) == 0
    second["a.pdf", "total"] |= {"decision": "correct", "corrected_value": "88.80"}
    assert sheet.bring(second) == 1
    assert "total has changed since the export (it is `99.90` now)" in capsys.readouterr().err
    assert sheet.fields()["a.pdf", "total"]["value"] == "99.90"


def test_only_the_columns_of_the_reviewer_are_read_back(sheet):
    rows = sheet.export()
    rows["a.pdf", "total"] |= {"decision": "accept", "value": "1000000.00", "confidence": "1", "source": "other.pdf"}
    assert sheet.bring(rows) == 0
    assert sheet.fields()["a.pdf", "total"]["value"] == "12.50"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decision": "acept"}, "`acept` is no decision. Did you mean 'accept'?"),
        ({"decision": "accept", "corrected_value": "3.00"}, "has a corrected value"),
        ({"decision": "correct"}, "no corrected value is given"),
        ({"decision": "accept", "path": "day"}, "do not belong together"),
        ({"decision": "accept", "schema": "nota"}, "holds no schema 'nota'. Did you mean 'note'?"),
        ({"decision": "accept", "value_hash": "h0"}, "has changed since the export"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(sheet, capsys, change, message):
    rows = sheet.export()
    rows["a.pdf", "total"] |= change
    assert sheet.bring(rows) == 1
    assert message in capsys.readouterr().err
    assert sheet.parts() == 0


def test_a_rejected_document_is_rejected_whole(sheet, made, root, capsys):
    rows = sheet.export()
    rows["a.pdf", "total"] |= {"decision": "reject"}
    rows["a.pdf", "number"] |= {"decision": "accept"}
    assert sheet.bring(rows) == 1
    assert "another row rejects the whole document" in capsys.readouterr().err
    rows["a.pdf", "number"] |= {"decision": "reject"}
    assert sheet.bring(rows) == 0
    assert "1 decision on 1 document" in capsys.readouterr().out
    assert [r["_source"] for r in made.rows(root, "records")] == ["in/b.pdf"]
    assert sheet.bring(rows) == 0
    assert sheet.parts() == 1


def test_one_value_decided_twice_is_refused(sheet, capsys):
    rows = sheet.export()
    rows["a.pdf", "total"] |= {"decision": "accept"}
    rows["a.pdf", "twice"] = rows["a.pdf", "total"] | {"decision": "absent"}
    assert sheet.bring(rows) == 1
    assert "decided in row 3 too" in capsys.readouterr().err


@pytest.mark.usefixtures("output")
def test_an_unknown_action_names_the_known_ones(root, capsys):
    assert main(["review", "exprot", str(root)]) == 2
    assert "Did you mean 'export'" in capsys.readouterr().err


@pytest.mark.usefixtures("output")
def test_a_file_of_something_else_is_refused(tmp_path, root, capsys):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert main(["review", "import", str(root), "--from", str(tmp_path / "other.csv")]) == 2
    assert "lacks the columns" in capsys.readouterr().err


def field(kind: Kind, **more) -> Field:
    return Field(name="x", kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.MONEY, "1.234,56", "1234.56"),
        (Kind.MONEY, "-12.5", "-12.50"),
        (Kind.DATE, "31.01.2026", "2026-01-31"),
        (Kind.DATE, "2026-01-31", "2026-01-31"),
        (Kind.CODE, "00012", "00012"),
        (Kind.IBAN, "DE02 1203 0000 0000 2020 51", "DE02120300000000202051"),
        (Kind.TIME, "14:30", "14:30:00"),
    ],
)
def test_a_value_may_be_typed_as_it_is_printed(kind, text, value):
    assert str(corrected_value(field(kind), text)) == value


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (Kind.MONEY, "1,234", "may mean 1234, 1.234|may mean 1.234, 1234"),
        (Kind.MONEY, "1.234", "more than 2 decimals; write it as 1234.50"),
        (Kind.DATE, "03/04/2026", "may mean 2026-0[34]-0[34], 2026-0[34]-0[34]; write it as 2026-01-31"),
        (Kind.DATE, "soon", "is no date"),
        (Kind.IBAN, "DE03 1203 0000 0000 2020 51", "check digits"),
        (Kind.TABLE, "x", "is a table"),
        (Kind.INTEGER, "12.5", "is no"),
        (Kind.CODE, "", "say `absent`"),
    ],
)
def test_what_may_mean_two_things_or_nothing_is_refused(kind, text, message):
    with pytest.raises(ValueError, match=message):
        corrected_value(field(kind), text)


def test_the_audited_error_is_what_a_person_found_in_the_file(made, output, root, tmp_path, capsys):
    """From the random sample in the queue, through a person's spreadsheet, to the estimate of `extract status`."""
    made.run(output, made.work(), [made.candidate(f"{n}.pdf") for n in range(12)])
    rescore(output, settings={"audit_rate": 0.4, "threshold": 0.0})
    path = tmp_path / "review.csv"
    assert main(["review", "export", str(root), "--to", str(path), "--no-crops"]) == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    drawn = [row for row in rows if "audit" in row["reasons"].split()]
    others = [row for row in rows if row not in drawn]
    assert 10 < len(drawn) < len(made.rows(root, "fields"))
    totals = [row for row in drawn if row["path"] == "total"]
    assert len(totals) > 1
    for row in drawn:
        row["decision"] = "accept"
    totals[0] |= {"decision": "correct", "corrected_value": "99.90"}
    totals[1] |= {"decision": "correct", "corrected_value": "12.50"}  # what was read: the person changes nothing
    drawn[-1]["decision"] = ""  # not looked at yet
    for row in others:  # what waits for another reason says nothing of what is accepted
        row |= {"decision": "absent"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    capsys.readouterr()
    assert main(["review", "import", str(root), "--from", str(path), "--reviewer", "otto"]) == 0
    (status,) = output.status().schemas
    assert (status.audited, status.audited_wrong) == (len(drawn) - 1, 1)
    main(["status", str(root)])
    told = capsys.readouterr().out
    assert f"1 of {len(drawn) - 1} accepted values drawn at random were wrong" in told
    rescore(output)
    assert output.status().schemas[0].audited_wrong == 1
    left = [row for row in made.rows(root, "fields") if "audit" in row["reasons"] and row["status"] == "review"]
    assert [(f"{r['_document_id']}", r["path"]) for r in left] == [(drawn[-1]["document_id"], drawn[-1]["path"])]
