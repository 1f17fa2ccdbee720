"""Answers and engines made for tests: what a server would send, and what a model would say."""

from __future__ import annotations

import asyncio
import json

from extractors.catalogue.entry import Strategy
from extractors.engine.interface import Capabilities, ChatAnswer, Picture, Token
from extractors.vision.sheet import Sheet
from extractors.vision.tile import TileReader
from extractors.vision.voice import Approach, Voice
from schemas import Field, Kind, Schema
from tiling import Box

NOTE = Schema(
    name="note",
    version="1",
    fields=(
        Field(name="number", kind=Kind.CODE, title="Number", required=True, max_length=40),
        Field(name="total", kind=Kind.MONEY, title="Total", required=True),
        Field(name="day", kind=Kind.DATE, title="Day"),
        Field(
            name="lines",
            kind=Kind.TABLE,
            max_items=50,
            columns=(
                Field(name="what", kind=Kind.TEXT, max_length=400),
                Field(name="amount", kind=Kind.MONEY),
            ),
        ),
    ),
)


def written(**values) -> str:
    """The JSON of an answer, compact; what is not given is null."""
    return json.dumps({f.name: values.get(f.name) for f in NOTE.fields}, separators=(",", ":"), ensure_ascii=False)


def token(text, log_probability=0.0, **others) -> Token:
    """A token; `others` maps alternatives to their log-probabilities. Without any it was the only legal one."""
    top = sorted([(text.encode(), log_probability), *((t.encode(), p) for t, p in others.items())], key=lambda a: -a[1])
    return Token(text=text, data=text.encode(), log_probability=log_probability, top=tuple(top))


def answer(text, finish_reason="stop", tokens=(), **more) -> ChatAnswer:
    values = {"prompt_tokens": 900, "cached_tokens": 300, "output_tokens": 40, "seconds": 0.5, "endpoint": "here"}
    return ChatAnswer(text=text, finish_reason=finish_reason, tokens=tokens, model="m", **(values | more))


class Scripted:
    """An engine whose answers are what a function says to each request, or raises; it keeps the requests."""

    def __init__(self, say, **abilities):
        self.say, self.requests = say, []
        self.abilities = {
            "json_schema": True, "log_probabilities": True, "several_pictures": True, "context_tokens": 16384,
            "models": ("m",), **abilities,
        }  # fmt: skip

    async def ask(self, request):
        self.requests.append(request)
        said = self.say(request)
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, ChatAnswer) else answer(said)

    async def capabilities(self, model):  # noqa: ARG002 - the same for all
        return Capabilities(**self.abilities)

    async def close(self):
        pass


def text_of(request) -> str:
    """All text of a request."""
    return "\n".join(part.text for part in request.parts if hasattr(part, "text"))


def voice(strategy=Strategy.DIRECT, **more) -> Voice:
    return Voice(name=more.pop("name", "model"), served="m", strategy=strategy, **more)


def sheet(page=0, order=(0,), **more) -> Sheet:
    picture = Picture(data=b"picture", media_type="image/png", width_px=600, height_px=800)
    values = {"box": Box(0.0, 0.0, 595.0, 842.0), "tokens": 500, "picture": picture, **more}
    return Sheet(page=page, order=order, **values)


def read(say, strategy=Strategy.DIRECT, of=None, halves=(), **more):
    """(the engine, what it made of a sheet): `say` answers each request."""
    engine = Scripted(say)

    async def cut(_sheet):
        return halves

    voices = {"reader": voice(strategy, prompts=more.pop("prompts", ())), **more}
    reader = TileReader(engine=engine, approach=Approach(schema=NOTE, **voices), document="d.pdf", halves=cut)
    return engine, asyncio.run(reader.read(of or sheet()))


def values_of(reading) -> dict:
    """Path -> what was said, of one tile or of a document."""
    if hasattr(reading, "said"):
        return {s.path: s.content for s in reading.said if s.items is None}
    return {f.path: f.value for f in reading.findings if f.value is not None}
