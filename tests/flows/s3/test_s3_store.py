from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from flows.s3.access import Access
from flows.s3.location import parse_location
from flows.s3.objects import fetch
from flows.s3.settings import access_that_holds
from flows.s3.store import S3Store
from flows.store import MissingError, StoreError, open_store
from tests.flows.s3.cuts_answers import CONTENT, store_that_cuts_its_first_answer
from tests.flows.s3.ignores_conditions import store_that_ignores_conditions


@pytest.fixture
def store(s3, access):  # noqa: ARG001 - the bucket must be there
    return open_store("s3://lake/out", access=access)


def test_a_name_is_made_once_and_the_first_writer_wins(store):
    assert store.create("readings/a.parquet", b"first")
    assert not store.create("readings/a.parquet", b"second")
    assert store.read("readings/a.parquet") == b"first"


def test_of_eight_writers_at_a_time_one_wins(store):
    with ThreadPoolExecutor(8) as pool:
        for name in "abc":
            won = list(pool.map(lambda n, name=name: store.create(name, str(n).encode()), range(8)))
            assert sum(won) == 1
            assert store.read(name) == str(won.index(True)).encode()


def test_a_write_that_is_refused_although_nothing_is_there_is_tried_again(store, monkeypatch):
    put, refused = store._client.put_object, []

    def refuses_once(**arguments):
        if not refused:
            refused.append(arguments["Key"])
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        return put(**arguments)

    monkeypatch.setattr(store._client, "put_object", refuses_once)
    assert store.create("readings/a.parquet", b"x"), "False would say that somebody else has committed it"
    assert store.read("readings/a.parquet") == b"x"
    assert refused == ["out/readings/a.parquet"]


def test_a_file_is_replaced_only_where_it_still_is_the_one_that_was_seen(store):
    tag = store.replace("records/a.parquet", b"1", seen=None)
    assert store.replace("records/a.parquet", b"2", seen=None) is None
    newer = store.replace("records/a.parquet", b"3", seen=tag)
    assert newer not in (None, tag)
    assert store.replace("records/a.parquet", b"4", seen=tag) is None
    store.delete("records/a.parquet")
    assert store.replace("records/a.parquet", b"5", seen=newer) is None
    assert store.replace("records/a.parquet", b"6")
    assert store.read("records/a.parquet") == b"6"


def test_names_are_listed_in_order_below_the_prefix_only(store, s3):
    for name in ("b/2", "b/10", "a", "b/ä ö", "b/c%2Fd"):
        store.create(name, b"x")
    s3.put_object(Bucket="lake", Key="outside", Body=b"x")
    s3.put_object(Bucket="lake", Key="out/b/", Body=b"")
    assert [stat.name for stat in store.names("b/")] == ["b/10", "b/2", "b/c%2Fd", "b/ä ö"]
    assert next(stat.name for stat in store.names("")) == "a"


def test_a_file_is_read_in_parts(store):
    content = os.urandom(2_000_000)
    store.create("large", content)
    with store.open("large") as file:
        assert file.seek(-7, os.SEEK_END) == len(content) - 7
        assert file.read() == content[-7:]
        file.seek(11)
        assert file.read(1_000_000) == content[11:1_000_011]


def test_a_file_that_is_replaced_while_it_is_read_is_an_error_and_no_mixture(store):
    store.create("large", os.urandom(2_000_000))
    with store.open("large") as file:
        store.replace("large", os.urandom(2_000_000))
        with pytest.raises(StoreError):
            file.read(10)


def test_an_empty_file_is_read_as_empty(store):
    store.create("empty", b"")
    with store.open("empty") as file:
        assert file.read() == b""


def test_what_is_not_there_says_so(store):
    assert not store.exists("nothing")
    for look in (lambda: store.read("nothing"), lambda: store.open("nothing").__enter__()):
        with pytest.raises(MissingError, match="s3://lake/out/nothing"):
            look()


@pytest.mark.usefixtures("access")
@pytest.mark.parametrize(("known", "ignored"), [((), "If-None-Match"), (("If-None-Match",), "If-Match")])
def test_a_store_that_ignores_a_condition_is_refused_with_the_reason(known, ignored):
    reason = f"ignores the condition `{ignored}`"
    with store_that_ignores_conditions(known=known) as url, pytest.raises(StoreError, match=reason) as refused:
        open_store("s3://lake/out", access=Access(endpoint=url))
    assert refused.value.exit_code == 4


@pytest.mark.usefixtures("store")
def test_the_probe_leaves_nothing_behind(s3):
    assert "Contents" not in s3.list_objects_v2(Bucket="lake")


def test_a_missing_bucket_is_a_mistake_of_the_command(access):
    with pytest.raises(StoreError, match="no such bucket") as refused:
        open_store("s3://nowhere/out", access=access)
    assert refused.value.exit_code == 2


def test_what_is_written_is_encrypted_as_asked(s3, access):
    store = open_store("s3://lake/out", access=Access(endpoint=access.endpoint, encryption="sse-kms:mine"))
    store.create("a", b"x")
    stored = s3.head_object(Bucket="lake", Key="out/a")
    assert stored["ServerSideEncryption"] == "aws:kms"
    assert stored["SSEKMSKeyId"].endswith("mine")


def test_what_is_written_is_encrypted_by_the_store_itself_if_asked_for(s3, access):
    store = open_store("s3://lake/out", access=Access(endpoint=access.endpoint, encryption="sse-s3"))
    store.create("a", b"x")
    assert s3.head_object(Bucket="lake", Key="out/a")["ServerSideEncryption"] == "AES256"


def test_a_store_goes_to_another_process_as_a_small_value(store):
    copy = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own
    assert copy.create("a", b"x")
    assert store.read("a") == b"x"


def test_the_environment_says_how_buckets_are_reached(access, monkeypatch):
    monkeypatch.setenv("EXTRACT_S3_REGION", "eu-west-1")
    assert access_that_holds() == Access(endpoint=access.endpoint, region="eu-west-1")


def opened(url: str) -> bytes:
    with S3Store(parse_location("s3://lake/out"), Access(endpoint=url)).open("a") as file:
        return file.read()


LOOKS = {
    "read": lambda url: S3Store(parse_location("s3://lake/out"), Access(endpoint=url)).read("a"),
    "open": opened,
    "fetch": lambda url: fetch("s3://lake/a", Access(endpoint=url), etag=None, most_bytes=10**6).data,
}


@pytest.mark.usefixtures("access")
@pytest.mark.parametrize("look", LOOKS)
def test_an_answer_that_breaks_off_is_asked_for_again(look):
    with store_that_cuts_its_first_answer() as url:
        assert LOOKS[look](url) == CONTENT
