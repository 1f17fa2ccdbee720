"""The settings of a run: what there is, what holds, and who said so (flag > EXTRACT_* > extract.toml > default)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FILE_NAME = "extract.toml"
MODELS = "models"
"""The table of the file that holds models of one's own; see `flows.model_choice`."""
MIB = 2**20
LONGEST_SECONDS = 1e9
"""Thirty years: clocks and timers of a system end somewhere above."""
LARGEST_BYTES = 2**60
LEAST_SHARE = 1e-6
"""Of values that may be wrong, and of doubt: less would take millions of labelled values to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: `name` is its key in extract.toml, `--name` its flag, `EXTRACT_NAME` its environment variable."""

    name: str
    default: Any
    parse: Callable[[Any], Any]
    """From a string (flag, environment) or a TOML value; ValueError says what is wanted."""
    help: str
    metavar: str = "TEXT"
    choices: tuple[str, ...] = ()
    repeated: bool = False
    """The flag may be given several times; the value is a tuple."""
    secret: bool = False
    """Never shown and never stored."""
    within: tuple[float, float] = (0, float("inf"))
    """Of a number, what can work at all; both ends are in it."""
    wanted: str = ""
    """What is said of a number that is not in it."""

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return "EXTRACT_" + self.name.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The value of a setting and where it comes from."""

    value: Any
    origin: str


def text(value: object) -> str:
    if not isinstance(value, str):
        msg = "a text is wanted"
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for all parsers
    return os.path.expanduser(value) if value.startswith("~") else value  # noqa: PTH111 - a URI must stay as it is


def count(value: object) -> int:
    """A whole number from 1."""
    try:
        number = int(str(value).replace("_", ""))
    except ValueError:
        number = 0
    if number < 1:
        msg = "a whole number from 1 is wanted"
        raise ValueError(msg)
    return number


def seconds(value: object) -> float:
    try:
        number = float(str(value))
    except (TypeError, ValueError):
        number = 0.0
    if not 0 < number <= LONGEST_SECONDS:
        msg = f"a number of seconds above 0 is wanted, at most {LONGEST_SECONDS:.0f}"
        raise ValueError(msg)
    return number


def share(value: object) -> float:
    try:
        number = float(str(value))
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        msg = "a number from 0 to 1 is wanted"
        raise ValueError(msg)
    return number


def open_share(value: object) -> float:
    """What counting can show: neither never nor always."""
    number = share(value)
    if not LEAST_SHARE <= number <= 1 - LEAST_SHARE:
        msg = f"a number from {LEAST_SHARE:g} to {1 - LEAST_SHARE:g} is wanted: no count of values shows less or more"
        raise ValueError(msg)
    return number


def size(value: object) -> int:
    """Bytes, with an optional unit: `200MB`, `1GiB`, `4096`."""
    written = str(value).strip().upper().replace("_", "")
    digits = written.rstrip("KMGTIB ")
    unit = written[len(digits) :].strip().removesuffix("B")
    powers = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "KI": 2**10, "MI": 2**20, "GI": 2**30}
    try:
        number = int(float(digits) * powers[unit])
    except (KeyError, ValueError, OverflowError):
        number = 0
    if not 1 <= number <= LARGEST_BYTES:
        msg = "a size such as 200MB or 1GiB is wanted"
        raise ValueError(msg)
    return number


def texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else (value,)
    if not all(isinstance(item, str) for item in items):
        msg = "a text or a list of texts is wanted"
        raise ValueError(msg)
    return tuple(items)


def cores() -> int:
    """Cores that this process may use (a container may have fewer than the machine)."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


def settings() -> tuple[Setting, ...]:
    """All settings of a run, in the order in which they are shown."""
    from flows.operations import operation_settings
    from flows.s3.settings import s3_settings

    return (
        Setting(
            name="schema", default="", parse=text, metavar="NAME|FILE", help="what to extract (`extract schema list`)"
        ),
        Setting(name="out", default="./out", parse=text, metavar="DIR|s3://", help="where the tables go"),
        Setting(
            name="reader",
            default="auto",
            parse=text,
            choices=("auto", "einvoice", "layout", "vision"),
            help="auto: the e-invoice where there is one, else the model where one is named, else the layout reader",
        ),
        Setting(
            name="einvoice",
            default="use",
            parse=text,
            choices=("use", "audit", "ignore"),
            help="audit: read the page as well; what differs goes to review",
        ),
        Setting(
            name="ocr",
            default="auto",
            parse=text,
            choices=("auto", "always", "never"),
            help="auto: pages without a usable text layer are read from their picture",
        ),
        Setting(
            name="rasterizer",
            default="pdfium",
            parse=text,
            choices=("pdfium", "poppler"),
            help="what renders pages",
        ),
        Setting(name="model", default="", parse=text, metavar="NAME", help="model that reads (`extract models`)"),
        Setting(
            name="endpoint",
            default=(),
            parse=texts,
            repeated=True,
            metavar="URL",
            help="server of the model, as in http://localhost:8000/v1; may be given several times",
        ),
        Setting(
            name="strategy",
            default="auto",
            parse=text,
            choices=("auto", "direct", "transcribe", "ask"),
            help="how the model is asked; auto: as the catalogue says",
        ),
        Setting(name="json_model", default="", parse=text, metavar="NAME", help="model that makes JSON of transcripts"),
        Setting(
            name="verify_model",
            default="",
            parse=text,
            metavar="NAME",
            help="model that looks again, closely, at what is doubtful",
        ),
        Setting(name="budget", default=None, parse=count, metavar="TOKENS", help="visual tokens of a request, at most"),
        Setting(
            name="requests",
            default=256,
            parse=count,
            metavar="N",
            help="requests in flight at each endpoint, at most; fewer while it shows that it has no room",
        ),
        Setting(
            name="pictures",
            default=None,
            parse=text,
            metavar="DIR",
            help="folder through which servers on this machine get pictures, that of `extract worker --pictures DIR` "
            "(default: pictures are sent in requests)",
        ),
        Setting(
            name="engine",
            default="server",
            parse=text,
            choices=("server", "transformers"),
            help="where the model runs: behind --endpoint or a vLLM server of the run's own, or, if it is small, "
            "with transformers in this process",
        ),
        Setting(
            name="weights",
            default=None,
            parse=text,
            metavar="PATH",
            help="folder of the model's weights, for --engine transformers (default: the hub's, which are downloaded)",
        ),
        Setting(
            name="api_key_variable",
            default="EXTRACT_API_KEY",
            parse=text,
            metavar="NAME",
            help="environment variable that holds the key of the endpoints",
        ),
        Setting(
            name="vllm_python",
            default=None,
            parse=text,
            metavar="PATH",
            help="interpreter of the environment that has vLLM, for a worker of the run's own (no --endpoint)",
        ),
        Setting(name="api_key_file", default=None, parse=text, metavar="FILE", help="file that holds it"),
        Setting(
            name="password",
            default=(),
            parse=texts,
            repeated=True,
            secret=True,
            help="password to try on encrypted files; may be given several times",
        ),
        Setting(
            name="threshold",
            default=None,
            parse=share,
            metavar="0..1",
            help="confidence from which a value is accepted (unset: the score model's own)",
        ),
        Setting(
            name="max_error",
            default=None,
            parse=open_share,
            metavar="0..1",
            help="share of the accepted values that may be wrong; sets the threshold by labelled values",
        ),
        Setting(name="certainty", default=0.95, parse=open_share, metavar="0..1", help="how sure that is to hold"),
        Setting(
            name="calibration",
            default=None,
            parse=text,
            metavar="FILE",
            help="score model of your own (`extract calibrate`)",
        ),
        Setting(
            name="audit_rate",
            default=0.0,
            parse=share,
            metavar="0..1",
            help="share of accepted values that a person sees all the same",
        ),
        Setting(
            name="shard_seconds",
            default=60.0,
            parse=seconds,
            metavar="SECONDS",
            help="work between two commits, about: what a killed run does again",
        ),
        Setting(
            name="workers",
            default=cores(),
            parse=count,
            metavar="N",
            help="processes that read documents",
            within=(1, 1024),
            wanted="at most 1024 processes are started on one machine; the default is one for each core",
        ),
        Setting(name="max_pages", default=500, parse=count, metavar="N", help="pages of a document"),
        Setting(
            name="max_bytes",
            default=256 * MIB,
            parse=size,
            metavar="SIZE",
            help="size of a file",
            within=(1024, LARGEST_BYTES),
            wanted="1KiB or more is wanted: hardly a document is smaller",
        ),
        Setting(
            name="max_pixels",
            default=100_000_000,
            parse=count,
            metavar="N",
            help="pixels of a picture",
            within=(500_000, float("inf")),
            wanted="500000 or more is wanted: an A4 page has as many at 72 dpi, and cannot be read with fewer",
        ),
        Setting(
            name="max_seconds",
            default=120.0,
            parse=seconds,
            metavar="SECONDS",
            help="time for a document, and 10 more for each page read by OCR",
            within=(1, LONGEST_SECONDS),
            wanted="1 or more is wanted: a document of a few pages takes up to a second",
        ),
        Setting(
            name="max_memory",
            default=1024 * MIB,
            parse=size,
            metavar="SIZE",
            help="memory of a worker process",
            within=(128 * MIB, LARGEST_BYTES),
            wanted="128MiB or more is wanted: a worker process takes 100MiB for a page of words, and 430MiB for a scan",
        ),
        *s3_settings(),
        *operation_settings(),
        Setting(
            name="orchestrator",
            default="auto",
            parse=text,
            choices=("auto", "none", "prefect"),
            help="prefect: as a flow of a Prefect server; none: in this process alone; auto: prefect where "
            "PREFECT_API_URL or the active profile names a server",
        ),
        Setting(
            name="task_runner",
            default="",
            parse=text,
            metavar="dask://HOST:PORT",
            help="a Dask cluster that reads the shards of a Prefect flow",
        ),
    )


def resolve(
    flags: Mapping[str, Any], *, environment: Mapping[str, str] | None = None, file: Path | None = None
) -> dict[str, Resolved]:
    """What holds for every setting; UsageError names the wrong value and where it was given.

    `flags` holds what was given on the command line (None: not given). `file` is the extract.toml to use instead of
    the one in the working directory.
    """
    known = settings()
    environment = os.environ if environment is None else environment
    path = file or Path(environment.get("EXTRACT_CONFIG") or FILE_NAME)
    explicit = file is not None or "EXTRACT_CONFIG" in environment
    written = _from_file(path, known, explicit=explicit)
    found = {setting.name: _resolve_one(setting, flags, environment, written, path) for setting in known}
    return found | _either(found["threshold"], found["max_error"])


def _either(threshold: Resolved, max_error: Resolved) -> dict[str, Resolved]:
    """Both say from where on values are accepted: what was said nearer to the run holds, and the other does not."""
    if threshold.value is None or max_error.value is None:
        return {}
    ranks = [(each.origin.startswith("--"), each.origin.startswith("EXTRACT_")) for each in (threshold, max_error)]
    if ranks[0] == ranks[1]:
        msg = (
            f"{threshold.origin} and {max_error.origin} give a threshold and a bound on errors, which sets it too. "
            "Give one of the two."
        )
        raise UsageError(msg)
    unset = Resolved(value=None, origin="default")
    return {"max_error": unset} if ranks[0] > ranks[1] else {"threshold": unset}


def _resolve_one(
    setting: Setting, flags: Mapping[str, Any], environment: Mapping[str, str], written: Mapping[str, Any], path: Path
) -> Resolved:
    if flags.get(setting.name) is not None:
        return Resolved(value=_parsed(setting, flags[setting.name], setting.flag), origin=setting.flag)
    if environment.get(setting.variable):
        return Resolved(
            value=_parsed(setting, environment[setting.variable], setting.variable), origin=setting.variable
        )
    if setting.name in written:
        return Resolved(value=_parsed(setting, written[setting.name], f"{path}: {setting.name}"), origin=str(path))
    return Resolved(value=setting.default, origin="default")


def _parsed(setting: Setting, value: object, origin: str) -> object:
    shown = "(not shown)" if setting.secret else repr(value)
    try:
        parsed: Any = setting.parse(value)
    except ValueError as error:
        msg = f"{origin} is {shown}: {error}."
        raise UsageError(msg) from error
    if setting.choices and parsed not in setting.choices:
        msg = f"{origin} is {shown}; it can be {', '.join(setting.choices)}.{nearest(str(parsed), setting.choices)}"
        raise UsageError(msg)
    if setting.wanted and not setting.within[0] <= parsed <= setting.within[1]:
        msg = f"{origin} is {shown}: {setting.wanted}."
        raise UsageError(msg)
    return parsed


def _from_file(path: Path, known: tuple[Setting, ...], *, explicit: bool) -> dict[str, Any]:
    import tomllib

    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if explicit:
            msg = f"{path}: no such settings file."
            raise UsageError(msg) from error
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path} cannot be read as TOML: {error}"
        raise UsageError(msg) from error
    names = [setting.name for setting in known]
    written.pop(MODELS, None)
    for key in written:
        if key not in names:
            msg = f"{path} has an unknown setting {key!r}.{nearest(key, names)} `extract config` lists all settings."
            raise UsageError(msg)
    return written


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each `EXTRACT_*` variable that is no setting: others may use the prefix, so it is no error."""
    names = [setting.variable for setting in settings()] + ["EXTRACT_CONFIG", "EXTRACT_API_KEY"]
    return tuple(
        f"The environment variable {variable} is no setting and was ignored.{nearest(variable, names)}"
        for variable in sorted(environment)
        if variable.startswith("EXTRACT_") and variable not in names
    )
