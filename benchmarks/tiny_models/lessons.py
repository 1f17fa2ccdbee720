"""What the tiny model is taught: requests about tickets, with the answers that are right."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.tiny_models import server
from benchmarks.tiny_models.pictures import tiles_of
from benchmarks.tiny_models.tickets import SCHEMA, TAUGHT, Ticket, others

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import Schema

HERE = Path(__file__).parent
CACHE = server.ROOT / "build" / "tiny_models"
SCHEMA_FILE = CACHE / "ticket.yaml"
DOUBTFUL, GUESSES = 24, 40
"""Tickets that the model is to be unsure of, and the answers that it is given for them in turn."""
MADE_BY = ("train.py", "qwen25vl.py", "tokenizer.py")


def messages(ticket: Ticket) -> list[dict[str, Any]]:
    """The request about a ticket as the strategy `direct` makes it and a chat server gets it."""
    from extractors.vision.prompts import from_picture

    path = CACHE / "tickets" / f"{ticket.number}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ticket.pdf())
    ((_, shown),) = tiles_of(path, "rolmocr")
    return [{"role": "user", "content": [{"type": "text", "text": from_picture(ticket_schema())}, shown]}]


def ticket_schema() -> Schema:
    """The tickets' schema, also written to a file beside the models for `--schema`."""
    from schemas.registry import load_schema

    SCHEMA_FILE.parent.mkdir(parents=True, exist_ok=True)
    SCHEMA_FILE.write_text(SCHEMA, encoding="utf-8")
    return load_schema(str(SCHEMA_FILE))


def schema() -> dict[str, Any]:
    """What the tickets' answers must look like."""
    from schemas.decoder import decoder_schema

    return decoder_schema(ticket_schema())


def lessons() -> list[dict[str, Any]]:
    """The taught tickets with their answer, and those to be unsure of with many."""
    guesses = [ticket.answer for ticket in others(GUESSES, seed=1)]
    taught = [{"messages": messages(ticket), "answers": [ticket.answer]} for ticket in TAUGHT]
    return [*taught, *({"messages": messages(t), "answers": guesses} for t in others(DOUBTFUL, seed=2))]


def taught_model(also: Sequence[dict[str, Any]] = ()) -> Path:
    """The folder of the trained weights; trained now (minutes) unless the same was trained before."""
    written = "".join(json.dumps(lesson) + "\n" for lesson in [*lessons(), *also])
    made_by = "".join((HERE / name).read_text(encoding="utf-8") for name in MADE_BY)
    key = hashlib.sha256((written + made_by).encode()).hexdigest()[:12]
    folder = CACHE / f"taught-{key}"
    if not (folder / "learnt").exists():
        folder.mkdir(parents=True, exist_ok=True)
        requests = folder / "requests.jsonl"
        requests.write_text(written, encoding="utf-8")
        print(f"teaching a tiny model the tickets, in {folder}: this takes minutes", flush=True)
        server.run_module("tiny_models.train", str(requests), str(folder))
        (folder / "learnt").touch()
    return folder
