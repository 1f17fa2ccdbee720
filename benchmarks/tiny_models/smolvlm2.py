"""A tiny SmolVLM2 (SigLIP and Llama): `python -m benchmarks.tiny_models.smolvlm2 FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast, SmolVLMConfig, SmolVLMForConditionalGeneration

from benchmarks.tiny_models.tokenizer import added, learn, padded, save

START, STOP, PICTURE = "<|im_start|>", "<end_of_utterance>", "<image>"
AROUND, WHOLE, VIDEO = "<fake_token_around_image>", "<global-img>", "<video>"
MOST_ROWS = 6
SQUARE_PX, PATCH, MERGE = 512, 16, 4
TOKENS = (SQUARE_PX // PATCH // MERGE) ** 2
"""Of each square: 64."""
CHAT_TEMPLATE = (
    f"{START}{{% for message in messages %}}{{{{ message.role | capitalize }}}}:"
    "{% for part in message.content %}"
    f"{{% if part.type == 'image' %}}{PICTURE}{{% else %}}{{{{ part.text }}}}{{% endif %}}{{% endfor %}}"
    f"{STOP}\n{{% endfor %}}{{% if add_generation_prompt %}}Assistant:{{% endif %}}"
)


def make(folder: Path, *, seed: int = 0) -> None:
    """A model with random weights, its tokenizer and its processor."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer()
    torch.manual_seed(seed)
    SmolVLMForConditionalGeneration(_config(tokenizer)).to(torch.float32).save_pretrained(folder)
    save(tokenizer, folder)
    pixels = {"do_image_splitting": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    sizes = {"size": {"longest_edge": 4 * SQUARE_PX}, "max_image_size": {"longest_edge": SQUARE_PX}}
    names = {"image_processor_type": "SmolVLMImageProcessor", "video_processor_type": "SmolVLMVideoProcessor"}
    (folder / "preprocessor_config.json").write_text(json.dumps({**names, **pixels, **sizes}), encoding="utf-8")
    video = {"video_sampling": {"video_size": {"longest_edge": SQUARE_PX}, "max_frames": 1, "fps": 1}}
    (folder / "video_preprocessor_config.json").write_text(json.dumps({**names, **pixels, **sizes, **video}))
    processor = {"processor_class": "SmolVLMProcessor", "image_seq_len": TOKENS}
    (folder / "processor_config.json").write_text(json.dumps(processor), encoding="utf-8")


def _tokenizer() -> PreTrainedTokenizerFast:
    learnt = learn(("read the text in the picture",), first=("<|endoftext|>", START, STOP), size=300)
    marks = [f"<row_{row}_col_{column}>" for row in range(1, MOST_ROWS + 1) for column in range(1, MOST_ROWS + 1)]
    special = [PICTURE, AROUND, WHOLE, VIDEO]
    learnt.add_special_tokens([added(mark, special=True) for mark in [*special, *marks]])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learnt, bos_token=START, eos_token=STOP, pad_token="<|endoftext|>",
        additional_special_tokens=special,
    )  # fmt: skip
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def _config(tokenizer: PreTrainedTokenizerFast) -> SmolVLMConfig:
    number = tokenizer.convert_tokens_to_ids
    ids = {"bos_token_id": number(START), "eos_token_id": number(STOP), "pad_token_id": 0}
    return SmolVLMConfig(
        image_token_id=number(PICTURE),
        scale_factor=MERGE,
        pad_token_id=0,
        vision_config={
            "image_size": SQUARE_PX,
            "patch_size": PATCH,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
        },
        text_config={
            "model_type": "llama",
            "vocab_size": padded(len(tokenizer)),
            "hidden_size": 128,
            "intermediate_size": 256,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "max_position_embeddings": 8192,
            **ids,
        },
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]))
