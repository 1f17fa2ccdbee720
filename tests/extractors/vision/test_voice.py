"""What a model of the catalogue is told, whatever it is used for."""

from __future__ import annotations

import pytest

from extractors.catalogue.catalogue import load_models, packaged_models
from extractors.catalogue.entry import Strategy
from extractors.engine.interface import Capabilities
from extractors.vision import prompts
from extractors.vision.ladder import Action, Step
from extractors.vision.voice import voice_of
from tests.extractors.vision.answering import NOTE, sheet, text_of

CAN = Capabilities(
    json_schema=True, log_probabilities=True, several_pictures=True, context_tokens=None, models=("m",)
)  # fmt: skip
OWN = load_models({"mine": {"like": "rolmocr", "prompts": ["Write it all down.", "Say: {question}"]}})["mine"]


def instruction(model, strategy):
    return text_of(voice_of(model, "m", CAN, strategy).transcription(sheet(), "d.pdf", 0.0))


@pytest.mark.parametrize("strategy", [None, *Strategy])
@pytest.mark.parametrize(
    ("model", "told"),
    [
        (packaged_models()["paligemma2-3b-mix-448"], "ocr"),
        (packaged_models()["rolmocr"], prompts.TRANSCRIBE),
        (packaged_models()["qwen2.5-vl-7b"], prompts.TRANSCRIBE),  # its own instruction asks for JSON
        (packaged_models()["smolvlm2-2.2b"], prompts.TRANSCRIBE),
        (OWN, "Write it all down."),
    ],
)
def test_a_model_writes_down_what_it_sees_by_its_own_instruction(model, told, strategy):
    assert instruction(model, strategy) == told


def test_a_model_is_asked_in_its_own_form():
    asked = voice_of(OWN, "m", CAN, Strategy.ASK).question(NOTE.fields[0], sheet(), "d.pdf", Step(action=Action.ASK))
    assert text_of(asked) == "Say: what is the number?"
