"""`python -m benchmarks.arrival`: from an object's put to its record, by messages, by listing, by a deployment."""

from __future__ import annotations

import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from benchmarks import corpus
from benchmarks.measure import Result
from benchmarks.orchestrated import start_server, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

OBJECTS = 8
POLL_SECONDS = 10.0
"""The default of `extract watch`."""
PAUSE_SECONDS = 3.7
"""Between a record and the next put: they shall fall on all moments of a poll interval."""
TARGET_SECONDS = 10.0
DEPLOYED_SECONDS = 60.0
DEPLOYED_OBJECTS = 6
"""Each waits for a flow run of its own; the pauses grow, so that they fall on all moments of its interval."""
END_SECONDS = 2.0
GIVE_UP_SECONDS = 120.0
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextmanager
def moto() -> Iterator[str]:
    """A server of S3 and SQS; its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while server.poll() is None:
            try:
                urlopen(f"{url}/moto-api/", timeout=5).close()  # noqa: S310 - our own
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.kill()
        server.wait()


def told_of(sqs: SQSClient, s3: S3Client, bucket: str) -> str:
    """The URL of a new queue that is told what arrives in a bucket."""
    queue = sqs.create_queue(QueueName=bucket)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    filtered: Any = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}
    told: Any = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": filtered}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [told]})
    return queue


def latencies(s3: S3Client, bucket: str, watching: Sequence[str], pdfs: Sequence[bytes]) -> tuple[list[float], float]:
    """Seconds from put to record of each of these, put one after the other, with a watcher that is already waiting.

    And seconds from SIGTERM to the watcher's end.
    """
    command = [sys.executable, "-m", "flows", "watch", f"s3://{bucket}/in", "--out", f"s3://{bucket}/out"]
    log = subprocess.DEVNULL
    watcher = subprocess.Popen([*command, "--schema", "invoice", *watching], stdout=log, stderr=log)
    try:
        took = [_until_record(s3, bucket, n, pdf) for n, pdf in enumerate(pdfs)]
        start = time.monotonic()
        watcher.terminate()
        watcher.wait(timeout=GIVE_UP_SECONDS)
        return took[1:], time.monotonic() - start  # the first one waited for the watcher to start
    finally:
        watcher.kill()
        watcher.wait()


@contextmanager
def deployed(bucket: str) -> Iterator[None]:
    """The drop folder of `extract deploy` with its defaults, on a server of its own with one worker."""
    environment = os.environ | {"DO_NOT_TRACK": "1"}
    running = []
    with tempfile.TemporaryDirectory(prefix="extract-bench-") as home:
        environment["PREFECT_HOME"] = home
        server, environment["PREFECT_API_URL"] = start_server(Path(home))
        running.append(server)
        try:
            wait_for(environment["PREFECT_API_URL"])
            command = [sys.executable, "-m", "flows", "deploy", f"s3://{bucket}/in", "--out", f"s3://{bucket}/out"]
            command += ["--schema", "invoice", "--only", "drop-folder", "--pool", "arrival"]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "arrival"]
            with (Path(home) / "worker.log").open("wb") as log:
                running.append(subprocess.Popen(worker, env=environment, stdout=log, stderr=log))
            yield
        finally:
            for process in reversed(running):
                process.terminate()
                try:
                    process.wait(timeout=GIVE_UP_SECONDS)
                except subprocess.TimeoutExpired:  # a worker passes SIGTERM on as SIGINT, which a script's jobs ignore
                    process.kill()
                    process.wait()


def _until_record(s3: S3Client, bucket: str, number: int, pdf: bytes, pause: float = PAUSE_SECONDS) -> float:
    start = time.monotonic()
    s3.put_object(Bucket=bucket, Key=f"in/{number:03d}.pdf", Body=pdf)
    while not _is_recorded(s3, bucket, f"s3://{bucket}/in/{number:03d}.pdf"):
        if time.monotonic() - start > GIVE_UP_SECONDS:
            msg = f"no record of object {number} after {GIVE_UP_SECONDS:g} s"
            raise TimeoutError(msg)
        time.sleep(0.1)
    took = time.monotonic() - start
    time.sleep(pause)
    return took


def _is_recorded(s3: S3Client, bucket: str, source: str) -> bool:
    import pyarrow.parquet as pq

    found = s3.list_objects_v2(Bucket=bucket, Prefix="out/records/").get("Contents", ())
    for part in sorted(found, key=lambda o: o["LastModified"], reverse=True):
        body = s3.get_object(Bucket=bucket, Key=part["Key"])["Body"].read()
        if source in pq.read_table(io.BytesIO(body), columns=["_source"])["_source"].to_pylist():
            return True
    return False


def results() -> Iterator[Result]:
    from flows.s3.access import Access, s3_client, sqs_client

    pdfs = list(corpus.pdfs(OBJECTS + 1))
    with moto() as url:
        s3, sqs = s3_client(Access(endpoint=url)), sqs_client(Access(endpoint=url))
        for name, limit in (("queue", TARGET_SECONDS), ("listing", POLL_SECONDS + TARGET_SECONDS)):
            s3.create_bucket(Bucket=name)
            watching = ["--s3-endpoint", url, "--poll", str(POLL_SECONDS)]
            if name == "queue":
                watching += ["--queue", told_of(sqs, s3, name)]
            took, ended = latencies(s3, name, watching, pdfs)
            most = max(took)
            yield Result(name=name, figure=f"{most:.1f} s at most", target=f"{limit:g} s", reached=most < limit,
                         detail=f"{statistics.median(took):.1f} s in the middle, {len(took)} objects")  # fmt: skip
            yield Result(name="SIGTERM", figure=f"{ended:.1f} s to its end", target=f"{END_SECONDS:g} s",
                         reached=ended < END_SECONDS, detail=f"of the watcher by {name}")  # fmt: skip
        os.environ["EXTRACT_S3_ENDPOINT"] = url
        s3.create_bucket(Bucket="deployment")
        with deployed("deployment"):
            some = enumerate(pdfs[:DEPLOYED_OBJECTS])
            took = [_until_record(s3, "deployment", n, pdf, 2 * PAUSE_SECONDS * n) for n, pdf in some][1:]
        most = max(took)
        yield Result(name="deployment", figure=f"{most:.1f} s at most", target=f"{DEPLOYED_SECONDS:g} s",
                     reached=most < DEPLOYED_SECONDS,
                     detail=f"{statistics.median(took):.1f} s in the middle, {len(took)} objects")  # fmt: skip


def main() -> int:
    os.environ |= CREDENTIALS
    missed = 0
    for result in results():
        missed += not result.reached
        mark = "ok  " if result.reached else "MISS"
        print(f"{mark} {result.name:10} {result.figure:20} target {result.target:7} {result.detail}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
