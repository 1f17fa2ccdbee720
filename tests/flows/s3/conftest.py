from __future__ import annotations

import logging
import os
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from flows.s3.access import Access, s3_client, sqs_client

# Not in a fixture: the fork server, which outlives a test, keeps the environment that it was started with.
os.environ |= {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session")
def moto():
    """A server that speaks S3 and SQS; its URL."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def access(moto, monkeypatch) -> Access:
    monkeypatch.setenv("EXTRACT_S3_ENDPOINT", moto)
    urlopen(Request(f"{moto}/moto-api/reset", method="POST")).read()  # noqa: S310
    s3_client.cache_clear()
    sqs_client.cache_clear()
    return Access(endpoint=moto)


@pytest.fixture
def s3(access):
    client = s3_client(access)
    client.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return client


@pytest.fixture
def keys(s3):
    """The keys below a prefix."""

    def keys(prefix: str = "") -> list[str]:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="lake", Prefix=prefix)
        return [o["Key"] for page in pages for o in page.get("Contents", ())]

    return keys
