"""What a run is asked to do, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - the types of the fields can be asked for at run time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.s3.access import Access
    from tiling.limits import Limits

LIMITS = ("max_pages", "max_bytes", "max_pixels", "max_seconds", "max_memory")
"""The settings that say how much of the machine one document may take."""
STORED = (
    "reader",
    "einvoice",
    "rasterizer",
    "ocr",
    "threshold",
    "max_error",
    "certainty",
    "audit_rate",
    "shard_seconds",
    "workers",
    *LIMITS,
)


def limits_of(values: Mapping[str, Any]) -> Limits:
    """What the settings of LIMITS come to."""
    from tiling.limits import Limits

    return Limits(
        max_pages=values["max_pages"],
        max_bytes=values["max_bytes"],
        max_pixels=values["max_pixels"],
        seconds=values["max_seconds"],
        memory_mb=values["max_memory"] // 2**20,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The settings that hold (see `flows.settings` for their meaning), and the flags of this one command."""

    paths: tuple[str, ...]
    schema: str
    out: str = "./out"
    reader: str = "auto"
    einvoice: str = "use"
    rasterizer: str = "pdfium"
    ocr: str = "auto"
    model: str = ""
    endpoint: tuple[str, ...] = ()
    strategy: str = "auto"
    json_model: str = ""
    verify_model: str = ""
    budget: int | None = None
    requests: int = 256
    pictures: str | None = None
    api_key_variable: str = "EXTRACT_API_KEY"
    api_key_file: str | None = None
    vllm_python: str | None = None
    engine: str = "server"
    weights: str | None = None
    config: Path | None = None
    """The settings file that was named, for models of the user's own."""
    password: tuple[str, ...] = field(default=(), repr=False)
    threshold: float | None = None
    max_error: float | None = None
    certainty: float = 0.95
    audit_rate: float = 0.0
    calibration: str | None = None
    shard_seconds: float = 60.0
    workers: int = 1
    max_pages: int = 500
    max_bytes: int = 2**28
    max_pixels: int = 100_000_000
    max_seconds: float = 120.0
    max_memory: int = 1024 * 2**20
    s3_endpoint: str | None = None
    s3_profile: str | None = None
    s3_region: str | None = None
    s3_path_style: str = "auto"
    s3_encryption: str | None = None
    log: str = "text"
    metrics_port: str | None = None
    metrics_file: str | None = None
    orchestrator: str = "none"
    task_runner: str = ""
    force: bool = False
    retry_failed: bool = False
    verify_content: bool = False
    limit: int | None = None
    dry_run: bool = False

    @property
    def access(self) -> Access:
        """How buckets are reached."""
        from flows.s3.settings import NAMES, access_of

        return access_of({name: getattr(self, name) for name in NAMES})

    @property
    def limits(self) -> Limits:
        """What one document may take."""
        return limits_of({name: getattr(self, name) for name in LIMITS})

    def stored(self) -> dict[str, Any]:
        """As it is written into every part: no secret, no address, no path of the machine."""
        from flows.run_policy import read_calibration
        from flows.vision_options import vision_of

        vision = vision_of(self)
        calibration = read_calibration(self.calibration) if self.calibration else None
        return {name: getattr(self, name) for name in STORED} | {
            "passwords": len(self.password),
            **({"vision": vision.stored()} if vision else {}),
            **({"calibration": calibration} if calibration else {}),
        }
