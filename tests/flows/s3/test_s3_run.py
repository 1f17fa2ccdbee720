from __future__ import annotations

import io
from collections import Counter

import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.content import ReplacedError, content_of
from flows.errors import UsageError
from flows.s3.access import s3_client
from flows.s3.objects import documents
from flows.sources import collect
from tiling import DocumentError, Reason
from tiling.limits import Limits

INVOICE = "examples/invoices/timber_de.pdf"
ODD = ("a b.pdf", "ä/ö.pdf", "c%2Fd.pdf", "e//f.pdf", "plus+and&.pdf", "noname", "g[1].pdf")


@pytest.fixture
def put(s3):
    def put(key: str, body: bytes = b"%PDF-1.4 not really") -> None:
        s3.put_object(Bucket="lake", Key=key, Body=body)

    return put


def listed(uri: str, access, **more) -> tuple[list[str], Counter]:
    left_out: Counter[str] = Counter()
    return [f.location.key for f in documents(uri, access, left_out, **more)], left_out


def test_odd_keys_are_kept_letter_by_letter(put, access):
    for name in ODD:
        put(f"in/{name}")
    found, left_out = listed("s3://lake/in", access)
    assert sorted(found) == sorted(f"in/{name}" for name in ODD)
    assert not left_out
    for key in found:
        assert content_of(f"s3://lake/{key}", None, Limits(), access)[1] == b"%PDF-1.4 not really"


def test_what_lies_beside_documents_is_counted_and_left_out(put, access):
    for name, body in {
        "": b"",
        "a.json": b"{}",
        ".hidden.pdf": b"x",
        "sub/": b"",
        "zero.pdf": b"",
        "x.PDF": b"x",
    }.items():
        put(f"in/{name}", body)
    found, left_out = listed("s3://lake/in/", access)
    assert found == ["in/x.PDF", "in/zero.pdf"]
    assert left_out == {"folder marker": 2, ".json": 1, "hidden": 1}


def test_a_prefix_is_a_folder_and_not_the_beginning_of_a_name(put, access):
    put("in/a.pdf")
    put("inner/b.pdf")
    assert listed("s3://lake/in", access)[0] == ["in/a.pdf"]
    assert listed("s3://lake/in/a.pdf", access)[0] == ["in/a.pdf"]
    assert listed("s3://lake", access)[0] == ["in/a.pdf", "inner/b.pdf"]


def test_patterns_stay_within_a_level_unless_they_say_otherwise(put, access):
    for key in ("in/a.pdf", "in/b.png", "in/x/c.pdf", "in/x/y/d.pdf"):
        put(key)
    assert listed("s3://lake/in/*.pdf", access)[0] == ["in/a.pdf"]
    assert listed("s3://lake/in/**/*.pdf", access)[0] == ["in/a.pdf", "in/x/c.pdf", "in/x/y/d.pdf"]
    assert listed("s3://lake/in/[ab].p??", access)[0] == ["in/a.pdf", "in/b.png"]


def test_the_output_of_the_run_is_never_read(put, access):
    put("a.pdf")
    put("out/crops/b.png")
    assert listed("s3://lake/", access, own="s3://lake/out")[0] == ["a.pdf"]


def test_more_than_a_page_of_keys_is_listed(put, access, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    for n in range(8):
        put(f"in/{n}.pdf", b"x")
    assert listed("s3://lake/in", access)[0] == [f"in/{n}.pdf" for n in range(8)]


def test_an_object_that_was_overwritten_is_not_read_as_what_it_was(put, s3, access):
    put("a.pdf", b"one")
    etag = s3.head_object(Bucket="lake", Key="a.pdf")["ETag"].strip('"')
    put("a.pdf", b"two")
    with pytest.raises(ReplacedError):
        content_of("s3://lake/a.pdf", etag, Limits(), access)


def test_an_object_of_a_store_that_ignores_the_condition_is_not_read_as_what_it_was(put, s3, access, monkeypatch):
    put("a.pdf", b"one")
    etag = s3.head_object(Bucket="lake", Key="a.pdf")["ETag"].strip('"')
    put("a.pdf", b"two")
    client = s3_client(access)
    get = client.get_object
    monkeypatch.setattr(client, "get_object", lambda **given: get(**{k: v for k, v in given.items() if k != "IfMatch"}))
    with pytest.raises(ReplacedError):
        content_of("s3://lake/a.pdf", etag, Limits(), access)


def test_an_object_whose_etag_a_proxy_has_weakened_is_read(put, s3, access, monkeypatch):
    put("a.pdf", b"one")
    etag = s3.head_object(Bucket="lake", Key="a.pdf")["ETag"].strip('"')
    client = s3_client(access)
    get = client.get_object
    monkeypatch.setattr(client, "get_object", lambda **given: get(**given) | {"ETag": f'W/"{etag}"'})
    assert content_of("s3://lake/a.pdf", etag, Limits(), access) == (None, b"one")


def test_an_object_over_the_limit_is_not_fetched(put, access):
    put("a.pdf", b"x" * 1000)
    with pytest.raises(DocumentError, match="1,000 bytes") as refused:
        content_of("s3://lake/a.pdf", None, Limits(max_bytes=999), access)
    assert refused.value.reason is Reason.TOO_MANY_BYTES


@pytest.mark.usefixtures("s3")
def test_an_object_that_is_gone_says_so(access):
    with pytest.raises(DocumentError, match="not there any more"):
        content_of("s3://lake/a.pdf", None, Limits(), access)


def test_a_command_without_access_to_buckets_says_so():
    with pytest.raises(UsageError, match="local files only"):
        collect(["s3://lake/in"])


def records(s3, keys) -> list[dict]:
    found = []
    for key in keys("out/records/"):
        body = s3.get_object(Bucket="lake", Key=key)["Body"].read()
        found += pq.ParquetFile(io.BytesIO(body)).read().to_pylist()
    return found


def run(*arguments: str) -> int:
    return main(["run", *arguments, "--schema", "invoice", "--workers", "1"])


def test_a_bucket_is_read_into_a_bucket_and_looked_at_there(s3, keys, put, capsys, tmp_path):
    with open(INVOICE, "rb") as file:  # noqa: PTH123
        content = file.read()
    put("in/one.pdf", content)
    put("in/the same ä.pdf", content)
    put("in/broken.pdf", content[:1000])
    assert run("s3://lake/in", "--out", "s3://lake/out") == 1
    (record,) = records(s3, keys)
    assert sorted(record["_sources"]) == ["s3://lake/in/one.pdf", "s3://lake/in/the same ä.pdf"]
    assert record["_source_version"] == s3.head_object(Bucket="lake", Key="in/one.pdf")["ETag"].strip('"')
    before = keys("out/readings/")

    capsys.readouterr()
    assert run("s3://lake/in", "--out", "s3://lake/out") == 1
    assert "3 were done before" in capsys.readouterr().out
    assert keys("out/readings/") == before

    put("in/one.pdf", content + b"\n")
    assert run("s3://lake/in", "--out", "s3://lake/out") == 1
    assert len(records(s3, keys)) == 2

    assert main(["status", "s3://lake/out"]) == 1
    assert "3: 2 records (0 incomplete), 1 failure" in capsys.readouterr().out
    picture = tmp_path / "total.png"
    document = ("s3://lake/in/the same ä.pdf", "--field", "total")
    assert main(["explain", "s3://lake/out", *document, "--picture", str(picture)]) == 0
    assert picture.exists()
    assert main(["review", "export", "s3://lake/out", "--to", str(tmp_path / "review.csv")]) == 0
    (tmp_path / "one.json").write_text('{"total": "2014.91"}')
    assert main(["eval", "s3://lake/out", "--truth", str(tmp_path)]) == 0
    assert main(["rescore", "s3://lake/out"]) == 0
    assert main(["forget", "s3://lake/out", "s3://lake/in/broken.pdf"]) == 0
    capsys.readouterr()
    assert main(["status", "s3://lake/out"]) == 0
    assert "2: 2 records" in capsys.readouterr().out


def test_a_bucket_is_read_into_a_folder_and_a_folder_into_a_bucket(s3, keys, put, tmp_path, capsys):
    with open(INVOICE, "rb") as file:  # noqa: PTH123
        put("in/one.pdf", file.read())
    assert run("s3://lake/in", "--out", str(tmp_path / "out")) == 0
    assert list(tmp_path.glob("out/records/**/*.parquet"))
    assert run(INVOICE, "--out", "s3://lake/out") == 0
    assert len(records(s3, keys)) == 1
    assert "1 read" in capsys.readouterr().out
