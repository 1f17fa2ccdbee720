from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from flows.no_pandas import leave_pandas_out
leave_pandas_out()
import pyarrow as pa
pa.Table.from_pylist([{"a": 1}]).to_pylist()
print("pandas" in sys.modules)
import pandas
print(pandas.DataFrame({"a": [1]}).shape)
"""


def test_arrow_works_without_pandas_and_who_wants_pandas_has_it():
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.split("\n")[:2], done.stderr) == (["False", "(1, 1)"], "")
