"""Two watchers, one by messages and one by listing, and a scheduled run beside them, on one busy bucket."""

from __future__ import annotations

import io
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from flows.output import open_output
from flows.s3.access import Access, sqs_client

if TYPE_CHECKING:
    import random

pytestmark = pytest.mark.scale
OBJECTS = 500


@pytest.fixture
def bucket(s3, moto):
    """A bucket whose notifications go to a queue; the queue's URL."""
    s3.create_bucket(Bucket="busy")
    sqs = sqs_client(Access(endpoint=moto))
    url = sqs.create_queue(QueueName="arrivals")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told = {
        "QueueArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
    }
    s3.put_bucket_notification_configuration(Bucket="busy", NotificationConfiguration={"QueueConfigurations": [told]})
    return url


def let_arrive(s3, n: int, chance: random.Random) -> None:
    """One object more: new, the bytes of another, renamed at once, or in the place of an older one."""
    key, content = f"in/{n:04d}.pdf", f"document {n}".encode()
    kind = chance.random()
    if kind < 0.1 and n:
        content = f"document {chance.randrange(n)}".encode()
    elif kind < 0.2 and n:
        key = f"in/{chance.randrange(n):04d}.pdf"
    s3.put_object(Bucket="busy", Key=key, Body=content)
    if 0.2 < kind < 0.3:
        s3.copy_object(Bucket="busy", Key=f"in/renamed {n}.pdf", CopySource={"Bucket": "busy", "Key": key})
        s3.delete_object(Bucket="busy", Key=key)


def there(s3) -> set[tuple[str, str]]:
    """Place and version of every object."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="busy", Prefix="in/")
    return {(f"s3://busy/{o['Key']}", o["ETag"].strip('"')) for page in pages for o in page.get("Contents", ())}


def recorded(s3, table: str) -> list[dict]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="busy", Prefix=f"out/{table}/")
    keys = [o["Key"] for page in pages for o in page.get("Contents", ())]
    bodies = [s3.get_object(Bucket="busy", Key=key)["Body"].read() for key in keys]
    return [row for body in bodies for row in pq.ParquetFile(io.BytesIO(body)).read().to_pylist()]


def test_each_version_is_read_once(s3, moto, bucket, extract, chance):
    flags = ["--s3-endpoint", moto]
    extract.seconds = 0.005
    places = ["s3://busy/in", "--out", "s3://busy/out"]
    watchers = [
        extract.start("watch", *places, "--queue", bucket, *flags),
        extract.start("watch", *places, "--poll", "1", *flags),
    ]
    scheduled = None
    for n in range(OBJECTS):
        let_arrive(s3, n, chance)
        if scheduled is None or scheduled.poll() is not None:
            scheduled = extract.start("run", *places, *flags)
        time.sleep(0.05)
    assert scheduled.wait(timeout=300) in (0, 1)
    output = open_output("s3://busy/out", access=Access(endpoint=moto))
    for _ in range(300):
        if there(s3) <= set(output.index("invoice").states_by_origin()):
            break
        time.sleep(1)
    for watcher in watchers:
        watcher.send_signal(signal.SIGTERM)
    assert [watcher.wait(timeout=60) for watcher in watchers] == [130, 130]
    assert extract.start("run", *places, *flags).wait(timeout=300) in (0, 1)  # what a stopped watcher had begun

    read = Counter(extract.read())
    assert max(read.values()) == 1, "no version is read twice"
    places_and_versions = {tuple(line.split("\t")) for line in read}
    assert there(s3) <= places_and_versions, "every version that is there was read"
    documents = [row["_document_id"] for row in recorded(s3, "records")]
    assert len(documents) == len(set(documents))
    sources = Counter(source for row in recorded(s3, "records") for source in row["_sources"])
    assert {place for place, _ in there(s3)} <= set(sources)
    assert not open_output("s3://busy/out", access=Access(endpoint=moto)).status().problems
