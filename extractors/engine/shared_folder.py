"""Pictures by way of a folder that the server reads too: a page is not turned into text, sent, and turned back."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import TYPE_CHECKING

from extractors.engine.interface import Picture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from extractors.engine.interface import ChatRequest

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png"}


@contextlib.asynccontextmanager
async def placed(request: ChatRequest, folder: Path | None) -> AsyncIterator[Mapping[Picture, str]]:
    """The request's pictures as `file://` addresses while it is in flight; none without a folder."""
    if folder is None:
        yield {}
        return
    pictures = dict.fromkeys(part for part in request.parts if isinstance(part, Picture))
    paths = {picture: _path(folder, picture) for picture in pictures}
    try:
        await asyncio.to_thread(_write, paths)
        yield {picture: path.as_uri() for picture, path in paths.items()}
    finally:
        for path in paths.values():
            path.unlink(missing_ok=True)


def _path(folder: Path, picture: Picture) -> Path:
    return (folder / f"{uuid.uuid4().hex}{SUFFIXES.get(picture.media_type, '')}").absolute()


def _write(paths: Mapping[Picture, Path]) -> None:
    for picture, path in paths.items():
        path.write_bytes(picture.data)
