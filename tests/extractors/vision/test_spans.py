"""Every value is found at its own bytes, also in an answer that was cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.vision.spans import scan

names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6)
values = st.one_of(st.none(), st.booleans(), st.text(max_size=20), st.integers(-999, 999))
rows = st.dictionaries(names, values, min_size=1, max_size=3)
documents = st.dictionaries(names, st.one_of(values, st.lists(rows, max_size=3)), max_size=5)


@given(documents, st.booleans(), st.sampled_from([None, 1]))
def test_the_bytes_of_a_span_are_the_value(document, ascii_only, indent):
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    scanned = scan(text)
    assert scanned.complete
    for span in scanned.spans:
        said = text.encode("utf-8", "surrogatepass")[span.start : span.end]
        if span.quoted:
            assert json.loads(b'"' + said + b'"') == span.content
        elif span.items is None:
            assert json.loads(said) == (json.loads(span.content) if isinstance(span.content, str) else span.content)


@given(documents, st.data())
def test_of_a_cut_answer_only_whole_values_are_kept(document, data):
    text = json.dumps(document, ensure_ascii=False)
    whole = {s.path: s.content for s in scan(text).spans}
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    scanned = scan(cut)
    assert not scanned.complete
    assert scanned.problem
    for span in scanned.spans:
        assert whole[span.path] == span.content


def test_paths_are_those_of_findings():
    scanned = scan('{"total":"5,00 €","lines":[{"what":"Käse","amount":12.50},{"what":null}]}')
    assert {s.path: (s.content, s.items) for s in scanned.spans} == {
        "total": ("5,00 €", None),
        "lines[0].what": ("Käse", None),
        "lines[0].amount": ("12.50", None),
        "lines[1].what": (None, None),
        "lines": (None, 2),
    }


@pytest.mark.parametrize("text", ['```json\n{"a":"x"}\n```', ' {"a":"x"}\n', '```\n{"a":"x"}\n```'])
def test_a_fence_is_left_out_and_offsets_are_of_the_whole_text(text):
    scanned = scan(text)
    (span,) = scanned.spans
    assert scanned.complete
    assert text.encode()[span.start : span.end] == b"x"


@pytest.mark.parametrize(
    "text",
    ["", "Here it is:", '{"a":1} and more', '{"a":1,}', "{'a':1}", '{"a":"line\nbreak"}', '{"a":01}', "[" * 50],
)
def test_what_is_no_json_is_said_to_be_none(text):
    assert not scan(text).complete
