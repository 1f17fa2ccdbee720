"""A tiny Qwen2.5-VL, which is RolmOCR's architecture: `... qwen25vl FOLDER [rolmocr]`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers import PreTrainedTokenizerFast, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from benchmarks.tiny_models.tokenizer import learn, padded, save

if TYPE_CHECKING:
    from collections.abc import Iterable

END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
BEFORE, AFTER, PICTURE, VIDEO = "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"
SPECIAL = (END, START, STOP, BEFORE, AFTER, PICTURE, VIDEO)
PICTURE_TYPES = "('image', 'image_url')"
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    f"{START}{{{{ message.role }}}}\n"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    f"{{% if part.type in {PICTURE_TYPES} %}}{BEFORE}{PICTURE}{AFTER}"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}"
    f"{STOP}\n{{% endfor %}}"
    f"{{% if add_generation_prompt %}}{START}assistant\n{{% endif %}}"
)
MIN_PIXELS, MAX_PIXELS = 3136, 12845056
PIXEL_MEAN, PIXEL_SPREAD = 1.0, 0.3
"""White becomes 0, so that a picture is its ink: with the means of photographs all pages look the same at first."""
WORDS = ("invoice number, date and total of the document in the picture as one JSON object; null where not printed",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How wide and deep; of the language model and of the vision encoder."""

    width: int
    inner: int
    layers: int
    heads: int
    cache_heads: int
    vocabulary: int | None
    """None: as many as the tokenizer has."""
    vision_width: int
    vision_inner: int
    vision_layers: int
    vision_heads: int
    whole_layers: tuple[int, ...]
    """Layers of the vision encoder whose attention sees the whole picture, not a window."""


TINY = Size(width=128, inner=256, layers=2, heads=2, cache_heads=2, vocabulary=None, vision_width=64, vision_inner=128,
            vision_layers=2, vision_heads=2, whole_layers=(1,))  # fmt: skip
"""Heads are 64 wide: the CPU server refuses those below 32."""
ROLMOCR = Size(width=3584, inner=18944, layers=28, heads=28, cache_heads=4, vocabulary=152064, vision_width=1280,
               vision_inner=3420, vision_layers=32, vision_heads=16, whole_layers=(7, 15, 23, 31))  # fmt: skip
"""8.29 billion parameters. Source: config.json of Qwen/Qwen2.5-VL-7B-Instruct, which reducto/RolmOCR was tuned from."""


def make(
    folder: Path, texts: Iterable[str] = WORDS, *, seed: int = 0
) -> tuple[Qwen2_5_VLForConditionalGeneration, PreTrainedTokenizerFast]:
    """A tiny model with random weights and its tokenizer, learnt from `texts`; both are saved."""
    tokenizer = tokenizer_of(texts)
    torch.manual_seed(seed)
    model = Qwen2_5_VLForConditionalGeneration(config_of(tokenizer, TINY)).to(torch.float32)
    write(folder, model, tokenizer)
    return model, tokenizer


def write(folder: Path, model: Qwen2_5_VLForConditionalGeneration, tokenizer: PreTrainedTokenizerFast) -> None:
    """All files that a server needs."""
    model.save_pretrained(folder)
    write_all_but_weights(folder, model.config, tokenizer)


def write_all_but_weights(folder: Path, config: Qwen2_5_VLConfig, tokenizer: PreTrainedTokenizerFast) -> None:
    """Enough for a server that makes its weights up (`--load-format dummy`)."""
    config.architectures = ["Qwen2_5_VLForConditionalGeneration"]
    config.save_pretrained(folder)
    save(tokenizer, folder)
    processor = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2_5_VLProcessor",
        "min_pixels": MIN_PIXELS,
        "max_pixels": MAX_PIXELS,
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [PIXEL_MEAN] * 3,
        "image_std": [PIXEL_SPREAD] * 3,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")


def tokenizer_of(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """With the special tokens and a chat template as Qwen's."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learn(texts, first=SPECIAL),
        eos_token=STOP,
        pad_token=END,
        additional_special_tokens=[BEFORE, AFTER, PICTURE, VIDEO],
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def config_of(tokenizer: PreTrainedTokenizerFast, size: Size) -> Qwen2_5_VLConfig:
    """A configuration of this size."""
    number = tokenizer.convert_tokens_to_ids
    return Qwen2_5_VLConfig(
        text_config={
            "vocab_size": size.vocabulary or padded(len(tokenizer)),
            "hidden_size": size.width,
            "intermediate_size": size.inner,
            "num_hidden_layers": size.layers,
            "num_attention_heads": size.heads,
            "num_key_value_heads": size.cache_heads,
            "max_position_embeddings": 32768,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1e6,
                "mrope_section": [part * size.width // size.heads // 128 for part in (16, 24, 24)],
            },
            "bos_token_id": number(END),
            "eos_token_id": number(STOP),
            "pad_token_id": number(END),
        },
        vision_config={
            "depth": size.vision_layers,
            "hidden_size": size.vision_width,
            "intermediate_size": size.vision_inner,
            "num_heads": size.vision_heads,
            "out_hidden_size": size.width,
            "patch_size": 14,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "window_size": 112,
            "fullatt_block_indexes": list(size.whole_layers),
            "in_channels": 3,
        },
        image_token_id=number(PICTURE),
        video_token_id=number(VIDEO),
        vision_start_token_id=number(BEFORE),
        vision_end_token_id=number(AFTER),
        tie_word_embeddings=False,
    )


def main() -> None:
    """A tiny model; with `rolmocr` behind the folder, all but the weights of one of that size."""
    folder = Path(sys.argv[1])
    if sys.argv[2:] == ["rolmocr"]:
        tokenizer = tokenizer_of(WORDS)
        write_all_but_weights(folder, config_of(tokenizer, ROLMOCR), tokenizer)
    else:
        make(folder)


if __name__ == "__main__":
    main()
