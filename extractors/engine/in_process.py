"""A small model in this process, on the CPU or one GPU: transformers behind the same protocol as a server.

torch, transformers and llguidance (the extra `transformers`) are imported when the first request or question comes.
One request at a time: there is no batching here, and a server is the better choice wherever there is one.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.engine.interface import Capabilities, ChatAnswer, RefusedError, UnavailableError

if TYPE_CHECKING:
    from extractors.engine.interface import ChatRequest
    from extractors.engine.transformers_model import TransformersModel

ENDPOINT = "in process"
EXTRA = "pip install 'pagewise-extract[transformers]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class InProcessOptions:
    """Which weights, and where they run."""

    weights: str
    """A folder, or an id of the hub."""
    name: str
    """Under which requests ask for the model."""
    answer_s: float = 1800.0
    """For one answer; longer is a hang."""
    device: str | None = None
    """As torch calls it; None: a GPU where there is one, else the CPU."""


class TransformersEngine:
    """Answers one request after the other; the weights are loaded by the first and let go of by `close`."""

    def __init__(self, options: InProcessOptions) -> None:
        self._options = options
        self._model: TransformersModel | None = None
        self._turn = asyncio.Lock()

    async def ask(self, request: ChatRequest) -> ChatAnswer:
        begun = time.monotonic()
        self._check_name(request.model)
        async with self._turn:
            model = await self._loaded()
            stop = threading.Event()
            work = asyncio.ensure_future(asyncio.to_thread(model.answer, request, stop))
            try:
                async with asyncio.timeout(self._options.answer_s):
                    said = await asyncio.shield(work)
            except (asyncio.CancelledError, TimeoutError) as error:
                stop.set()
                with suppress(Exception):
                    await work  # the thread ends at its next token; only then may another request have the model
                if isinstance(error, TimeoutError):
                    msg = (
                        f"{request.document}, page {request.page + 1}: the model in this process has no answer after "
                        f"{self._options.answer_s:.0f} s. Give smaller tiles (--budget), or a server (--endpoint)."
                    )
                    raise UnavailableError(msg) from error
                raise
        return ChatAnswer(
            text=said.text,
            finish_reason=said.finish_reason,
            tokens=said.tokens if request.log_probabilities else (),
            prompt_tokens=said.prompt_tokens,
            cached_tokens=0,
            output_tokens=said.output_tokens,
            seconds=time.monotonic() - begun,
            endpoint=ENDPOINT,
            model=self._options.name,
        )

    async def capabilities(self, model: str) -> Capabilities:
        self._check_name(model)
        async with self._turn:
            loaded = await self._loaded()
        return Capabilities(
            json_schema=True,
            log_probabilities=True,
            several_pictures=loaded.several_pictures,
            context_tokens=loaded.context_tokens,
            models=(self._options.name,),
        )

    async def close(self) -> None:
        async with self._turn:
            self._model = None

    def _check_name(self, model: str) -> None:
        if model != self._options.name:
            msg = f"The model in this process is {self._options.name!r}, not {model!r}: give it with --model."
            raise RefusedError(msg)

    async def _loaded(self) -> TransformersModel:
        if self._model is None:
            self._model = await asyncio.to_thread(_load, self._options)
        return self._model


def _load(options: InProcessOptions) -> TransformersModel:
    try:
        from extractors.engine.transformers_model import load
    except ImportError as error:
        msg = f"--engine transformers needs torch, transformers and llguidance ({error}): {EXTRA}"
        raise RefusedError(msg) from error
    try:
        return load(options.weights, options.device)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        msg = (
            f"The model {options.name!r} cannot be loaded from {options.weights!r} ({_first_line(error)}): "
            "give the folder of its weights, or an id of the hub that transformers knows."
        )
        raise RefusedError(msg) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
