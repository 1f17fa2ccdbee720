"""What a document becomes when a model reads it: with real pages, a scripted engine, and no process but this one."""

from __future__ import annotations

import asyncio
import json
import pickle
import re
from dataclasses import replace

import pytest

from extractors.catalogue.catalogue import packaged_models
from extractors.engine.interface import QuarantinedError, UnavailableError
from extractors.policy import Policy
from extractors.vision.verify import MOST_DOUBTS
from extractors.vision.voice import Approach, Voice
from flows import errors
from flows.vision import AWAY, VisionReading
from flows.vision_options import VisionOptions
from flows.worker import Task
from schemas.registry import load_schema
from tests.extractors.vision.answering import Scripted, answer
from tests.flows.made_pdf import invoice, pdf_of
from tiling.limits import Limits

SCHEMA = load_schema("invoice")
MODEL = packaged_models()["qwen2.5-vl-7b"]


class Here:
    """A pool that calls in this process, with what a process would be sent."""

    workers = 1

    async def call(self, function, argument):
        return self.sent(function(self.sent(argument)))

    def sent(self, value):
        return pickle.loads(pickle.dumps(value))  # noqa: S301 - made a line above


def filled(request, **values):
    return json.dumps({name: values.get(name) for name in request.schema["properties"]})


@pytest.fixture
def reading(tmp_path):
    """(the engine, what reads a document of these pages)."""

    def make(say, *pages, budget=None, verifier=None):
        (tmp_path / "a.pdf").write_bytes(pdf_of(*pages))
        engine = Scripted(say)
        voice = Voice(name=MODEL.name, served=MODEL.name, strategy=MODEL.strategy)
        vision = VisionOptions(reader=MODEL, budget=budget, verifier=verifier)
        task = Task(
            source="a.pdf", path=str(tmp_path / "a.pdf"), schema_bytes=pickle.dumps(SCHEMA), limits=Limits(),
            looks=vision.looks,
        )  # fmt: skip
        approach = Approach(schema=SCHEMA, reader=voice)
        return engine, task, lambda: VisionReading(pool=Here(), engine=engine, approach=approach, policy=Policy())

    return make


def read(made):
    engine, task, opened = made

    async def main():
        return await opened().read(task)

    return engine, asyncio.run(main())


def rows(packed, kind):
    return [row for row in packed.body if row["kind"] == kind]


@pytest.mark.parametrize(
    ("requests", "ahead", "mib"), [(1, 129, 256), (64, 192, 256), (256, 384, 384), (4096, 2048, 1024)]
)
def test_documents_and_pictures_in_flight_are_bounded_by_the_requests_of_the_engine(reading, requests, ahead, mib):
    _, _, opened = reading(filled, invoice())
    run = replace(opened(), requests=requests)
    assert (run.ahead, run.room.limit) == (ahead, mib * 2**20)


def test_every_tile_of_the_plan_is_asked_about_once_in_any_order(reading):
    lines = [(60, 800 - 14 * n, f"Line {n} of a long list of things") for n in range(54)]
    engine, packed = read(reading(filled, lines, budget=100))
    pictures = [part for request in engine.requests for part in request.parts if hasattr(part, "data")]
    assert len(pictures) > 1
    assert all(MODEL.formula.tokens(p.width_px, p.height_px) <= 100 for p in pictures)
    assert packed.tokens["calls"] == len(pictures)
    assert packed.tokens["visual"] == sum(MODEL.formula.tokens(p.width_px, p.height_px) for p in pictures)


def test_the_layout_reading_is_always_there_beside_the_models(reading):
    _, packed = read(reading(lambda r: filled(r, total="120.00"), invoice()))
    assert [row["reader"] for row in rows(packed, "reading")] == ["layout", "vision"]


@pytest.mark.parametrize("error", [UnavailableError("away"), QuarantinedError("in flight at two crashes")])
def test_a_page_that_the_engine_does_not_answer_is_a_failure_beside_the_others(reading, error):
    _, packed = read(reading(lambda r: error if r.page else filled(r, total="120.00"), invoice(), [(60, 700, "Terms")]))
    (failure,) = rows(packed, "failure")
    assert (failure["page"], failure["reason"], failure["message"]) == (2, str(error.reason), str(error))
    assert packed.failure is None
    assert packed.page_states == {"read": 1, "failed": 1}


def test_a_document_that_no_page_of_was_answered_is_a_failure_and_keeps_what_was_read_of_its_words(reading):
    _, packed = read(reading(lambda _: UnavailableError("away"), invoice()))
    assert packed.failure.reason == "engine_unavailable"
    assert [row["reader"] for row in rows(packed, "reading")] == ["layout"]


def test_an_engine_that_stays_away_ends_the_run(reading):
    _, task, opened = reading(lambda _: UnavailableError("nobody answers."), invoice())

    async def main():
        run = opened()
        for _ in range(AWAY):
            await run.read(task)

    with pytest.raises(errors.UnavailableError, match="not answered for 16 documents in a row: nobody answers"):
        asyncio.run(main())


def test_one_answer_in_between_and_the_engine_is_not_away(reading):
    said = iter([*[UnavailableError("away")] * (AWAY - 1), "{}", *[UnavailableError("away")] * (AWAY - 1)])
    _, task, opened = reading(lambda r: s if isinstance(s := next(said), Exception) else filled(r), invoice())

    async def main():
        run = opened()
        return [(await run.read(task)).failure is not None for _ in range(2 * AWAY - 1)]

    assert asyncio.run(main()).count(False) == 1


def test_a_document_that_changes_while_it_is_read_is_not_mixed(reading, tmp_path):
    pages = [[(60, 780, f"Page {n} of the contract")] for n in range(10)]
    made = reading(filled, *pages)
    engine, task, opened = made

    async def main():
        run = opened()
        call = run.pool.call

        async def changing(function, argument):
            if function.__name__ == "draw":
                (tmp_path / "a.pdf").write_bytes(pdf_of(invoice()))
            return await call(function, argument)

        run.pool.call = changing
        return await run.read(task)

    packed = asyncio.run(main())
    assert len(engine.requests) == 8
    assert {row["reason"] for row in rows(packed, "failure")} == {"broken"}
    assert "changed while it was read" in rows(packed, "failure")[0]["message"]


def test_a_long_table_that_stops_early_is_continued_by_the_words_rows(reading):
    page = [
        *invoice(), (60, 560, "Description"), (300, 560, "Quantity"), (380, 560, "Unit price"), (480, 560, "Amount"),
        *[
            cell
            for n in range(6)
            for cell in (
                (60, 540 - 16 * n, f"Copper pipe no {n + 11}"), (300, 540 - 16 * n, "1"),
                (380, 540 - 16 * n, "20.00"), (480, 540 - 16 * n, "20.00"),
            )
        ],
    ]  # fmt: skip

    def say(request):
        columns = request.schema["properties"]["line_items"]["anyOf"][0]["items"]["properties"]
        continued = len(request.parts) == 3
        numbers = range(3, 6) if continued else range(3)
        items = [dict.fromkeys(columns) | {"description": f"Copper pipe no {n + 11}"} for n in numbers]
        return filled(request, line_items=items)

    engine, packed = read(reading(say, page))
    assert [len(request.parts) for request in engine.requests] == [2, 3]
    (vision,) = [row for row in rows(packed, "reading") if row["reader"] == "vision"]
    found = {f["path"]: f.get("value") for f in json.loads(vision["findings"])}
    assert [found[f"line_items[{n}].description"] for n in (0, 3, 5)] == [
        "Copper pipe no 11", "Copper pipe no 14", "Copper pipe no 16",
    ]  # fmt: skip
    assert [row["purpose"] for row in rows(packed, "call")] == ["json", "continuation"]


def test_the_pictures_of_halves_are_counted_until_they_are_read(reading):
    lines = [(60, 800 - 14 * n, f"Line {n} of a long list of things") for n in range(54)]
    held, runs = [], []

    def say(request):
        held.append(runs[0].room.held)
        return answer(filled(request), "length") if len(held) == 1 else filled(request)

    engine, task, opened = reading(say, lines)

    async def main():
        runs.append(opened())
        await runs[0].read(task)

    asyncio.run(main())
    sizes = [len(part.data) for request in engine.requests for part in request.parts if hasattr(part, "data")]
    assert len(sizes) > 2
    assert held == [sizes[0]] + [sum(sizes)] * (len(sizes) - 1)
    assert runs[0].room.held == 0


def test_the_pictures_of_second_looks_are_counted_until_they_are_looked_at(reading):
    held, runs = [], []

    def say(request):
        held.append(runs[0].room.held)
        return filled(request, **({"total": "999.00"} if len(held) == 1 else {}))

    engine, task, opened = reading(say, invoice())
    task = replace(task, looks=replace(task.looks, verifier=MODEL))

    async def main():
        runs.append(opened())
        runs[0].approach = replace(runs[0].approach, verifier=runs[0].approach.reader)
        await runs[0].read(task)

    asyncio.run(main())
    sizes = [len(part.data) for request in engine.requests for part in request.parts if hasattr(part, "data")]
    assert len(sizes) > 1
    assert held[1] == sum(sizes[1:])
    assert runs[0].room.held == 0


def test_a_cut_answer_counts_as_a_retry_only_when_the_same_is_asked_again(reading):
    said = iter([answer('{"x":"' + "0" * 90, "length"), None])
    _, packed = read(reading(lambda r: s if (s := next(said)) else filled(r), invoice()))
    assert (packed.tokens["calls"], packed.tokens["retries"]) == (2, 1)


def test_doubtful_values_that_nobody_looks_at_again_are_told(reading):
    page = [
        *invoice(), (60, 560, "Description"), (300, 560, "Quantity"), (380, 560, "Unit price"), (480, 560, "Amount"),
        *[
            cell
            for n in range(20)
            for cell in (
                (60, 540 - 16 * n, f"Copper pipe no {n + 11}"), (300, 540 - 16 * n, "1"),
                (380, 540 - 16 * n, "20.00"), (480, 540 - 16 * n, "20.00"),
            )
        ],
    ]  # fmt: skip

    def say(request):
        if "line_items" not in request.schema["properties"]:
            return filled(request)
        columns = request.schema["properties"]["line_items"]["anyOf"][0]["items"]["properties"]
        rows = [dict.fromkeys(columns) | {"description": f"Copper pipe no {n + 11}"} for n in range(20)]
        return filled(request, line_items=rows)

    engine, packed = read(reading(say, page, verifier=MODEL))
    assert packed.tokens["looks"] == MOST_DOUBTS == len(engine.requests) - 1
    (vision,) = [row for row in rows(packed, "reading") if row["reader"] == "vision"]
    (note,) = [note for note in vision["notes"] if "not looked at again" in note]
    assert re.match(r"\d+ of \d+ doubtful values were", note)
