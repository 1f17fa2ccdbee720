"""A question, and an engine that does not wait long."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from extractors.engine.http import HttpEngine
from extractors.engine.interface import ChatRequest, Picture, TextPart
from extractors.engine.limits import EngineLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

QUICK = {"first_pause_s": 0.01, "longest_pause_s": 0.05, "connect_s": 5.0}
PAGE = Picture(data=b"\xff\xd8 the page", media_type="image/jpeg", width_px=28, height_px=28)


def request(text: str = "Read it.", *, document: str = "a.pdf", page: int = 0, **more) -> ChatRequest:
    values = {"model": "m", "parts": (TextPart(text=text), PAGE), "max_output_tokens": 50, **more}
    return ChatRequest(document=document, page=page, **values)


@contextlib.asynccontextmanager
async def engine_for(*servers, key: str | None = None, known=None, folder=None, **limits) -> AsyncIterator[HttpEngine]:
    """An engine for servers or their addresses."""
    urls = [getattr(server, "url", server) for server in servers]
    engine = HttpEngine(urls, api_key=key, limits=EngineLimits(**{**QUICK, **limits}), known=known, folder=folder)
    try:
        yield engine
    finally:
        await engine.close()
