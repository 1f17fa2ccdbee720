"""What makes two readings of the same bytes the same work: schema, readers with their revisions, reading settings."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import Schema

READING_SETTINGS = ("reader", "einvoice", "rasterizer", "ocr")
"""Limits, passwords and the number of workers change what fails, not what is read: `--retry-failed` is for them."""


def fingerprint(schema: Schema, settings: Mapping[str, Any]) -> str:
    """A digest in hexadecimal; the same on every machine and in every process."""
    from extractors import revisions
    from schemas.registry import canonical
    from tiling import ocr

    content = {
        "schema": [schema.version, canonical(schema)],
        "readers": {"einvoice": revisions.EINVOICE, "layout": revisions.LAYOUT},
        "ocr": ocr.REVISION,
        "settings": {name: settings[name] for name in READING_SETTINGS},
    }
    if settings.get("vision"):
        content["vision"] = settings["vision"]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
