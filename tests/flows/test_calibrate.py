from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.calibration import Case, Fitted, fit, paired
from extractors.calibration_file import content, data_fingerprint, finished, to_text
from extractors.calibration_measures import auroc, ece
from extractors.confidence import ScoreModel, Signal, load_model, model_of
from extractors.policy import Policy
from flows import corrections
from flows.calibrate import calibrated
from flows.cli import main
from flows.corrections import Correction, Decision
from flows.errors import UsageError
from flows.rescore import rescore
from flows.run_options import RunOptions
from flows.run_policy import acceptance_text, policy_of, read_calibration
from schemas import Field, Kind, Schema

DAY = dt.date(2026, 2, 1)
SCHEMA = Schema(name="slip", version="1", fields=(Field(name="total", kind=Kind.MONEY, required=True),))
START = ScoreModel(
    name="start",
    version="1",
    provisional=True,
    threshold=0.9,
    intercept=0.0,
    signals=tuple(
        Signal(name=n, weight=0.5, neutral=0.5, explanation=n, curve=((0.0, 0.0), (0.5, 0.5), (1.0, 1.0)))
        for n in ("useful", "useless")
    ),
    kinds=(("money", 0.0),),
)


def cases(n: int = 1500, seed: int = 3) -> list[Case]:
    """Values that are wrong where `useful` is low, whatever `useless` says."""
    draw = random.Random(seed)  # noqa: S311
    made = []
    for k in range(n):
        signals = {"useful": draw.random(), "useless": draw.random()}
        right = draw.random() < 0.3 + 0.69 * signals["useful"]
        made.append(
            Case(document=f"d{k // 5}", group=f"g{k % 40}", name="total", kind="money", right=right, signals=signals)
        )
    return made


def test_weights_follow_the_labels_and_are_never_negative():
    model = fit(cases(), START).model
    useful, useless = model.signals
    assert useful.weight > 4 * useless.weight >= 0
    assert auroc(paired(cases(), fit(cases(), START).left_out)).value > 0.7


def test_few_labels_leave_the_weights_where_they_were():
    useful, useless = fit(cases(25), START).model.signals
    assert useful.weight == pytest.approx(0.5, abs=0.15)
    assert useless.weight == pytest.approx(0.5, abs=0.15)


def test_noise_that_was_learnt_by_heart_is_not_reported_as_skill():
    draw = random.Random(5)  # noqa: S311
    noise = [
        Case(document=f"d{k}", group=f"d{k}", name="total", kind="money", right=draw.random() < 0.7,
             signals={"useful": draw.random(), "useless": draw.random()})
        for k in range(600)
    ]  # fmt: skip
    assert auroc(paired(noise, fit(noise, START).left_out)).value == pytest.approx(0.5, abs=0.08)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), st.floats(0, 1))
def test_a_fitted_model_is_monotone(pair, other):
    low, high = sorted(pair)
    assert FITTED.score({"useful": low, "useless": other}, "money") <= FITTED.score(
        {"useful": high, "useless": other}, "money"
    )


FITTED = fit(cases(), START).model


def test_values_of_disturbed_copies_are_never_counted_as_results():
    real = cases(200)
    copies = [Case(document="x", group="x", name="total", kind="money", right=False, made=True) for _ in range(50)]
    fitted = fit([*real, *copies], START)
    assert len(fitted.left_out) == 200
    model, _ = finished(fitted, [*real, *copies])
    told = content(model, fitted, [*real, *copies], day=DAY)
    assert (told["fitted"]["values"], told["fitted"]["values_of_disturbed_copies"]) == (200, 50)


def test_the_file_can_be_read_by_people_and_by_us(tmp_path):
    fitted = fit(cases(), START)
    model, acceptance = finished(fitted, cases(), max_error=0.2, source="drawn")
    path = tmp_path / "calibration.json"
    path.write_text(to_text(content(model, fitted, cases(), day=DAY)))
    assert load_model(path) == model
    assert acceptance.threshold == model.threshold
    assert max(len(line) for line in path.read_text().splitlines()) < 700
    assert json.loads(path.read_text())["fitted"]["date"] == "2026-02-01"


def test_the_fingerprint_is_of_the_data_and_not_of_its_order():
    some = cases(50)
    assert data_fingerprint(some) == data_fingerprint(some[::-1]) != data_fingerprint(some[:-1])


def test_what_was_no_better_on_unseen_values_is_not_taken():
    few = cases(60, seed=2)
    own = calibrated(few, FITTED, SCHEMA, max_error=0.01, certainty=0.95, source="few", day=DAY)
    assert own.kept
    assert "too few" in own.acceptance.message
    much = calibrated(cases(), START, SCHEMA, max_error=0.01, certainty=0.95, source="many", day=DAY)
    assert not much.kept
    assert much.after["brier"] < much.before["brier"]


def test_a_document_is_at_most_as_sure_as_its_least_sure_value():
    model = model_of(content(*finished(fit(cases(), START), cases())[:1], fit(cases(), START), cases(), day=DAY))
    assert 0.719 < model.together([0.9, 0.8]) <= 0.8
    assert model.together([]) == 1.0


def settings(**more):
    return RunOptions(paths=("x",), schema="note", **more).stored()


def test_a_bound_sets_the_threshold_unless_one_is_given():
    assert policy_of(settings()) == Policy()
    strict, loose = policy_of(settings(max_error=0.01)), policy_of(settings(max_error=0.05))
    assert strict.threshold > loose.threshold
    assert policy_of(settings(max_error=0.01, threshold=0.7)).threshold == 0.7
    assert "not your documents" in acceptance_text(settings(max_error=0.01))
    assert policy_of(settings(max_error=0.0001)).threshold == 1.0
    assert "more would do" in acceptance_text(settings(max_error=0.0001))


def test_a_calibration_is_stored_with_the_run_and_not_read_again(tmp_path):
    fitted = fit(cases(), START)
    model, _ = finished(fitted, cases())
    path = tmp_path / "calibration.json"
    path.write_text(to_text(content(model, fitted, cases(), day=DAY)))
    stored = settings(calibration=str(path))
    path.unlink()
    assert policy_of(stored).score_model == model
    with pytest.raises(UsageError, match=rf"^--calibration {path}: No such file or directory. `extract calibrate"):
        read_calibration(str(path))


def test_the_command_fits_writes_and_is_used_by_rescore(made, output, root, tmp_path, capsys):
    names = [f"{n}.pdf" for n in range(12)]
    made.run(output, made.work(), [made.candidate(n) for n in names])
    rescore(output)
    folder = tmp_path / "truth"
    folder.mkdir()
    for n in range(12):
        (folder / f"{n}.json").write_text(json.dumps({"number": f"{n}.pdf", "total": 12.5 if n else 13}))
    assert main(["calibrate", str(root), "--truth", str(folder), "--schema", "note"]) == 0
    told = capsys.readouterr().out
    assert told.endswith(f"next        extract rescore {root} --calibration {root}/calibration.json --schema note\n")
    assert "24 values of 12 documents, 1 of them wrong" in told
    assert "299 in all" in told
    assert main(["rescore", str(root), "--calibration", str(root / "calibration.json")]) == 0
    assert {f["status"] for f in made.rows(root, "fields") if f["confidence"] is not None} == {"review"}
    (record, *_) = made.rows(root, "records")
    assert any("own-note" in note for note in record["_notes"])


def test_a_file_that_cannot_be_written_whole_leaves_the_one_before(made, output, root, tmp_path, monkeypatch, capsys):
    made.run(output, made.work(), [made.candidate(f"{n}.pdf") for n in range(24)])
    rescore(output)
    (tmp_path / "truth.csv").write_text("stem,number\n" + "".join(f"{n},{n}.pdf\n" for n in range(24)))
    (root / "calibration.json").write_text("before")
    write = Path.write_text

    def write_half(path, text, **more):
        write(path, text[: len(text) // 2], **more)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", write_half)
    assert main(["calibrate", str(root), "--truth", str(tmp_path / "truth.csv"), "--schema", "note"]) == 2
    assert "No space left on device; --to FILE puts it elsewhere" in capsys.readouterr().err
    assert (root / "calibration.json").read_text() == "before"
    assert list(root.glob(".calibration*")) == []


def test_the_audit_says_how_many_accepted_values_are_wrong(made, output, root, capsys):
    names = [f"{n}.pdf" for n in range(8)]
    made.run(output, made.work(), [made.candidate(n) for n in names])
    rescore(output, settings={"audit_rate": 1.0, "threshold": 0.0})
    drawn = [f for f in made.rows(root, "fields") if "audit" in f["reasons"] and f["path"] == "number"]
    assert len(drawn) == 8
    decisions = [
        Correction(
            document_id=f["_document_id"],
            schema="note",
            path="number",
            decision=Decision.CORRECT if n == 0 else Decision.ACCEPT,
            value="other" if n == 0 else None,
            decided_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
            reviewer="rita",
        )
        for n, f in enumerate(drawn)
    ]
    corrections.append(output.store, decisions)
    rescore(output)
    (status,) = output.status().schemas
    assert (status.audited, status.audited_wrong) == (8, 1)
    main(["status", str(root)])
    assert "1 of 8 accepted values drawn at random were wrong: 12.5%" in capsys.readouterr().out
    assert main(["calibrate", str(root), "--truth", "corrections"]) == 2
    assert "8 labelled values" in capsys.readouterr().err


CELLS = dataclasses.replace(
    START,
    signals=(*START.signals, Signal(name="extent", weight=0.5, neutral=1.0, explanation="where it ends")),
    kinds=(("money", 0.0), ("text in rows", 0.0), ("money in rows", 0.0)),
)


def cells(n: int = 900, seed: int = 8) -> list[Case]:
    """Texts that are wrong as a rule where `extent` is low, and amounts that are nearly always right."""
    draw = random.Random(seed)  # noqa: S311
    made = []
    for k in range(n):
        text, signals = k % 3 == 0, {"useful": draw.random(), "extent": float(draw.random() < 0.5)}
        right = draw.random() < ((0.95 if signals["extent"] else 0.4) if text else 0.99)
        kind, name = ("text in rows", "lines.what") if text else ("money in rows", "lines.amount")
        made.append(Case(document=f"d{k // 9}", group=f"g{k % 40}", name=name, kind=kind, right=right, signals=signals))
    return made


def test_cells_change_nothing_for_values_outside_of_tables():
    alone, together = fit(cases(), CELLS), fit([*cases(), *cells()], CELLS)
    assert paired(cases(), alone.left_out) == paired([*cases(), *cells()], together.left_out, cells=False)
    signals = {"useful": 0.7, "useless": 0.2}
    assert alone.model.score(signals, "money") == pytest.approx(together.model.score(signals, "money"), abs=0.001)


def test_cells_are_as_sure_as_their_column_and_their_own_signals_say():
    every = [*cases(), *cells()]
    fitted = fit(every, CELLS)
    rows = paired(every, fitted.left_out, cells=True)
    assert ece(rows).value < 0.06 < ece(paired(every, rescaled_without_cells(every), cells=True)).value
    score = fitted.model.score
    assert score({"extent": 0.0}, "text in rows") < 0.7 < score({"extent": 1.0}, "text in rows")
    assert score({}, "money in rows") > 0.9


def rescaled_without_cells(every):
    """What the model that never saw a cell says of all."""
    model = fit([c for c in every if not c.is_cell], CELLS).model
    return [model.score(c.signals, c.kind) for c in every]


def test_a_column_that_breaks_the_bound_gets_its_own_threshold_and_outvotes_nobody():
    sure = [
        Case(document=f"s{n}", group=f"s{n}", name="total", kind="money", right=n > 1, signals={"useful": 1.0})
        for n in range(900)
    ]
    every = [*sure, *cells()]
    left_out = tuple(0.99 for _ in every)
    model, acceptance = finished(Fitted(model=CELLS, left_out=left_out), every)
    assert acceptance.n == 900
    assert dict(acceptance.fields)["lines.what"] == 1.0
    assert {name for name, _ in model.tally.fields} == {"total", "lines.what", "lines.amount"}
