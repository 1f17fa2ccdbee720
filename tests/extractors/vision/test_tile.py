"""Each strategy with an engine that plays the model: good answers, cut ones, loops, nonsense, and none at all."""

from __future__ import annotations

import json

import pytest

from extractors.call import Purpose
from extractors.catalogue.entry import Strategy
from extractors.engine.interface import Picture, RefusedError, TextPart, TooLongError, UnavailableError
from extractors.vision import prompts
from schemas.decoder import decoder_schema
from tests.extractors.vision.answering import NOTE, answer, read, sheet, text_of, values_of, voice, written
from tiling import Reason

GOOD = written(number="A-1", total="12,50")
PAGE = "Note A-1\nTotal 12,50\n"


def rows(first, last):
    return [{"what": f"Part {n}", "amount": f"{n},00"} for n in range(first, last + 1)]


def test_direct_sends_the_constant_prompt_first_and_the_picture_last():
    engine, (reading,) = read(lambda _: GOOD)
    (request,) = engine.requests
    assert values_of(reading)["total"] == "12,50"
    assert [type(part) for part in request.parts] == [TextPart, Picture]
    assert request.schema == decoder_schema(NOTE)
    assert list(request.schema["properties"]) == ["number", "total", "day", "lines"]
    assert request.temperature == 0.0
    assert request.log_probabilities
    (call,) = reading.calls
    assert (call.purpose, call.raw, call.visual_tokens, call.attempt) == (Purpose.JSON, GOOD, 500, 1)


def test_what_is_constant_is_the_same_for_every_page_and_document():
    requests = [read(lambda _: GOOD, of=sheet(page=n))[0].requests[0] for n in range(2)]
    assert requests[0].parts[0] == requests[1].parts[0]


def test_a_blank_tile_never_reaches_a_model():
    engine, readings = read(lambda _: GOOD, of=sheet(blank=True, picture=None))
    assert (engine.requests, readings) == ([], ())


def test_transcribe_uses_the_models_own_instruction_with_the_picture_first():
    engine, (reading,) = read(
        lambda request: GOOD if request.schema else PAGE, Strategy.TRANSCRIBE, prompts=("Read this.",)
    )
    first, second = engine.requests
    assert [type(part) for part in first.parts] == [Picture, TextPart]
    assert first.parts[1].text == "Read this."
    assert first.schema is None
    assert [type(part) for part in second.parts] == [TextPart, TextPart]
    assert second.parts[1].text == prompts.quoted(PAGE)
    assert reading.transcript == PAGE
    assert [c.purpose for c in reading.calls] == [Purpose.TRANSCRIPT, Purpose.JSON_OF_TEXT]
    assert [c.visual_tokens for c in reading.calls] == [500, 0]


def test_another_model_may_write_the_json():
    engine, (reading,) = read(
        lambda request: GOOD if request.schema else PAGE,
        Strategy.TRANSCRIBE,
        writer=voice(name="writer", json_schema=True),
    )
    assert [c.model for c in reading.calls] == ["model", "writer"]
    assert len(engine.requests) == 2


def test_a_question_a_field_and_the_text_where_the_model_writes_it():
    said = {"what is the number?": "A-1", "what is the total?": "12.50", "what is the day?": "unanswerable"}
    engine, (reading,) = read(
        lambda request: said.get(text_of(request).removeprefix("answer en "), PAGE),
        Strategy.ASK,
        prompts=("ocr", "answer en {question}"),
    )
    assert values_of(reading) == {"number": "A-1", "total": "12.50", "day": None}
    assert reading.transcript == PAGE
    assert sorted(text_of(r) for r in engine.requests) == ["answer en " + q for q in sorted(said)] + ["ocr"]
    assert all(r.schema is None for r in engine.requests)


def test_a_cut_answer_halves_the_tile_and_both_halves_are_read():
    halves = [sheet(order=(0, n), overlaps=n == 1) for n in range(2)]
    said = iter([answer(GOOD[:20], "length"), written(number="A-1"), written(total="12,50")])
    _, (upper, lower) = read(lambda _: next(said), halves=halves)
    assert (values_of(upper)["number"], values_of(lower)["total"]) == ("A-1", "12,50")
    assert [c.problem != "" for c in upper.calls] == [True, False]
    assert (upper.order, lower.order, lower.overlaps) == ((0, 0), (0, 1), True)


@pytest.mark.parametrize("strategy", [Strategy.DIRECT, Strategy.TRANSCRIBE])
def test_a_question_that_is_too_long_for_the_model_halves_the_tile(strategy):
    halves = [sheet(order=(0, n), overlaps=n == 1, tokens=250) for n in range(2)]
    whole = iter([TooLongError("the prompt is longer than the maximum model length")])
    _, readings = read(lambda r: next(whole, None) or (GOOD if r.schema else PAGE), strategy, halves=halves)
    assert [values_of(reading)["total"] for reading in readings] == ["12,50", "12,50"]
    assert not any(reading.problem or reading.failure for reading in readings)
    refused, *_ = readings[0].calls
    assert (refused.finish_reason, refused.visual_tokens, "longer" in refused.problem) == ("error", 0, True)


@pytest.mark.parametrize("strategy", [Strategy.DIRECT, Strategy.TRANSCRIBE])
def test_what_is_too_long_however_small_is_refused(strategy):
    _, (reading,) = read(lambda _: TooLongError("too long"), strategy, of=sheet(order=(0, 0, 0)))
    assert (reading.failure, reading.said) == (Reason.ENGINE_REFUSED, ())
    assert "too long" in reading.problem


@pytest.mark.parametrize(
    ("strategy", "advice"),
    [
        (Strategy.TRANSCRIBE, ("--json-model", "--max-model-len", "--strategy direct")),
        (Strategy.DIRECT, ("--max-model-len",)),
    ],
)
def test_of_a_transcript_that_is_too_long_it_is_said_how_long_for_whom_and_what_helps(strategy, advice):
    long = " ".join(str(n * n) for n in range(400))

    def say(request):
        if prompts.quoted(long) in text_of(request):
            return TooLongError("here answers 400: the context is 2048 tokens.")
        return answer(GOOD[:20], "length") if request.schema else long

    _, (reading,) = read(say, strategy, of=sheet(order=(0, 0, 0)), writer=voice(name="writer"))
    characters = f"{len(prompts.quoted(long)):,} characters of text"
    assert (reading.failure, reading.transcript) == (Reason.ENGINE_REFUSED, long)
    assert reading.problem.startswith(f"page 1: {characters} and ")
    assert "are too long for writer: here answers 400: the context is 2048 tokens. " in reading.problem
    assert all(each in reading.problem for each in advice)
    assert ("--strategy" in reading.problem) is ("--strategy direct" in advice)
    assert characters in reading.calls[-1].problem


def test_of_a_picture_that_is_too_long_it_is_said_how_large_and_what_helps():
    _, (reading,) = read(lambda _: TooLongError("here answers 400."), Strategy.TRANSCRIBE, of=sheet(order=(0, 0, 0)))
    assert reading.problem.startswith("page 1: a picture of 500 visual tokens and ")
    assert "--budget" in reading.problem


def test_of_a_question_that_is_too_long_the_page_and_the_size_are_said():
    _, (reading,) = read(lambda _: TooLongError("here answers 400."), Strategy.ASK, of=sheet(page=2))
    assert reading.failure is Reason.ENGINE_REFUSED
    assert reading.problem.startswith("page 3: a picture of 500 visual tokens and ")
    assert reading.problem.endswith("are too long for model: here answers 400.")


def test_a_continuation_that_is_too_long_leaves_the_rows_that_are_there():
    say = lambda r: TooLongError("too long") if prompts.CONTINUE in text_of(r) else written(lines=rows(1, 3))  # noqa: E731
    _, (reading,) = read(say, of=sheet(rows={"lines": 7}))
    assert values_of(reading)["lines[2].what"] == "Part 3"
    assert reading.failure is None


def test_a_tile_that_cannot_be_halved_any_more_is_transcribed_first():
    def say(request):
        if len(request.parts) == 2 and isinstance(request.parts[0], Picture):
            return PAGE
        return GOOD if prompts.quoted(PAGE) in text_of(request) else answer(GOOD[:20], "length")

    _, (reading,) = read(say, of=sheet(order=(0, 0, 0)))
    assert values_of(reading)["total"] == "12,50"
    assert [c.purpose for c in reading.calls] == [Purpose.JSON, Purpose.TRANSCRIPT, Purpose.JSON_OF_TEXT]
    assert not reading.problem


def test_a_loop_is_asked_again_warmer():
    engine, (reading,) = read(lambda r: GOOD if r.temperature else answer('{"number":"' + "0" * 90, "length"))
    assert [r.temperature for r in engine.requests] == [0.0, 0.3]
    assert [bool(c.problem) for c in reading.calls] == [True, False]
    assert [c.attempt for c in reading.calls] == [1, 2]


def test_nonsense_is_given_up_and_nothing_of_it_is_kept():
    _, (reading,) = read(lambda _: "I am sorry, I cannot do that.")
    assert reading.said == ()
    assert "after 3 attempts the answer is no JSON" in reading.problem
    assert len(reading.calls) == 7  # three answers, a transcript, three answers from it


def test_of_what_stays_cut_the_whole_values_are_kept_and_it_is_said():
    def say(request):
        return PAGE if request.schema is None else answer(written(number="A-1", total="12,50")[:36], "length")

    _, (reading,) = read(say, Strategy.TRANSCRIBE)
    assert values_of(reading) == {"number": "A-1", "total": "12,50"}
    assert "cut after" in reading.problem


def test_a_long_transcript_is_made_json_by_halves():
    lines = [f"Part {n} {n},00\n" for n in range(1, 11)]

    def say(request):
        if request.schema is None:
            return "".join(lines)
        text = text_of(request).partition(prompts.OPENING)[2]
        if text.count("Part") > 5:
            return answer('{"number":null', "length")
        first = 1 if "Part 1 " in text else 6
        return written(lines=rows(first, first + 4))

    _, readings = read(say, Strategy.TRANSCRIBE)
    assert [values_of(r)["lines[0].what"] for r in readings] == ["Part 1", "Part 6"]


def test_a_table_shorter_than_the_words_show_is_continued():
    def say(request):
        told = text_of(request)
        if prompts.CONTINUE not in told:
            return written(lines=rows(1, 3))
        assert '"Part 3"' in told or '"Part 5"' in told
        assert list(request.schema["properties"]) == ["lines"]
        return json.dumps({"lines": rows(3, 5) if '"Part 3"' in told else rows(6, 7)})

    engine, (reading,) = read(say, of=sheet(rows={"lines": 7}))
    assert [values_of(reading)[f"lines[{n}].what"] for n in range(7)] == [f"Part {n}" for n in range(1, 8)]
    assert len(engine.requests) == 3
    assert [type(p) for p in engine.requests[1].parts] == [TextPart, Picture, TextPart]


@pytest.mark.parametrize("first", [None, []])
def test_a_table_that_the_words_show_and_the_model_does_not_is_asked_for_alone(first):
    engine, (reading,) = read(
        lambda r: json.dumps({"lines": rows(1, 3)}) if len(r.schema["properties"]) == 1 else written(lines=first),
        of=sheet(rows={"lines": 3}),
    )
    assert values_of(reading)["lines[2].what"] == "Part 3"
    assert next(s.items for s in reading.said if s.path == "lines") == 3
    assert [type(p) for p in engine.requests[1].parts] == [TextPart, Picture]
    assert [c.purpose for c in reading.calls] == [Purpose.JSON, Purpose.CONTINUATION]


def test_a_table_that_the_model_denies_twice_is_not_asked_for_again():
    engine, (reading,) = read(
        lambda r: json.dumps({"lines": None}) if len(r.schema["properties"]) == 1 else written(lines=[]),
        of=sheet(rows={"lines": 3}),
    )
    assert len(engine.requests) == 2
    assert next(s.items for s in reading.said if s.path == "lines") == 0


def test_a_model_that_has_no_more_rows_is_not_asked_for_ever():
    engine, (reading,) = read(
        lambda r: json.dumps({"lines": rows(2, 3)}) if prompts.CONTINUE in text_of(r) else written(lines=rows(1, 3)),
        of=sheet(rows={"lines": 9}),
    )
    assert next(s.items for s in reading.said if s.path == "lines") == 3
    assert len(engine.requests) == 2


@pytest.mark.parametrize(
    ("error", "reason"),
    [(RefusedError("no"), Reason.ENGINE_REFUSED), (UnavailableError("away"), Reason.ENGINE_UNAVAILABLE)],
)
@pytest.mark.parametrize("strategy", list(Strategy))
def test_an_engine_that_does_not_answer_is_a_value(error, reason, strategy):
    _, (reading,) = read(lambda _: error, strategy)
    assert (reading.failure, reading.problem, reading.said) == (reason, str(error), ())


def test_what_a_server_cannot_do_is_not_asked_of_it():
    plain = voice(json_schema=False, log_probabilities=False, context_tokens=4096)
    engine, (reading,) = read(lambda _: f"```json\n{GOOD}\n```", reader=plain)
    (request,) = engine.requests
    assert (request.schema, request.log_probabilities, request.max_output_tokens) == (None, False, 2048)
    assert values_of(reading)["total"] == "12,50"
