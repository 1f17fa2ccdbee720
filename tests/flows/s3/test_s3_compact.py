from __future__ import annotations

import json

import pytest

from flows.cli import main
from flows.output import open_output


@pytest.fixture
def out(made, s3, access):  # noqa: ARG001 - the bucket must be there
    """An output of ten documents in ten parts, in a bucket."""
    output = open_output("s3://lake/out", access=access)
    made.run(output, made.work(shard_seconds=1.0), [made.candidate(f"{n}.pdf") for n in range(10)])
    return output


@pytest.fixture
def rows(made, s3, keys, tmp_path):
    """The tables below a prefix of the bucket."""

    def rows(prefix: str) -> dict[str, list[dict]]:
        folder = tmp_path / prefix
        for key in keys(f"{prefix}/"):
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file("lake", key, str(path))
        return made.tables(folder)

    return rows


@pytest.mark.usefixtures("out")
def test_a_bucket_becomes_few_large_files_in_a_bucket(rows, keys, s3):
    assert main(["compact", "s3://lake/out", "--to", "s3://lake/tables"]) == 0
    assert rows("tables") == rows("out")
    assert len(rows("tables")["records"]) == 10
    manifest = json.loads(s3.get_object(Bucket="lake", Key="tables/_manifest.json")["Body"].read())
    assert sorted(f"tables/{file['name']}" for file in manifest["files"]) == sorted(
        key for key in keys("tables/") if key.endswith(".parquet")
    )


@pytest.mark.usefixtures("out")
def test_a_bucket_is_joined_into_a_folder(made, rows, tmp_path):
    assert main(["compact", "s3://lake/out", "--to", str(tmp_path / "tables")]) == 0
    assert made.tables(tmp_path / "tables") == rows("out")


@pytest.mark.usefixtures("out")
@pytest.mark.parametrize("to", ["s3://lake/out", "s3://lake/out/", "s3://lake/out/records", "s3://lake", "s3://lake/"])
def test_a_prefix_that_is_not_apart_from_the_output_is_refused(keys, to, capsys):
    before = keys()
    assert main(["compact", "s3://lake/out", "--to", to]) == 2
    assert "is not apart from s3://lake/out" in capsys.readouterr().err
    assert keys() == before
