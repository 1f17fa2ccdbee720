from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from extractors import FieldStatus, FieldValue, Record, RecordStatus, ReviewReason, State
from flows import corrections
from flows.cli import main
from flows.corrections import Correction, Decision, applied, value_of
from flows.exit_codes import ExitCode
from flows.output import open_output
from flows.part_file import PartError
from flows.rescore import rescore, stored_schema
from flows.run_policy import last_policy, last_settings
from flows.store import StoreError
from schemas import Field, Kind, Schema

LATER = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)


def decision(made, name: str, path: str | None, what: Decision, value: str | None = None, **more) -> Correction:
    return Correction(
        document_id=made.candidate(name).document_id,
        schema="note",
        path=path,
        decision=what,
        value=value,
        **{"decided_at": LATER, "reviewer": "rita", **more},
    )


def test_rescoring_builds_all_tables_again_without_reading(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    before = made.tables(root)

    def surer(document, schema, readings):
        return dataclasses.replace(made.merge(document, schema, readings), confidence=0.99)

    built = rescore(open_output(str(root)), merge=surer)
    assert (built["note"].built, built["note"].documents) == (1, 2)
    assert {r["_confidence"] for r in made.rows(root, "records")} == {0.99}
    rescore(output, merge=made.merge)
    assert made.tables(root) == before


def test_rescoring_needs_no_schema_file(made, output):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    assert stored_schema(output, "note") == made.schema


def test_rescoring_with_the_real_merge_gives_the_values_that_were_read(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    rescore(output)
    (record,) = made.rows(root, "records")
    assert (record["number"], record["total"]) == ("a.pdf", Decimal("12.50"))
    assert record["lines"] == [{"what": "Ω screws", "amount": Decimal("12.50")}]


def test_a_bound_on_errors_takes_the_place_of_the_threshold_of_the_last_run(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    rescore(output, settings={"threshold": 0.0})
    assert {r["status"] for r in made.rows(root, "fields") if r["state"] == "value"} == {"accepted"}
    rescore(output, settings={"max_error": 1e-6})
    assert {r["status"] for r in made.rows(root, "fields") if r["state"] == "value"} == {"review"}


def test_of_two_rescorings_at_the_same_time_the_one_that_began_later_holds(made, output, root, monkeypatch):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    replace, left = output.store.replace, ["once"]

    def replace_once_another_has_rescored(name, data, **more):
        if name.startswith("records/") and left:
            left.pop()
            rescore(open_output(str(root)), settings={"threshold": 0.0})
        return replace(name, data, **more)

    monkeypatch.setattr(output.store, "replace", replace_once_another_has_rescored)
    rescore(output, settings={"threshold": 0.999})
    assert left == []
    assert last_policy(output, "note").threshold == 0.0
    assert {r["status"] for r in made.rows(root, "fields") if r["state"] == "value"} == {"accepted"}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (Schema(name="nota", version="1", fields=()), "holds no 'nota'; it holds note"),
        (
            Schema(name="note", version="2", fields=()),
            r"was read with note 1, and this is 2: .* `version: 1` in the file",
        ),
    ],
)
def test_a_schema_that_nothing_was_read_with_is_refused(made, output, other, told):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    with pytest.raises(StoreError, match=told) as caught:
        rescore(output, schemas={other.name: other})
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_schema_that_is_named_is_the_only_one_that_is_rescored(made, output, root, capsys):
    order = dataclasses.replace(made.schema, name="order")
    made.run(output, made.work(), [made.candidate("a.pdf")])
    made.run(output, made.work(schema=order), [made.candidate("b.pdf")])
    assert main(["rescore", str(root), "--schema", "order", "--threshold", "0.5"]) == 0
    assert capsys.readouterr().out == "order: 1 document in 1 part built again\n"
    assert last_settings(output, "order")["threshold"] == 0.5
    assert "threshold" not in last_settings(output, "note")
    assert main(["rescore", str(root), "--schema", "ordr"]) == ExitCode.USAGE
    assert "holds no 'ordr'; it holds note, order" in capsys.readouterr().err


def test_there_is_nothing_to_rescore_where_nothing_was_read(output):
    with pytest.raises(StoreError, match="holds no readings"):
        rescore(output)


def test_what_a_person_decided_is_in_the_tables(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    said = [
        decision(made, "a.pdf", "total", Decision.CORRECT, "99.90"),
        decision(made, "a.pdf", "day", Decision.ABSENT),
        decision(made, "a.pdf", "lines[0].what", Decision.CORRECT, "bolts"),
        decision(made, "a.pdf", "number", Decision.ACCEPT),
    ]
    corrections.append(output.store, said)
    assert output.derive(made.work(), merge=made.merge).built == 1
    (record,) = made.rows(root, "records")
    assert (record["total"], record["day"]) == (Decimal("99.90"), None)
    assert record["lines"] == [{"what": "bolts", "amount": Decimal("12.50")}]
    fields = {f["path"]: f for f in made.rows(root, "fields")}
    assert {p for p, f in fields.items() if f["status"] == "corrected"} == {"total", "day", "number", "lines[0].what"}
    assert (fields["total"]["value"], fields["total"]["confidence"]) == ("99.90", None)
    assert (fields["day"]["state"], fields["day"]["value"]) == ("absent", None)
    assert fields["number"]["value"] == "a.pdf"
    assert "correct by rita" in fields["total"]["notes"]
    assert output.derive(made.work(), merge=made.merge).built == 0


def test_the_last_decision_counts(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    later = LATER + dt.timedelta(days=1)
    corrections.append(output.store, [decision(made, "a.pdf", "total", Decision.CORRECT, "2.00", decided_at=later)])
    corrections.append(output.store, [decision(made, "a.pdf", "total", Decision.CORRECT, "1.00")])
    output.derive(made.work(), merge=made.merge)
    assert made.rows(root, "records")[0]["total"] == Decimal("2.00")


def test_the_same_decisions_are_stored_once(made, output):
    said = [decision(made, "a.pdf", "total", Decision.ACCEPT)]
    assert corrections.append(output.store, said)
    assert corrections.append(output.store, said) is None
    assert len(output.store.names("corrections/")) == 1


def test_a_rejected_document_leaves_the_records_and_is_accounted_for(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf"), made.candidate("b.pdf")])
    corrections.append(output.store, [decision(made, "a.pdf", None, Decision.REJECT)])
    output.derive(made.work(), merge=made.merge)
    assert [r["_source"] for r in made.rows(root, "records")] == ["in/b.pdf"]
    (failure,) = made.rows(root, "failures")
    assert (failure["reason"], failure["stage"]) == ("quarantined", "validate")
    assert "rita said" in failure["message"]
    assert output.status().problems == ()


def test_a_damaged_corrections_part_is_reported_and_the_others_count(made, output, root):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    corrections.append(output.store, [decision(made, "a.pdf", "total", Decision.CORRECT, "1.00")])
    (root / "corrections" / "part-broken.parquet").write_bytes(b"PAR1")
    derived = output.derive(made.work(), merge=made.merge)
    assert [type(e) for e in derived.damaged] == [PartError]
    assert made.rows(root, "records")[0]["total"] == Decimal("1.00")


def test_a_correction_that_mends_a_check_frees_the_other_values():
    schema = Schema(
        name="sum",
        version="1",
        fields=tuple(Field(name=n, kind=Kind.MONEY) for n in ("subtotal", "tax_total", "total")),
        checks=("total_is_sum",),
    )

    def value(path: str, number: str) -> FieldValue:
        return FieldValue(
            path=path,
            state=State.VALUE,
            value=Decimal(number),
            text=number,
            confidence=0.9,
            status=FieldStatus.REVIEW,
            reasons=(ReviewReason.CHECK_FAILED,),
        )

    fields = (value("subtotal", "10.00"), value("tax_total", "2.00"), value("total", "21.00"))
    record = Record(
        values={f.path: f.value for f in fields},
        fields=fields,
        status=RecordStatus.COMPLETE,
        confidence=0.9,
        reader="layout",
    )
    said = Correction(
        document_id="d", schema="sum", path="total", decision=Decision.CORRECT, value="12.00", decided_at=LATER
    )
    after = applied(record, schema, [said])
    assert [f.status for f in after.fields] == [FieldStatus.ACCEPTED, FieldStatus.ACCEPTED, FieldStatus.CORRECTED]
    assert after.values["total"] == Decimal("12.00")


def test_a_decision_on_a_field_that_no_reader_saw_is_kept(made, output, root):
    def read(entry):
        outcome = made.read(entry)
        reading = dataclasses.replace(outcome.readings[0], findings=outcome.readings[0].findings[:1])
        return dataclasses.replace(outcome, readings=(reading,))

    made.run(output, made.work(), [made.candidate("a.pdf")], read=read)
    corrections.append(output.store, [decision(made, "a.pdf", "total", Decision.CORRECT, "5.00")])
    output.derive(made.work(), merge=made.merge)
    assert made.rows(root, "records")[0]["total"] == Decimal("5.00")
    assert {f["path"]: f["value"] for f in made.rows(root, "fields")} == {"number": "a.pdf", "total": "5.00"}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.MONEY, "-12.50", Decimal("-12.50")),
        (Kind.DATE, "2026-01-31", dt.date(2026, 1, 31)),
        (Kind.TIME, "12:30:00", dt.time(12, 30)),
        (Kind.INTEGER, "7", 7),
        (Kind.BOOLEAN, "true", True),
        (Kind.TEXT, "7", "7"),
    ],
)
def test_the_text_of_a_value_gives_the_value(kind, text, value):
    assert value_of(Field(name="x", kind=kind), text) == value


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.DATE, Kind.TIME, Kind.INTEGER, Kind.BOOLEAN])
def test_a_text_that_is_no_value_is_refused(kind):
    with pytest.raises(ValueError, match=f"'soon' is no {kind.value}"):
        value_of(Field(name="x", kind=kind), "soon")
