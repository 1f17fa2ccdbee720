"""Processes killed at random moments, on a folder and on a bucket behind a network that fails."""

from __future__ import annotations

import io
import os
import random
import signal
import threading
import time
from collections import Counter

import psutil
import pyarrow.parquet as pq
import pytest

from flows.output import open_output
from flows.s3.access import Access

pytestmark = pytest.mark.scale
KILLS = 25
"""Of each of the two tests."""
AT_ONCE = 60
"""Documents that arrive before each of the first kills."""
IN_FLIGHT = 12
"""Documents of the shards that a run with one worker has begun and not committed: two, of six each."""


class Place:
    """Where documents come from and go to: a folder."""

    access = None

    def __init__(self, folder) -> None:
        self._folder = folder
        (folder / "in").mkdir()
        self.source, self.out = str(folder / "in"), str(folder / "out")
        self.flags: list[str] = []

    def put(self, name: str, content: bytes) -> None:
        path = self._folder / "in" / name
        path.with_suffix(".tmp").write_bytes(content)
        path.with_suffix(".tmp").rename(path)

    def parts(self, table: str):
        """What a plain glob finds, read as it is found."""
        for path in sorted((self._folder / "out").glob(f"{table}/**/*.parquet")):
            yield pq.ParquetFile(io.BytesIO(path.read_bytes())).read()


class Bucket:
    """The same in a bucket, reached through the proxy; a reader goes straight to the store."""

    def __init__(self, s3, proxy) -> None:
        s3.create_bucket(Bucket="killed")
        self._s3 = s3
        self.source, self.out = "s3://killed/in", "s3://killed/out"
        self.flags = ["--s3-endpoint", proxy.url]
        self.access = Access(endpoint=proxy.url)

    def put(self, name: str, content: bytes) -> None:
        self._s3.put_object(Bucket="killed", Key=f"in/{name}", Body=content)

    def parts(self, table: str):
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket="killed", Prefix=f"out/{table}/")
        for key in [o["Key"] for page in pages for o in page.get("Contents", ())]:
            yield pq.ParquetFile(io.BytesIO(self._s3.get_object(Bucket="killed", Key=key)["Body"].read())).read()


class Reader(threading.Thread):
    """Looks all the time, as somebody with a plain glob does, and keeps what was wrong."""

    def __init__(self, place) -> None:
        super().__init__(daemon=True)
        self.place, self.looks = place, 0
        self.wrong: list[str] = []
        self._end = threading.Event()

    def run(self) -> None:
        while not self._end.wait(0.2):
            try:
                found = documents(self.place)
            except Exception as error:  # noqa: BLE001 - whatever a torn part gives
                self.wrong.append(repr(error))
                continue
            self.looks += 1
            self.wrong += [f"{i} is there {n} times" for i, n in Counter(found).items() if n > 1]

    def stop(self) -> None:
        self._end.set()
        self.join()


def documents(place) -> list[str]:
    records = [i for part in place.parts("records") for i in part["_document_id"].to_pylist()]
    failures = [
        row["_document_id"] or row["_source"]
        for part in place.parts("failures")
        for row in part.to_pylist()
        if row["page"] is None
    ]
    return records + failures


def worker_of(process) -> int | None:
    """A worker process of it: a child of its fork server."""
    try:
        servers = psutil.Process(process.pid).children()
        workers = [w for server in servers for w in server.children()]
        return random.choice(workers).pid if workers else None  # noqa: S311
    except psutil.Error:
        return None


def kill(process, victim: str) -> None:
    pid = worker_of(process) if victim == "worker" else process.pid
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
    if victim != "worker":
        process.wait(timeout=60)


def everything_survives(place, extract, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments
    reader = Reader(place)
    reader.start()
    count = kills = 0
    process = None
    while kills < KILLS:
        if count < 8 * AT_ONCE:
            for _ in range(AT_ONCE):
                place.put(f"{count:05d}.pdf", f"document {count}".encode())
                count += 1
        victim = ("run", "watch", "worker")[kills % 3]
        if process is None or process.poll() is not None:
            command = "watch" if victim == "watch" else "run"
            more = ["--poll", "0.3", "--settle", "0.1"] if command == "watch" else []
            before = len(extract.read())
            process = extract.start(command, place.source, "--out", place.out, *more, *place.flags)
            for _ in range(2400):
                if len(extract.read()) > before or process.poll() is not None:
                    break
                time.sleep(0.05)
        time.sleep(chance.uniform(0.0, 1.5))
        if process.poll() is None:
            kill(process, victim)
            kills += 1
        elif count >= 8 * AT_ONCE:  # all is read: more is to come
            place.put(f"{count:05d}.pdf", f"document {count}".encode())
            count += 1
    if process.poll() is None:
        process.kill()
        process.wait()
    last = extract.start("run", place.source, "--out", place.out, *place.flags)
    assert last.wait(timeout=600) == 0
    reader.stop()

    found = documents(place)
    assert (len(found), len(set(found))) == (count, count), "every document is in exactly one record or failure"
    assert not reader.wrong
    assert reader.looks > KILLS
    assert len(extract.read()) - count <= kills * IN_FLIGHT, "only shards in flight are read again"
    status = open_output(place.out, create=False, access=place.access).status()
    assert not status.problems
    assert status.schemas[0].documents == count


def test_a_folder_survives_kills_of_run_watcher_and_workers(tmp_path, extract):
    everything_survives(Place(tmp_path), extract, seed=1)


def test_a_bucket_survives_them_behind_a_network_that_fails(s3, proxy, extract):
    everything_survives(Bucket(s3, proxy), extract, seed=2)
    assert {"503", "409", "dropped before", "dropped after", "cut"} <= set(proxy.made)
