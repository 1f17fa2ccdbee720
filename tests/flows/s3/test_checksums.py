from __future__ import annotations

import base64
import hashlib
import io
import zlib

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from flows.s3.access import Access, s3_client
from flows.s3.location import parse_location
from flows.s3.objects import fetch
from flows.s3.store import S3Store
from flows.store import open_store

DATA = b"a part of an output"
MD5 = base64.b64encode(hashlib.md5(DATA, usedforsecurity=False).digest())
CRC = base64.b64encode(zlib.crc32(DATA).to_bytes(4, "big")).decode()


class Raw(io.BytesIO):
    """A body as urllib3 has it."""

    def stream(self, *_args, **_more):
        yield self.read()


@pytest.fixture
def sent(access):  # noqa: ARG001 - has credentials
    """What would go over the network; nothing does."""

    def sent(access: Access, call: str, *answers: tuple[dict[str, str], bytes]):
        client, requests, left = s3_client(access), [], list(answers)

        def answer(request, **_more):
            requests.append(request)
            headers, body = left.pop(0)
            return AWSResponse(
                request.url, 200, {"Content-Length": str(len(body)), "ETag": '"1"', **headers}, Raw(body)
            )

        client.meta.events.register(f"before-send.s3.{call}", answer)
        return requests

    yield sent
    s3_client.cache_clear()


def text(value) -> str:
    return value.decode() if isinstance(value, bytes) else value


AWS, OWN = Access(region="eu-central-1"), Access(endpoint="http://127.0.0.1:9")


def test_what_is_put_in_a_store_of_ones_own_has_an_md5_and_nothing_that_it_may_not_know(sent):
    requests = sent(OWN, "PutObject", ({}, b""))
    assert S3Store(parse_location("s3://lake/out"), OWN).create("a", DATA)
    headers = {name.lower(): text(value) for name, value in requests[0].headers.items()}
    assert headers["content-md5"] == MD5.decode()
    assert not [name for name in headers if "checksum" in name or "trailer" in name]


def test_what_is_put_in_aws_has_a_crc(sent):
    requests = sent(AWS, "PutObject", ({}, b""))
    assert S3Store(parse_location("s3://lake/out"), AWS).create("a", DATA)
    names = [name.lower() for name in requests[0].headers]
    assert "content-md5" not in names
    assert any(name.startswith(("x-amz-checksum-", "x-amz-trailer")) for name in names)


@pytest.mark.parametrize(("access", "asks"), [(AWS, True), (OWN, False)], ids=["AWS", "own"])
def test_only_aws_is_asked_for_the_checksum_of_what_is_read(sent, access, asks):
    requests = sent(access, "GetObject", ({}, DATA))
    assert fetch("s3://lake/a", access, etag=None, most_bytes=100).data == DATA
    assert ("x-amz-checksum-mode" in [name.lower() for name in requests[0].headers]) == asks


def test_what_was_damaged_on_its_way_here_is_fetched_again(sent):
    crc = {"x-amz-checksum-crc32": CRC}
    requests = sent(AWS, "GetObject", (crc, DATA.upper()), (crc, DATA))
    assert fetch("s3://lake/a", AWS, etag=None, most_bytes=100).data == DATA
    assert len(requests) == 2


@pytest.fixture
def store(s3, access):  # noqa: ARG001 - the bucket must be there
    return open_store("s3://lake/out", access=access)


def test_what_was_damaged_on_its_way_there_is_put_again(store, monkeypatch):
    put, damaged = store._client.put_object, [True]

    def puts(**arguments):
        if damaged:
            damaged.pop()
            raise ClientError({"Error": {"Code": "BadDigest"}}, "PutObject")
        return put(**arguments)

    monkeypatch.setattr(store._client, "put_object", puts)
    assert store.create("a", DATA)
    assert store.read("a") == DATA
