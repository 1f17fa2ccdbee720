"""A byte-level tokenizer learnt from a few texts: any text can be written with it, digits one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from transformers import PreTrainedTokenizerFast


def learn(texts: Iterable[str], *, first: Sequence[str], size: int = 1200) -> Tokenizer:
    """`first` are the special tokens, which get the ids from 0 on; `size` is the most that the vocabulary may hold."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(first),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def added(text: str, *, special: bool = False) -> AddedToken:
    """A token that is never split and is found in the text as it stands."""
    return AddedToken(text, normalized=False, special=special)


def save(tokenizer: PreTrainedTokenizerFast, folder: Path, **settings: bool) -> None:
    """Writes it; `settings` are added to its configuration file, for what its constructor drops."""
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | settings), encoding="utf-8")


def padded(size: int) -> int:
    """The next multiple of 64: what kernels like in a vocabulary."""
    return -(-size // 64) * 64
