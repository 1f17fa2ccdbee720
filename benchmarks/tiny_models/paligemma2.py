"""A tiny PaliGemma 2 (SigLIP and Gemma 2): `python -m benchmarks.tiny_models.paligemma2 FOLDER [SIDE]`.

SIDE is 224, 448 or 896 pixels; a picture costs (SIDE / 14)^2 tokens.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file
from transformers import PaliGemmaConfig, PaliGemmaForConditionalGeneration, PreTrainedTokenizerFast
from transformers.models.paligemma.processing_paligemma import EXTRA_TOKENS

from benchmarks.tiny_models.tokenizer import added, learn, padded, save

if TYPE_CHECKING:
    from collections.abc import Iterable

PICTURE = "<image>"
SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>")
PATCH = 14
WORDS = ("ocr answer en what is the invoice number date and total",)
SPREAD = 0.08
"""Standard deviation of the random weights: enough that answers depend on the picture."""


def make(folder: Path, side: int = 224, texts: Iterable[str] = WORDS, *, seed: int = 0) -> None:
    """A model with random weights, its tokenizer and its processor."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer, tokens = _tokenizer(texts), (side // PATCH) ** 2
    torch.manual_seed(seed)
    model = PaliGemmaForConditionalGeneration(_config(tokenizer, side, tokens)).to(torch.float32)
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=SPREAD)
    model.save_pretrained(folder)
    rename_keys(folder / "model.safetensors")
    save(tokenizer, folder, add_bos_token=False, add_eos_token=False)
    processor = {
        "image_processor_type": "SiglipImageProcessor",
        "processor_class": "PaliGemmaProcessor",
        "image_seq_length": tokens,
        "size": {"height": side, "width": side},
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
        "resample": 3,
        "do_convert_rgb": True,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")


def rename_keys(path: Path) -> None:
    """The names that vLLM and the published checkpoints have, for those under which transformers 5 saves."""
    save_file(
        {published(name): tensor.contiguous() for name, tensor in load_file(path).items()}, path, {"format": "pt"}
    )


def published(name: str) -> str:
    """`model.vision_tower.x` -> `vision_tower.vision_model.x`, `model.language_model.x` -> `language_model.model.x`."""
    part, _, rest = name.removeprefix("model.").partition(".")
    if part == "vision_tower":
        return f"vision_tower.vision_model.{rest.removeprefix('vision_model.')}"
    if part == "language_model":
        return f"language_model.model.{rest.removeprefix('model.')}"
    return f"{part}.{rest}"


def _tokenizer(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    learnt = learn(texts, first=SPECIAL, size=400)
    learnt.add_tokens([added("\n")])
    learnt.add_special_tokens([added(PICTURE, special=True)])
    learnt.add_tokens([added(token) for token in EXTRA_TOKENS])
    return PreTrainedTokenizerFast(
        tokenizer_object=learnt,
        pad_token="<pad>",
        eos_token="<eos>",
        bos_token="<bos>",
        unk_token="<unk>",
        additional_special_tokens=[PICTURE],
    )


def _config(tokenizer: PreTrainedTokenizerFast, side: int, tokens: int) -> PaliGemmaConfig:
    vocabulary = padded(len(tokenizer))
    ids = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2}
    config = PaliGemmaConfig(
        vision_config={
            "model_type": "siglip_vision_model",
            "image_size": side,
            "patch_size": PATCH,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_image_tokens": tokens,
            "projection_dim": 128,
            "vision_use_head": False,
        },
        text_config={
            "model_type": "gemma2",
            "vocab_size": vocabulary,
            "hidden_size": 128,
            "intermediate_size": 256,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 64,
            "query_pre_attn_scalar": 64,
            "sliding_window": 4096,
            "max_position_embeddings": 8192,
            "num_image_tokens": tokens,
            "hidden_activation": "gelu_pytorch_tanh",
            "attn_logit_softcapping": 50.0,
            "final_logit_softcapping": 30.0,
            **ids,
        },
        image_token_index=tokenizer.convert_tokens_to_ids(PICTURE),
        projection_dim=128,
        hidden_size=128,
        **ids,
    )
    config._vocab_size = vocabulary  # noqa: SLF001 - transformers reads it from there
    return config


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 224)
