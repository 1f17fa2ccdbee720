from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = """
import asyncio, sys
from importlib.util import find_spec
from flows.pool import Pool

async def main():
    pool = Pool(workers=1, max_seconds=60, max_memory_bytes=2**30)
    try:
        print(await pool.call(eval, "'prefect' in __import__('sys').modules"))
    finally:
        pool.stop()

sys.modules["__main__"].__spec__ = find_spec("prefect.engine")  # as in a process that a worker of Prefect starts
{leave_out}
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("leave_out", "imported"),
    [("", "True"), ("from flows.orchestration.flow import leave_main_out; leave_main_out()", "False")],
)
def test_the_processes_that_read_import_no_prefect(leave_out, imported):
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(leave_out=leave_out)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [imported]
