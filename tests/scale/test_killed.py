"""Processes killed at random moments, on a folder and on a bucket behind a network that fails."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass

import psutil
import pyarrow.parquet as pq
import pytest

from flows.output import open_output
from flows.s3.access import Access

pytestmark = pytest.mark.scale
TURNS = (("run", "worker"), ("run", "run"), ("watch", "watch"), ("flow", "server"), ("flow", "flow"))
"""Which process reads, and which one is killed meanwhile, in turn. A worker is one of its reading processes, the server
is Prefect's."""
KILLS = 25
"""Of each of the two tests: five of each turn."""
ARRIVING = 10
"""Documents that arrive before each kill: about as many as are read until then."""
IN_FLIGHT = 30
"""Documents that a process with one worker has begun and not committed: five shards of six documents each."""
BLIND = 0.2
"""Share of the kills at whatever the process is doing as it starts; the others are while it reads."""


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
        self._seen: dict[tuple[str, str], object] = {}

    def put(self, name: str, content: bytes) -> None:
        self._s3.put_object(Bucket="killed", Key=f"in/{name}", Body=content)

    def parts(self, table: str):
        """What a listing finds; of what has not changed since the last look, its content is remembered."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket="killed", Prefix=f"out/{table}/")
        for found in [o for page in pages for o in page.get("Contents", ())]:
            part = self._seen.get((found["Key"], found["ETag"]))
            if part is None:
                answer = self._s3.get_object(Bucket="killed", Key=found["Key"])
                part = pq.ParquetFile(io.BytesIO(answer["Body"].read())).read()
                self._seen[found["Key"], answer["ETag"]] = part
            yield part


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


def committed(place) -> set[str]:
    """Where the documents lie whose readings are stored."""
    tables = [part.select(["kind", "origins"]) for part in place.parts("readings")]
    rows = [row for table in tables for row in table.to_pylist() if row["kind"] == "document"]
    return {origin["location"] for row in rows for origin in row["origins"]}


def places(read) -> list[str]:
    """Without the versions."""
    return [line.split("\t")[0] for line in read]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """How things stood just after a kill, which the process may have survived."""

    read: set[str]
    """The documents that this process had read."""
    stored: set[str]
    """Those that were committed, a moment later."""
    reads: int
    """How many had been read by all, a moment later still."""


class Kills:
    """Starts what reads, kills what is next in turn, and remembers what was committed then."""

    def __init__(self, place, extract, server, chance) -> None:
        self._place, self._extract, self._server, self._chance = place, extract, server, chance
        self.process, self._kind = None, ""
        self.made: Counter[str] = Counter()
        self.moments: list[Moment] = []
        self._before = 0

    def start(self, kind: str) -> None:
        """Has a process of this kind read; one of another kind that still does is killed first, and not counted."""
        if self.process is not None and self.process.poll() is None:
            if self._kind == kind:
                return
            self.end()
        command = "watch" if kind == "watch" else "run"
        more = ["--poll", "0.3", "--settle", "0.1"] if kind == "watch" else []
        environment = self._server.environment if kind == "flow" else None
        arguments = [command, self._place.source, "--out", self._place.out, *more, *self._place.flags]
        self._before = len(self._extract.read())
        self.process, self._kind = self._extract.start(*arguments, environment=environment), kind
        if self._chance.random() < BLIND:
            return
        until = time.monotonic() + 120
        while len(self._extract.read()) == self._before and self.process.poll() is None:
            assert time.monotonic() < until, "nothing is read"
            time.sleep(0.02)

    def kill(self, victim: str) -> bool:
        """Kills at a random moment; whether there was anything to kill."""
        time.sleep(self._chance.uniform(0.0, 1.5))
        if self.process.poll() is not None:
            return False
        if victim == "server":
            self._server.kill()
        elif victim == "worker":
            worker = self._worker()
            if worker is None:
                return False
            os.kill(worker, signal.SIGKILL)
        else:
            self.end()
        self.made[victim] += 1
        read = set(places(self._extract.read()[self._before :]))
        stored = committed(self._place)
        self.moments.append(Moment(read=read, stored=stored, reads=len(self._extract.read())))
        if victim == "server":
            time.sleep(self._chance.uniform(0.0, 3.0))  # the run goes on meanwhile
            self._server.start()
        return True

    def end(self) -> None:
        self.process.kill()
        self.process.wait(timeout=60)

    def _worker(self) -> int | None:
        """A worker process: a child of the fork server."""
        try:
            servers = psutil.Process(self.process.pid).children()
            workers = [w for server in servers for w in server.children()]
            return self._chance.choice(workers).pid if workers else None
        except psutil.Error:
            return None


def everything_survives(place, extract, server, chance) -> None:
    reader, kills, count = Reader(place), Kills(place, extract, server, chance), 0
    reader.start()
    while kills.made.total() < KILLS:
        for _ in range(ARRIVING):
            place.put(f"{count:05d}.pdf", f"document {count}".encode())
            count += 1
        kind, victim = TURNS[kills.made.total() % len(TURNS)]
        kills.start(kind)
        kills.kill(victim)
    kills.end()
    last = extract.start("run", place.source, "--out", place.out, *place.flags)
    ended = last.wait(timeout=600)
    failures = [row for part in place.parts("failures") for row in part.to_pylist()]
    assert [(row["_source"], row["message"]) for row in failures] == []
    assert ended == 0
    reader.stop()

    assert kills.made == {victim: KILLS // len(TURNS) for _, victim in TURNS}
    found = documents(place)
    assert (len(found), len(set(found))) == (count, count), "every document is in exactly one record or failure"
    assert not reader.wrong
    assert reader.looks > KILLS
    read = places(extract.read())
    for moment in kills.moments:
        assert not moment.stored & set(read[moment.reads :]), "what was committed before a kill is not read again"
        assert len(moment.read - moment.stored) <= IN_FLIGHT, "few shards are in flight"
    status = open_output(place.out, create=False, access=place.access).status()
    assert not status.problems
    assert status.schemas[0].documents == count


def test_a_folder_survives_kills_of_runs_watchers_flows_workers_and_the_server(tmp_path, extract, server, chance):
    everything_survives(Place(tmp_path), extract, server, chance)


def test_a_bucket_survives_them_behind_a_network_that_fails(s3, proxy, extract, server, chance):
    everything_survives(Bucket(s3, proxy), extract, server, chance)
    assert {"503", "409", "412", "dropped before", "dropped after", "cut"} <= set(proxy.made)
