"""Requests to a chat server as plain JSON, and many of them at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks.tiny_models import server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ANSWER_S = 300


def body(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None = None, **more: object) -> Any:  # noqa: ANN401 - JSON
    """A request; `more` are fields of it that replace these."""
    guided = {"response_format": {"type": "json_schema", "json_schema": {"name": "record", "schema": schema}}}
    return {
        "model": server.NAME,
        "messages": messages,
        "temperature": 0,
        "max_completion_tokens": 200,
        **(guided if schema else {}),
        **more,
    }


def ask(to: server.Server, content: Mapping[str, Any], *, key: str | None = None) -> tuple[int, Any]:
    """The status and the JSON of the answer."""
    answer = httpx.post(f"{to.url}/chat/completions", json=content, timeout=ANSWER_S, headers=_headers(key))
    return answer.status_code, answer.json()


def ask_all(
    to: server.Server,
    contents: Sequence[Mapping[str, Any]],
    meanwhile: Callable[[], object] = lambda: None,
    *,
    after_s: float = 0.0,
    at_once: int | None = None,
    key: str | None = None,
) -> list[int]:
    """Their statuses in the order sent; 0: the connection broke. `meanwhile` is called when they are on their way."""
    return asyncio.run(_all(to, contents, meanwhile, after_s, at_once or len(contents), key))


async def _all(
    to: server.Server,
    contents: Sequence[Mapping[str, Any]],
    meanwhile: Callable[[], object],
    after_s: float,
    at_once: int,
    key: str | None,
) -> list[int]:
    turn = asyncio.Semaphore(at_once)

    async def one(client: httpx.AsyncClient, content: Mapping[str, Any]) -> int:
        async with turn:
            try:
                return (await client.post(f"{to.url}/chat/completions", json=content)).status_code
            except httpx.HTTPError:
                return 0

    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=ANSWER_S, limits=limits, headers=_headers(key)) as client:
        sent = [asyncio.ensure_future(one(client, content)) for content in contents]
        await asyncio.sleep(after_s)
        meanwhile()
        return await asyncio.gather(*sent)


def _headers(key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}
