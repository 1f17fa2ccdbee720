"""No test talks to a Prefect server of whoever runs them."""

from __future__ import annotations

import os

for name in [name for name in os.environ if name.startswith("PREFECT_")]:
    del os.environ[name]
os.environ["PREFECT_HOME"] = "/nonexistent"
