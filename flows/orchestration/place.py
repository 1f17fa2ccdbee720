"""Where a flow run works: in the folder from which it was deployed, on machines that have it."""

from __future__ import annotations

import os
import sys

STEP = "flows.orchestration.place.work_in"


def work_in(directory: str) -> dict[str, str]:
    """A pull step of a deployment: goes there, for its extract.toml; a machine without the folder still reads."""
    try:
        os.chdir(directory)
    except OSError as error:
        said = f"extract: {directory} ({error.strerror}): no extract.toml is read from it"
        print(said, file=sys.stderr)  # noqa: T201 - to the log of the worker
    return {"directory": os.getcwd()}  # noqa: PTH109 - as it is, links and all
