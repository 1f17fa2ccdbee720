"""The engine of a run, opened for its length: servers, an API, a worker on this machine's own GPU, or this process."""

from __future__ import annotations

import os
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.engine.http import HttpEngine
from extractors.engine.interface import BarredError, EngineError
from extractors.engine.limits import MIB, EngineLimits
from extractors.vision.voice import Approach, Voice, voice_of
from flows.api_key import VARIABLE, api_key, key_place
from flows.errors import UnavailableError, UsageError
from flows.model_choice import models_of
from flows.open_files import room_for
from flows.vision import VisionReading
from flows.vision_options import vision_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from extractors.catalogue.entry import Model
    from extractors.engine.interface import ChatEngine
    from extractors.policy import Policy
    from flows.pool import Pool
    from flows.run_options import RunOptions
    from flows.vision_options import VisionOptions
    from schemas import Schema

MOST_BYTES = 1024 * MIB
"""Of pictures in flight, however many requests."""


@asynccontextmanager
async def vision_reading(
    options: RunOptions, pool: Pool, schema: Schema, policy: Policy, say: Callable[[str], None]
) -> AsyncIterator[VisionReading]:
    """What reads documents with the models of a run.

    UnavailableError where nobody answers, UsageError where it is another model or key: nothing has been read then.
    """
    vision = vision_of(options)
    if vision is None:
        msg = "a run without a model"
        raise ValueError(msg)
    async with open_engine(options, vision, say) as engine:
        approach = await _approach(vision, engine, schema)
        requests = 1 if vision.in_process else _limits(options, vision).requests * max(1, len(set(vision.endpoints)))
        yield VisionReading(pool=pool, engine=engine, approach=approach, policy=policy, requests=requests)


@asynccontextmanager
async def open_engine(
    options: RunOptions, vision: VisionOptions, say: Callable[[str], None]
) -> AsyncIterator[ChatEngine]:
    """The engine that all models of a run are asked through: the endpoints', or one of this machine's own."""
    if vision.in_process:
        from extractors.engine.in_process import InProcessOptions, TransformersEngine

        weights = str(vision.weights or vision.reader.hub_id)
        own = TransformersEngine(InProcessOptions(weights=weights, name=vision.reader.name))
        try:
            yield own
        finally:
            await own.close()
        return
    async with _servers(options, vision, say) as (urls, folder):
        try:
            engine = HttpEngine(
                urls,
                api_key=_key(options),
                key_place=key_place(variable=options.api_key_variable, file=_key_file(options)),
                limits=_limits(options, vision),
                known=models_of(options.config),
                folder=folder,
            )
        except EngineError as error:
            raise UsageError(str(error)) from error
        try:
            yield engine
        finally:
            await engine.close()


@asynccontextmanager
async def _servers(
    options: RunOptions, vision: VisionOptions, say: Callable[[str], None]
) -> AsyncIterator[tuple[Sequence[str], Path | None]]:
    """Where the models answer, and the folder that a server on this machine reads pictures from."""
    if vision.endpoints:
        yield vision.endpoints, Path(options.pictures) if options.pictures else None
        return
    python = Path(options.vllm_python) if options.vllm_python else None
    refuse_without_place(vision, python)
    from flows.vllm_server import local_server

    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as logs:
        pictures, log, key = Path(name), Path(logs, "vllm.log"), _key(options)
        server = local_server(
            vision.reader, tell=say, python=python, folder=pictures, log=log, api_key=key,
            key_variable=options.api_key_variable,
        )  # fmt: skip
        async with server as url:
            yield (url,), pictures


def refuse_without_place(vision: VisionOptions, python: Path | None) -> None:
    """UsageError, UnavailableError where a worker on this machine cannot be what answers."""
    from flows.vllm_server import machine

    reader = vision.reader
    if reader.api:
        msg = f"{reader.name} answers at its maker's API: give its address with --endpoint URL, and EXTRACT_API_KEY."
        raise UsageError(msg)
    others = [model.name for model in vision.models if model is not reader]
    if others:
        msg = (
            f"A worker on this machine serves one model, {reader.name}, and {others[0]} is asked for too: start both "
            "with `extract worker`, and give their addresses with --endpoint URL (once for each)."
        )
        raise UsageError(msg)
    if python is None and not machine().gpus:
        msg = (
            f"There is no GPU here that {reader.name} could run on: give the address of a server with --endpoint URL "
            "(`extract worker` starts one where a GPU is), read with a small model in this process (--engine "
            "transformers), or leave --model out to read the words alone."
        )
        raise UnavailableError(msg)


def _limits(options: RunOptions, vision: VisionOptions) -> EngineLimits:
    """The engine's, by the requests that are asked for and the connections that this process may have."""
    endpoints = max(1, len(set(vision.endpoints)))
    requests = max(1, min(options.requests, room_for(options.requests * endpoints) // endpoints))
    return EngineLimits(requests=requests, bytes=min(MOST_BYTES, max(EngineLimits().bytes, requests * endpoints * MIB)))


def _key(options: RunOptions) -> str | None:
    named = options.api_key_variable if options.api_key_variable != VARIABLE else None
    return api_key(os.environ, variable=named, file=_key_file(options))


def _key_file(options: RunOptions) -> Path | None:
    return Path(options.api_key_file) if options.api_key_file else None


async def _approach(vision: VisionOptions, engine: ChatEngine, schema: Schema) -> Approach:
    async def voice(model: Model, strategy: object = None) -> Voice:
        try:
            can = await engine.capabilities(model.name)
        except (EngineError, BarredError) as error:
            kind = UnavailableError if error.retryable else UsageError
            raise kind(str(error)) from error
        return voice_of(model, model.name, can, vision.strategy if strategy else None)

    return Approach(
        schema=schema,
        reader=await voice(vision.reader, vision.strategy),
        writer=await voice(vision.writer) if vision.writer else None,
        verifier=await voice(vision.verifier) if vision.verifier else None,
    )
