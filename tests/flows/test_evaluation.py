from __future__ import annotations

import itertools
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import main
from flows.errors import UsageError
from flows.evaluation.compare import compare
from flows.evaluation.evaluation import evaluate
from flows.evaluation.html import page
from flows.evaluation.judge import SignRule, Verdict, judge, paired
from flows.evaluation.output import Given, Told
from flows.evaluation.text import failures, lines, to_data
from flows.evaluation.truth import Truth, read_truth
from schemas import Comparison, Field, Kind, Schema
from schemas.assignment import assigned

SLIP = Schema(
    name="slip",
    version="1",
    fields=(
        Field(name="number", kind=Kind.CODE, required=True),
        Field(name="shop", kind=Kind.NAME),
        Field(name="total", kind=Kind.MONEY, required=True),
        Field(
            name="lines",
            kind=Kind.TABLE,
            columns=(Field(name="what", kind=Kind.TEXT), Field(name="amount", kind=Kind.MONEY)),
        ),
    ),
)
NAMES = tuple(f.name for f in SLIP.fields)


def told(confidence=0.9, status="accepted") -> Told:
    return Told(confidence=confidence, status=status)


def document(name="a", *, confidence=0.8, **values) -> Given:
    scalars = {n: told() for n in values if n != "lines"}
    cells = {f"lines[{i}].{c}": told(0.7) for i, row in enumerate(values.get("lines") or ()) for c in row}
    return Given(
        document_id=name,
        sources=(f"in/{name}.pdf",),
        values={n: values.get(n) for n in NAMES},
        confidence=confidence,
        told={**scalars, **cells},
    )


def truth(name="a", *, absent=(), more=None, **values) -> Truth:
    return Truth(name=name, values=values, absent=frozenset(absent), more=more or {})


def line(what, amount):
    return {"what": what, "amount": Decimal(amount)}


def verdicts(given, true) -> dict[str, Verdict]:
    (judged,) = judge([given], [true], SLIP)
    return {v.path: v.verdict for v in judged.values}


def test_each_value_is_right_wrong_missing_or_invented():
    given = document(number="A-17", shop="Kiosk Arvo GmbH", total=None)
    assert verdicts(given, truth(number="A17", total=Decimal(3), absent=["shop"])) == {
        "number": Verdict.RIGHT,
        "total": Verdict.MISSING,
        "shop": Verdict.INVENTED,
    }
    assert verdicts(given, truth(number="A-71", shop="Kiosk Arvo")) == {"number": Verdict.WRONG, "shop": Verdict.RIGHT}


def test_what_the_truth_does_not_speak_of_is_only_counted():
    (judged,) = judge([document(number="1", shop="Arvo", total=Decimal(1))], [truth(number="1")], SLIP)
    assert ([v.field for v in judged.values], judged.unjudged) == (["number"], 2)


def test_a_document_without_a_record_lacks_all_its_values():
    (judged,) = judge([], [truth(number="1", total=Decimal(2), lines=[line("nail", "1")])], SLIP)
    assert not judged.found
    assert {v.verdict for v in judged.values} == {Verdict.MISSING}
    assert judged.rows["lines"].wanted == 1


def test_rows_are_paired_whatever_their_order():
    given = document(lines=[line("rope", "5.00"), line("nails", "2.00"), line("tar", "9.00")])
    (judged,) = judge([given], [truth(lines=[line("nails", "2.00"), line("rope", "5.50")])], SLIP)
    by_path = {v.path: v.verdict for v in judged.values}
    assert by_path == {
        "lines[1].what": Verdict.RIGHT,
        "lines[1].amount": Verdict.RIGHT,
        "lines[0].what": Verdict.RIGHT,
        "lines[0].amount": Verdict.WRONG,
        "lines[2].what": Verdict.INVENTED,
        "lines[2].amount": Verdict.INVENTED,
    }
    rows = judged.rows["lines"]
    assert (rows.wanted, rows.given, rows.right) == (2, 3, 1)


def test_greedy_pairing_would_lose_a_row():
    table = SLIP.field("lines")
    wanted = [line("blue paint", "4.00"), {"what": "blue paint"}]
    given = [{"what": "blue paint"}, line("blue paint", "4.00")]
    assert paired(table, wanted, given) == [1, 0]


@given(st.data())
def test_the_assignment_is_the_best_of_all(data):
    rows, columns = data.draw(st.integers(0, 4)), data.draw(st.integers(1, 4))
    worth = [[data.draw(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])) for _ in range(columns)] for _ in range(rows)]
    chosen = assigned(worth)
    taken = [c for c in chosen if c is not None]
    assert len(set(taken)) == len(taken)
    width = max(rows, columns)
    best = max(sum(worth[r][p[r]] for r in range(rows) if p[r] < columns) for p in itertools.permutations(range(width)))
    assert sum(worth[r][c] for r, c in enumerate(chosen) if c is not None) == pytest.approx(best)


def test_measures_by_hand():
    given = [
        document("a", number="1", total=Decimal(5), shop="Arvo"),
        document("b", number="9", total=Decimal(5), confidence=0.4),
    ]
    truths = [
        truth("a", number="1", total=Decimal(5), absent=["shop"]),
        truth("b", number="2", total=Decimal(5), absent=["shop"]),
    ]
    result = evaluate(judge(given, truths, SLIP), schema="slip", fields=NAMES)
    assert (result.total.right, result.total.wrong, result.total.n) == (3, 1, 4)
    assert (result.total.invention.value, result.total.false_null.value) == (0.5, 0.0)
    assert result.exact.value == 0.0
    # Four values scored .9 each with a truth, and one invented: 3 of 5 right.
    assert result.confidence.n == 5
    assert result.confidence.ece.value == pytest.approx(0.3)
    assert (result.confidence.accepted.hits, result.confidence.accepted.n) == (2, 5)
    # Document a has all required fields right and claims .8, b has not and claims .4.
    assert result.document_confidence.auroc.value == 1.0


def test_macro_is_the_mean_over_groups():
    given = [document(n, number="1") for n in "abc"]
    truths = [truth(n, number=m, more={"_meta": {"look": look}}) for n, m, look in ("a1x", "b1x", "c2y")]
    result = evaluate(judge(given, truths, SLIP, group_by="_meta.look"), schema="slip", fields=NAMES)
    assert result.total.accuracy.value == pytest.approx(2 / 3)
    assert (result.macro.value, result.macro.n) == (0.5, 2)


def test_values_that_a_person_decided_say_nothing_about_confidence():
    given = Given(document_id="a", sources=("a.pdf",), values={"number": "1"}, confidence=None,
                  told={"number": told(0.3, "corrected")})  # fmt: skip
    result = evaluate(judge([given], [truth(number="1")], SLIP), schema="slip", fields=NAMES)
    assert (result.total.right, result.confidence.n) == (1, 0)


def test_credit_notes_may_print_their_amounts_without_sign():
    rule = SignRule(key="_meta.type", values=("381",))
    given = document(total=Decimal("12.00"))
    credit = truth(total=Decimal("-12.00"), more={"_meta": {"type": 381}})
    assert judge([given], [credit], SLIP, either_sign=rule)[0].values[0].right
    assert not judge([given], [credit], SLIP)[0].values[0].right


def test_the_better_output_is_told_from_the_luckier_one():
    truths = [truth(f"d{n}", number="1") for n in range(10)]
    good = judge([document(f"d{n}", number="1") for n in range(10)], truths, SLIP)
    bad = judge([document(f"d{n}", number="1" if n == 0 else "2") for n in range(10)], truths, SLIP)
    better = compare(good, bad, NAMES)
    assert (better.total.gained, better.total.lost, better.total.n) == (9, 0, 10)
    assert better.total.p_value == pytest.approx(2 / 2**9)
    assert 0.6 < better.interval.low < better.interval.high <= 1.0
    assert compare(good, good, NAMES).total.p_value == 1.0


def test_truth_is_typed_by_the_schema(tmp_path):
    content = {"number": 17, "total": 80.9, "lines": [{"what": "nail", "amount": 1, "sku": "x"}], "_absent": ["shop"]}
    (tmp_path / "a.json").write_text(json.dumps(content))
    (true,) = read_truth(tmp_path, SLIP)
    assert true.values == {"number": "17", "total": Decimal("80.9"), "lines": [line("nail", 1)]}
    assert true.absent == {"shop"}


def test_truth_may_be_a_csv(tmp_path):
    file = tmp_path / "truth.csv"
    file.write_text("source,number,vendor,total\nmarch/a.pdf,1,(absent),\nb.pdf,2,Arvo,3.50\n")
    first, second = read_truth(file, SLIP, {"vendor": "shop"})
    assert (first.name, first.values, first.absent) == ("march/a", {"number": "1"}, {"shop"})
    assert second.values == {"number": "2", "shop": "Arvo", "total": Decimal("3.50")}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "[1]", "an object"),
        ("a.json", "{", "cannot be read as JSON"),
        ("a.json", '{"total": "much"}', "is no money"),
        ("a.json", '{"number": 1, "_absent": ["shops"]}', "Did you mean 'shop'"),
        ("a.json", '{"company": "Arvo"}', "--rename"),
    ],
)
def test_a_truth_that_cannot_be_understood_is_named(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=message):
        read_truth(tmp_path, SLIP)


def test_documents_of_one_name_are_told_apart_by_their_folders():
    given = [document("x/a", number="1"), document("y/a", number="2")]
    one, two = judge(given, [truth("x/a", number="1"), truth("y/a", number="1")], SLIP)
    assert (one.values[0].verdict, two.values[0].verdict) == (Verdict.RIGHT, Verdict.WRONG)


def test_goals_are_measures_by_name():
    result = evaluate(judge([document(number="1")], [truth(number="2")], SLIP), schema="slip", fields=NAMES)
    assert list(failures(result, [("number", 0.5), ("accuracy", 0.0)])) == ["number is 0.0000 (n=1), below 0.5"]
    assert "nothing was measured" in next(failures(result, [("total", 0.5)]))


def test_the_page_is_whole_and_escapes_what_is_not_ours():
    given = [document("a", number="1", total=Decimal(5), lines=[line("nail", "1")])]
    truths = [truth("a", number="1", total=Decimal(6), lines=[line("nail", "1")], more={"look": "<b>"})]
    documents = judge(given, truths, SLIP, group_by="look")
    html = page(
        evaluate(documents, schema="slip", fields=NAMES), compare(documents, documents, NAMES), title="<script>"
    )
    assert "<script" not in html
    assert "&lt;b&gt;" in html
    assert html.count("<svg") == html.count("</svg>") > 4
    assert "http" not in html


def test_text_and_json_say_the_same():
    result = evaluate(judge([document(number="1")], [truth(number="1")], SLIP), schema="slip", fields=NAMES)
    assert any(text.startswith("number ") and "100.0 %" in text for text in lines(result))
    assert to_data(result)["fields"]["number"]["accuracy"]["value"] == 1.0
    json.dumps(to_data(result))


def test_the_command_judges_an_output_and_fails_where_it_is_worse_than_wanted(made, output, root, tmp_path, capsys):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    folder = tmp_path / "truth"
    folder.mkdir()
    (folder / "a.json").write_text('{"number": "a.pdf", "total": 12.51}')
    report = tmp_path / "report.html"
    assert main(["eval", str(root), "--truth", str(folder), "--html", str(report)]) == 0
    assert "50.0 %" in capsys.readouterr().out
    assert report.read_text().startswith("<!doctype html>")
    assert main(["eval", str(root), "--truth", str(folder), "--fail-under", "total=.98"]) == 1
    assert main(["eval", str(root), "--truth", str(folder), "--fail-under", "number=.98", "--json"]) == 0
    assert main(["eval", str(root), "--truth", str(folder), "--fail-under", "totl=.98"]) == 2
    assert "Did you mean 'total'" in capsys.readouterr().err


def test_values_are_judged_as_the_schema_declares(tmp_path):
    tags = Field(name="tags", kind=Kind.TEXT, comparison=Comparison.SET)
    words = Field(
        name="words", kind=Kind.TABLE, columns=(Field(name="value", kind=Kind.TEXT, comparison=Comparison.EXACT),)
    )
    schema = Schema(name="card", version="1", fields=(tags, words))
    (tmp_path / "a.json").write_text('{"tags": ["red", "green"], "words": ["one, two", "three"]}')
    given = Given(
        document_id="a",
        sources=("a.pdf",),
        values={"tags": "Green, red", "words": [{"value": "three"}, {"value": "one two"}]},
        confidence=None,
        told={},
    )
    documents = judge([given], read_truth(tmp_path, schema), schema)
    assert documents[0].values[0].verdict is Verdict.RIGHT
    cells = [v.verdict for v in documents[0].values[1:]]  # `one two` is another text than `one, two`, so another row
    assert cells == [Verdict.MISSING, Verdict.RIGHT, Verdict.INVENTED]
    result = evaluate(documents, schema="card", fields=("tags", "words"))
    assert to_data(result)["fields"]["tags"]["compared"] == "set"
    assert any(text.startswith("tags ") and text.endswith("set") for text in lines(result))
    assert "<td>set</td>" in page(result)


def test_the_comparisons_of_a_file_judge_what_was_read_without_them(made, output, root, tmp_path, capsys):
    made.run(output, made.work(), [made.candidate("a.pdf")])
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "a.json").write_text('{"number": "a.pdff"}')
    for way, code in (("exact", 1), ("fuzzy", 0)):
        file = tmp_path / "note.yaml"
        file.write_text(f"name: note\nfields: {{number: {{kind: code, compare: {way}}}}}")
        flags = ["--truth", str(tmp_path / "truth"), "--schema", str(file), "--fail-under", "number=1"]
        assert main(["eval", str(root), *flags]) == code
    assert "  fuzzy" in capsys.readouterr().out
