"""Pages through transformers, one after the other, with made-up weights; runs where torch is and prints one JSON line.

`python -m benchmarks.vision.one_by_one MODEL PICTURES TOKENS`: MODEL has all but the weights, PICTURES is a JSON list
of data URLs, TOKENS are written for each. The time of the picture is that of an answer of one token.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

from extractors.engine.interface import ChatRequest, Picture, TextPart
from extractors.engine.transformers_model import TransformersModel


def main() -> None:
    folder, pictures, tokens = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = _made_up(folder, device)
    urls = json.loads(pictures.read_text(encoding="utf-8"))
    _seconds(model, urls[0], 8)
    picture = sum(_seconds(model, url, 1) for url in urls)
    whole = sum(_seconds(model, url, tokens) for url in urls)
    print(json.dumps({"device": device, "seconds": whole, "picture": picture}))


def _made_up(folder: Path, device: str) -> TransformersModel:
    config = AutoConfig.from_pretrained(folder)
    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    torch.set_default_dtype(dtype)
    with torch.device(device):
        model = AutoModelForImageTextToText.from_config(config).eval()
    model.generation_config.eos_token_id = None  # as long as asked for
    return TransformersModel(model=model, processor=AutoProcessor.from_pretrained(folder), config=config)


def _seconds(model: TransformersModel, url: str, tokens: int) -> float:
    picture = Picture(data=base64.b64decode(url.partition(",")[2]), media_type="image/png", width_px=0, height_px=0)
    request = ChatRequest(
        model="", parts=(TextPart(text="Read."), picture), max_output_tokens=tokens, document="", page=0
    )
    begun = time.monotonic()
    model.answer(request, threading.Event())
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
