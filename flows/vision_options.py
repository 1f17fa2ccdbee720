"""Which models a run reads with, and where they answer: settings as entries of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError

if TYPE_CHECKING:
    from extractors.catalogue.entry import Model, Strategy
    from flows.run_options import RunOptions
    from flows.vision_task import Looks

READABLE_PX = (830, 84)
"""A tile of three lines across a page with print of 8 points: the least that a model can make sense of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionOptions:
    """The models of a run."""

    reader: Model
    writer: Model | None = None
    verifier: Model | None = None
    strategy: Strategy | None = None
    """Another one than the catalogue's."""
    budget: int | None = None
    endpoints: tuple[str, ...] = field(default=(), repr=False)
    in_process: bool = False
    """With transformers, instead of behind a server."""
    weights: Path | None = field(default=None, repr=False)
    """Folder of the weights then; None: the hub's."""

    @property
    def looks(self) -> Looks:
        """What the worker processes must know."""
        from flows.vision_task import Looks

        return Looks(reader=self.reader, budget=self.budget, verifier=self.verifier)

    @property
    def models(self) -> tuple[Model, ...]:
        """All, each once."""
        named = {m.name: m for m in (self.reader, self.writer, self.verifier) if m is not None}
        return tuple(named.values())

    def stored(self) -> dict[str, Any]:
        """What makes two readings the same work: models, the user's entries of them, revision, strategy, budget."""
        from extractors.catalogue.catalogue import own_digest
        from extractors.revisions import VISION
        from extractors.vision.prompts import VERSION

        roles = {"model": self.reader, "json_model": self.writer, "verify_model": self.verifier}
        own = {role: digest for role, model in roles.items() if model and (digest := own_digest(model))}
        return {
            "model": self.reader.hub_id or self.reader.name,
            "json_model": self.writer and (self.writer.hub_id or self.writer.name),
            "verify_model": self.verifier and (self.verifier.hub_id or self.verifier.name),
            "strategy": str(self.strategy or self.reader.strategy),
            "budget": self.budget or self.reader.budget_tokens,
            "prompt_version": VERSION,
            "revision": VISION,
            **({"own_models": own} if own else {}),
            **({"engine": "transformers"} if self.in_process else {}),
            **({"weights": _digest(self.weights)} if self.weights else {}),
        }


def vision_wanted(options: RunOptions) -> bool:
    """Whether a model reads: with `--reader auto` where one is configured; a GPU alone starts nothing."""
    return options.reader == "vision" or (options.reader == "auto" and bool(options.model or options.endpoint))


def vision_of(options: RunOptions) -> VisionOptions | None:
    """The models of a run, None where none reads; UsageError says what does not go together."""
    if not vision_wanted(options):
        return None
    if not options.model:
        asked = "--endpoint says where a model answers" if options.endpoint else "--reader vision reads with a model"
        msg = f"{asked}; say which with --model NAME (`extract models` lists all), as in --model rolmocr."
        raise UsageError(msg)
    from extractors.catalogue.entry import Strategy
    from flows.model_choice import chosen, models_of

    models = models_of(options.config)
    reader, writer, verifier = (
        chosen(name, models) if name else None for name in (options.model, options.json_model, options.verify_model)
    )
    if reader is None:
        msg = f"There is no model {options.model!r}."
        raise UsageError(msg)
    strategy = None if options.strategy == "auto" else Strategy(options.strategy)
    used = strategy or reader.strategy
    if writer is not None and used is not Strategy.TRANSCRIBE:
        msg = (
            f"--json-model {writer.name} makes JSON of transcripts, and {reader.name} reads by the strategy {used}: "
            "leave it out, or add --strategy transcribe."
        )
        raise UsageError(msg)
    for model, way in ((reader, used), (verifier, verifier.strategy if verifier else None)):
        if model is not None and way is Strategy.ASK and not any("{question}" in p for p in model.prompts):
            msg = f"{model.name} answers no questions: {model.best_use}. `extract models` lists others, such as `mix`."
            raise UsageError(msg)
    _check_budget(reader, options.budget)
    if options.pictures:
        _check_pictures(options.pictures, options.endpoint)
    in_process, weights = options.engine == "transformers", Path(options.weights) if options.weights else None
    _check_engine(reader, [m for m in (writer, verifier) if m is not None and m is not reader], options)
    return VisionOptions(
        reader=reader,
        writer=writer,
        verifier=verifier,
        strategy=strategy,
        budget=options.budget,
        endpoints=options.endpoint,
        in_process=in_process,
        weights=weights,
    )


def _check_engine(reader: Model, others: list[Model], options: RunOptions) -> None:
    """UsageError where the way to the model does not go together with the rest."""
    if options.engine != "transformers":
        if options.weights:
            msg = "--weights names weights for this process: add --engine transformers, or leave it out."
            raise UsageError(msg)
        return
    if options.endpoint:
        msg = "--engine transformers reads in this process, and --endpoint names a server: leave one of them out."
        raise UsageError(msg)
    if reader.api:
        msg = (
            f"{reader.name} answers at its maker's API only: leave --engine out, and give its address with --endpoint."
        )
        raise UsageError(msg)
    if others:
        msg = (
            f"--engine transformers holds one model, {reader.name}, and {others[0].name} is asked for too: leave it "
            "out, or serve both (`extract worker`) and give their addresses with --endpoint."
        )
        raise UsageError(msg)
    if options.weights and not Path(options.weights, "config.json").is_file():
        msg = f"--weights {options.weights}: there is no config.json; give the folder that a model was saved to."
        raise UsageError(msg)


def _check_pictures(folder: str, endpoints: tuple[str, ...]) -> None:
    """UsageError where no server would read pictures from there."""
    from extractors.engine.address import address_of
    from extractors.engine.interface import RefusedError

    try:
        local = any(address_of(endpoint).local for endpoint in endpoints)
    except RefusedError as error:
        raise UsageError(str(error)) from error
    if not local:
        msg = "--pictures is for servers on this machine, and no --endpoint is on it: leave it out."
        raise UsageError(msg)
    if not Path(folder).is_dir():
        msg = f"--pictures {folder}: no such folder."
        raise UsageError(msg)


@lru_cache(maxsize=4)
def _digest(weights: Path) -> str:
    """Of all that makes the answers: other weights are other work, wherever they lie."""
    digest = sha256()
    for path in sorted(path for path in weights.iterdir() if path.suffix in {".json", ".safetensors", ".bin"}):
        with path.open("rb") as opened:
            digest.update(f"{path.name} {file_digest(opened, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _check_budget(model: Model, budget: int | None) -> None:
    least = model.formula.tokens(*READABLE_PX)
    if budget is not None and budget < least:
        msg = (
            f"--budget {budget} is smaller than one readable tile for {model.name}: three lines of print take about "
            f"{least} visual tokens. Give {least} or more (`extract plan` counts what pages take)."
        )
        raise UsageError(msg)
