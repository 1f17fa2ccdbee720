"""PaliGemma 2 in transformers: the first token's log-probabilities, the prompt seen as a whole and seen causally.

`python -m benchmarks.vision.prefixes FOLDER REQUESTS` runs where torch is: REQUESTS has a JSON list of
[prompt, data URL]; one JSON line comes out, for each request {mode: {`token_id:N`: log-probability}}.
"""

from __future__ import annotations

import base64
import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

WHOLE, CAUSAL = "whole", "causal"


def main() -> None:
    folder, requests = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    processor = AutoProcessor.from_pretrained(folder)
    model = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()
    print(json.dumps([both(model, processor, prompt, url) for prompt, url in requests]))


def both(model: Any, processor: Any, prompt: str, url: str) -> dict[str, dict[str, float]]:  # noqa: ANN401
    picture = Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")
    inputs = processor(text=f"<image>{prompt}", images=picture, return_tensors="pt")
    inputs.pop("labels", None)
    # transformers lets the tokens of type 0 see each other whatever their order; those of type 1 only what is before
    causal = dict(inputs) | {"token_type_ids": torch.ones_like(inputs["token_type_ids"])}
    return {WHOLE: _first(model, inputs), CAUSAL: _first(model, causal)}


def _first(model: Any, inputs: Any) -> dict[str, float]:  # noqa: ANN401
    with torch.inference_mode():
        scores = model(**inputs).logits[0, -1].log_softmax(-1).tolist()
    return {f"token_id:{number}": score for number, score in enumerate(scores)}


if __name__ == "__main__":
    main()
