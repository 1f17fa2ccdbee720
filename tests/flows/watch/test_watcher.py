from __future__ import annotations

import datetime as dt
import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from flows.candidates import asked
from flows.errors import EmptyError, UnavailableError, UsageError
from flows.orchestration.here import Here
from flows.output import open_output
from flows.parts import pack
from flows.run import Run
from flows.run_options import RunOptions
from flows.s3.access import s3_client, sqs_client
from flows.store import StoreError
from flows.watch.again import Again
from flows.watch.arrivals import there
from flows.watch.moving import Mover
from flows.watch.queue import Queue
from flows.watch.settled import Settler
from flows.watch.watcher import Watcher
from tests.flows.conftest import NOTE
from tests.flows.watch.test_messages import native
from tiling import Reason

HOUR = 3600.0


class Clock:
    """Goes on only while somebody sleeps; `acts` happen then, and after the last the watcher is stopped."""

    def __init__(self) -> None:
        self.now = 2_000_000_000.0
        self.rests: list[float] = []
        self.acts: list = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        if not self.acts:
            raise KeyboardInterrupt
        self.rests.append(seconds)
        self.now += seconds
        self.acts.pop(0)()


class Said(list):
    """What a run tells."""

    def say(self, text: str) -> None:
        self.append(text)

    def begin(self, total: int) -> None: ...
    def document(self, *, failed: bool, source: str) -> None: ...
    def end(self) -> None: ...


def nothing() -> None: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def inbox(tmp_path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def log(made, monkeypatch):
    """Documents are read in this process, as `log.read` says; `log` has what was read, in order."""

    class Log(list):
        read = staticmethod(made.read)

    log = Log()

    def read(run: Run, plan) -> None:
        for shard in plan.shards:
            packed = []
            for entry in shard.entries:
                log.append(Path(entry.source).name)
                packed.append(pack(log.read(entry)))
            run.tally.started += len(packed)
            if run.output.commit(run.work, shard, packed):
                run.tally.shards.append(shard.name)
            for each in packed:
                run.tally.add(each)

    monkeypatch.setattr(Run, "_read", read)
    return log


@pytest.fixture
def watcher(inbox, tmp_path, clock, said, access, log):  # noqa: ARG001 - nothing is read in other processes
    def watcher(source: str = str(inbox), *, queue: str | None = None, moves: bool = False) -> Watcher:
        archive, failed = (f"{source}-done", f"{source}-failed") if moves else (None, None)
        options = RunOptions(
            paths=(source,), schema="note", out=str(tmp_path / "out"), s3_endpoint=access.endpoint, shard_seconds=0.1
        )
        return Watcher(
            options=options,
            schema=NOTE,
            progress=said,
            settler=Settler(seconds=0.0),
            mover=Mover(top=source, archive=archive, failed=failed, access=access),
            queue=Queue(url=queue, access=access) if queue else None,
            again=Again(wall_clock=clock),
            clock=clock,
            sleep=clock.sleep,
        )

    return watcher


def goes_on(watcher: Watcher, clock: Clock, *acts) -> None:
    """Watches, doing something at each rest, until nothing is left to do."""
    clock.acts = list(acts)
    with pytest.raises(KeyboardInterrupt):
        watcher.for_ever()


def drop(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"%PDF " + name.encode())


FAULTS = {
    "the model": UnavailableError("no answer from http://localhost:8000/v1"),
    "the disk": OSError(errno.ESTALE, os.strerror(errno.ESTALE)),
    "the folder": UsageError("in: there is no such file or folder."),
    "the bucket": StoreError("cannot list s3://lake/in (NoSuchBucket): there is no such bucket", exit_code=2),
    "the store": StoreError("cannot list s3://lake/in: there is no answer"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_away_for_a_moment_does_not_end_a_watcher(watcher, inbox, clock, said, log, monkeypatch, what):
    drop(inbox, "a.pdf")
    watched = watcher()
    through, left = Run.through, [FAULTS[what]] * 5

    def away(run, intake, started):
        if left:
            raise left.pop()
        return through(run, intake, started)

    def goes_away() -> None:
        drop(inbox, "b.pdf")
        monkeypatch.setattr(Run, "through", away)

    goes_on(watched, clock, goes_away, *[nothing] * 5)
    assert clock.rests == [10.0, 5.0, 15.0, 60.0, 60.0, 60.0]
    assert log == ["a.pdf", "b.pdf"]
    assert sum("Next try in" in line for line in said) == 5


def test_a_folder_that_is_gone_for_a_moment_is_looked_at_again(watcher, inbox, clock, log):
    drop(inbox, "a.pdf")
    away = inbox.with_name("away")

    def returns() -> None:
        away.rename(inbox)
        drop(inbox, "b.pdf")

    goes_on(watcher(), clock, lambda: inbox.rename(away), nothing, returns)
    assert log == ["a.pdf", "b.pdf"]


def test_what_is_asked_wrongly_ends_it_at_once(watcher, tmp_path, clock):
    with pytest.raises(UsageError, match="no such file or folder"):
        watcher(str(tmp_path / "nowhere")).for_ever()
    (tmp_path / "out").rmdir()
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StoreError, match="is a file"):
        watcher().for_ever()
    assert clock.rests == []


def test_an_original_that_cannot_be_moved_keeps_nobody_from_reading_the_next(watcher, inbox, clock, said, log):
    drop(inbox, "a.pdf")
    inbox.with_name("in-done").write_text("no folder")

    def mended() -> None:
        assert log == ["a.pdf", "b.pdf"]
        inbox.with_name("in-done").unlink()

    goes_on(watcher(moves=True), clock, lambda: drop(inbox, "b.pdf"), nothing, mended, nothing)
    assert any("cannot move" in line for line in said)
    assert sorted(p.name for p in inbox.with_name("in-done").iterdir()) == ["a.pdf", "b.pdf"]


@pytest.fixture
def queue(s3, access) -> str:  # noqa: ARG001 - there is a bucket
    return sqs_client(access).create_queue(QueueName="drop")["QueueUrl"]


@pytest.fixture
def put(s3):
    def put(*names: str) -> None:
        for name in names:
            s3.put_object(Bucket="lake", Key=f"in/{name}", Body=b"%PDF " + name.encode())

    return put


@pytest.fixture
def notify(access, queue):
    def notify(*keys: str) -> None:
        for key in keys:
            sqs_client(access).send_message(QueueUrl=queue, MessageBody=native(("lake", key)))

    return notify


@pytest.fixture
def no_wait(monkeypatch):
    """An empty queue is asked again by the clock of the test."""

    def no_wait(clock: Clock) -> None:
        receive = Queue.receive

        def received(queue: Queue, seconds: float):
            messages = receive(queue, 0)
            if not messages:
                clock.sleep(seconds)
            return messages

        monkeypatch.setattr(Queue, "receive", received)

    return no_wait


def refused(code: str, status: int, when=lambda _: True, times: int = 10**9):
    """A call of boto3 that is refused."""

    def refuse(call):
        left = [times]

        def answered(**arguments):
            if when(arguments) and left[0]:
                left[0] -= 1
                raise ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call")
            return call(**arguments)

        return answered

    return refuse


def test_what_lay_there_is_read_however_long_the_bucket_is_away_at_the_start(
    watcher, put, queue, clock, log, access, monkeypatch, no_wait
):
    put("a.pdf", "b.pdf")
    no_wait(clock)
    client = s3_client(access)
    monkeypatch.setattr(client, "list_objects_v2", refused("AccessDenied", 403, times=7)(client.list_objects_v2))
    goes_on(watcher("s3://lake/in", queue=queue), clock, *[nothing] * 7)
    assert clock.rests == [5.0, 15.0, *[60.0] * 5]
    assert log == ["a.pdf", "b.pdf"]


def test_beside_a_queue_the_bucket_is_listed_every_hour_for_lost_notifications(
    watcher, put, queue, clock, log, no_wait
):
    no_wait(clock)
    rounds = int(HOUR / 20)
    goes_on(watcher("s3://lake/in", queue=queue), clock, lambda: put("lost.pdf"), *[nothing] * (rounds - 2))
    assert log == []
    goes_on(watcher("s3://lake/in", queue=queue), clock)
    log.clear()
    goes_on(watcher("s3://lake/in", queue=queue), clock, lambda: put("also lost.pdf"), *[nothing] * rounds)
    assert log == ["also lost.pdf"]


@pytest.mark.usefixtures("s3")
def test_a_queue_that_is_not_there_ends_it_at_once(watcher, queue, clock):
    watched = watcher("s3://lake/in", queue=f"{queue}s")
    for watch in (watched.for_ever, watched.once):
        with pytest.raises(StoreError, match="correct --queue"):
            watch()
    assert clock.rests == []


def test_messages_stay_hidden_while_the_model_is_away(watcher, put, queue, notify, clock, log, monkeypatch, access):
    through, left, received = Run.through, [FAULTS["the model"]] * 4, []

    def away(run, intake, started):
        if left:
            raise left.pop()
        return through(run, intake, started)

    receive = Queue.receive

    def counted(queue: Queue, _seconds: float):
        messages = receive(queue, 0)
        received.append(len(messages))
        return messages

    monkeypatch.setattr(Run, "through", away)
    monkeypatch.setattr(Queue, "receive", counted)
    watched = watcher("s3://lake/in", queue=queue)
    watched._began = True
    clock.acts = [nothing] * 10
    watched._list_at = clock.now + HOUR
    put("a.pdf")
    notify("in/a.pdf")
    watched._resting(watched._next)
    assert received == [1]
    assert log == ["a.pdf"]
    assert waiting(access, queue) == 0


def waiting(access, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs_client(access).get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def test_one_key_that_may_not_be_looked_at_holds_up_no_other(
    watcher, put, queue, notify, log, said, access, monkeypatch
):
    client = s3_client(access)
    bad = refused("403", 403, when=lambda arguments: arguments["Key"] == "in/bad.pdf")
    monkeypatch.setattr(client, "head_object", bad(client.head_object))
    put("a.pdf", "b.pdf")
    notify("in/bad.pdf", "in/a.pdf", "in/bad.pdf", "in/b.pdf")
    watched = watcher("s3://lake/in", queue=queue)
    watched._messages(watched.queue, wait_seconds=0, patient=False)
    assert sorted(log) == ["a.pdf", "b.pdf"]
    assert waiting(access, queue) == 2
    assert sum("s3://lake/in/bad.pdf" in line for line in said) == 2


@pytest.mark.parametrize(("code", "status"), [("403", 403), ("500", 500)])
def test_where_nothing_may_be_looked_at_no_message_is_taken_for_a_bad_one(
    watcher, queue, notify, said, access, monkeypatch, code, status
):
    client = s3_client(access)
    for call in ("head_object", "list_objects_v2"):
        monkeypatch.setattr(client, call, refused(code, status)(getattr(client, call)))
    notify("in/a.pdf")
    watched = watcher("s3://lake/in", queue=queue)
    with pytest.raises(StoreError):
        watched._messages(watched.queue, wait_seconds=0, patient=False)
    assert said == []


def test_a_pattern_holds_for_the_keys_of_messages_too(watcher, put, queue, notify, log, access, keys):
    put("a.pdf", "b.png", "sub/c.pdf")
    notify("in/a.pdf", "in/b.png", "in/sub/c.pdf", "elsewhere/d.pdf")
    watched = watcher("s3://lake/in/*.pdf", queue=queue)
    watched.mover = Mover(top="s3://lake/in/*.pdf", archive="s3://lake/done", failed=None, access=access)
    watched._messages(watched.queue, wait_seconds=0, patient=False)
    assert log == ["a.pdf"]
    assert waiting(access, queue) == 1, "only what is of another place is left to the dead letters"
    assert keys() == ["done/a.pdf", "in/b.png", "in/sub/c.pdf"]


def test_a_version_that_was_overwritten_before_it_was_read_is_read_when_it_comes_back(watcher, s3, log, made):
    def put(content: bytes) -> None:
        s3.put_object(Bucket="lake", Key="in/a.pdf", Body=content)

    def too_late(entry):
        return replace(made.failed(entry, reason=Reason.STORE_FAILED), replaced=True)

    log.read = too_late
    put(b"%PDF one")
    watcher("s3://lake/in").once()
    log.read = made.read
    for content in (b"%PDF two", b"%PDF one", b"%PDF two", b"%PDF one"):
        put(content)
        watcher("s3://lake/in").once()
    assert log == ["a.pdf"] * 3, "each version once, and once in vain"


def fails(made, reason: Reason, times: int):
    left = [times]

    def read(entry):
        if left[0]:
            left[0] -= 1
            return made.failed(entry, reason=reason)
        return made.read(entry)

    return read


def listed_at(clock: Clock, monkeypatch) -> None:
    """Lists are dated by the clock of the test."""

    class When(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(clock.now, tz)

    monkeypatch.setattr("flows.lists.dt.datetime", When)


@pytest.mark.parametrize("reason", [Reason.STORE_FAILED, Reason.ENGINE_UNAVAILABLE])
@pytest.mark.parametrize("new_process", [False, True])
def test_what_failed_for_a_passing_reason_is_read_again(
    watcher, inbox, clock, log, made, monkeypatch, reason, new_process, tmp_path
):
    listed_at(clock, monkeypatch)
    drop(inbox, "a.pdf")
    log.read = fails(made, reason, 2)
    watched = watcher(moves=True)
    goes_on(watched, clock, *[nothing] * 5)
    assert log == ["a.pdf"]
    watched = watcher(moves=True) if new_process else watched
    goes_on(watched, clock, *[nothing] * 2)
    assert log == ["a.pdf"] * 2
    assert [p.name for p in inbox.iterdir()] == ["a.pdf"], "it is not given up yet"
    goes_on(watched, clock, *[nothing] * 40)
    assert log == ["a.pdf"] * 3
    status = open_output(str(tmp_path / "out")).status()
    assert [(each.records, each.failures) for each in status.schemas] == [(1, 0)]
    assert [p.name for p in inbox.with_name("in-done").iterdir()] == ["a.pdf"]


def test_it_is_given_up_after_four_readings(watcher, inbox, clock, log, made, monkeypatch):
    listed_at(clock, monkeypatch)
    drop(inbox, "a.pdf", "b.pdf")
    fail = {"a.pdf": Reason.STORE_FAILED, "b.pdf": Reason.BROKEN}
    log.read = lambda entry: made.failed(entry, reason=fail[Path(entry.source).name])
    goes_on(watcher(moves=True), clock, *[nothing] * 600)
    assert sorted(log) == ["a.pdf"] * 4 + ["b.pdf"]
    assert sorted(p.name for p in inbox.with_name("in-failed").iterdir()) == ["a.pdf", "b.pdf"]


def test_two_watchers_read_a_passing_failure_again_only_once(watcher, inbox, clock, log, made, monkeypatch):
    listed_at(clock, monkeypatch)
    drop(inbox, "a.pdf")
    log.read = fails(made, Reason.STORE_FAILED, 1)
    one, other = watcher(), watcher()
    one.once()
    other.once()
    clock.now += 61
    one.once()
    other.once()
    assert log == ["a.pdf"] * 2


def files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize("at", ["in", "s3://lake/in"])
@pytest.mark.parametrize("new", [False, True])
def test_a_drop_folder_that_is_deployed_reads_it_again_as_a_watcher_does(
    watcher, inbox, s3, clock, said, log, made, monkeypatch, tmp_path, at, new
):
    listed_at(clock, monkeypatch)

    def arrives(name: str) -> None:
        drop(inbox, name)
        s3.put_object(Bucket="lake", Key=f"in/{name}", Body=b"%PDF " + name.encode())

    watched = watcher(at if "://" in at else str(inbox))
    fail = {"a.pdf": Reason.STORE_FAILED, "b.pdf": Reason.BROKEN}
    log.read = lambda entry: made.failed(entry, reason=fail[Path(entry.source).name])
    arrives("a.pdf")
    arrives("b.pdf")
    watched.once()
    log.read = made.read

    def passes() -> None:
        here = Here(options=watched.options, progress=said, settle_seconds=0.01, again=Again(wall_clock=clock))
        intake = here.intake(NOTE)
        replace(Run.begin(here.options, NOTE, said), due=here.due).through(intake, 0.0)

    before = files(tmp_path / "out")
    with pytest.raises(EmptyError, match="2 files are there, and done before; 1 of them failed because something was"):
        passes()
    assert files(tmp_path / "out") == before
    if new:
        arrives("c.pdf")
        passes()
    clock.now += 61
    if new:
        arrives("d.pdf")
    passes()
    assert sorted(log) == sorted(["a.pdf", "b.pdf", "a.pdf"] + ["c.pdf", "d.pdf"] * new)
    assert any("1 document failed because a store or an engine was away" in line for line in said)
    before = files(tmp_path / "out")
    with pytest.raises(EmptyError, match=r"done before\.$"):
        passes()
    assert files(tmp_path / "out") == before


def test_beside_a_queue_too_it_is_read_again(watcher, put, queue, notify, clock, log, made, monkeypatch, no_wait):
    listed_at(clock, monkeypatch)
    no_wait(clock)
    log.read = fails(made, Reason.STORE_FAILED, 1)

    def arrives() -> None:
        put("a.pdf")
        notify("in/a.pdf")

    goes_on(watcher("s3://lake/in", queue=queue), clock, arrives, *[nothing] * 5)
    assert log == ["a.pdf"] * 2


def test_an_idle_pass_plans_nothing_and_opens_no_file(watcher, inbox, clock, log, monkeypatch):
    drop(inbox, *(f"{n}.pdf" for n in range(5)))
    planned = []
    listed = type(open_output(str(inbox.with_name("out")))).listed
    monkeypatch.setattr("flows.output.Output.listed", lambda *a: planned.append(1) or listed(*a))
    goes_on(watcher(), clock, planned.clear, lambda: drop(inbox, "new.pdf"), planned.clear, nothing)
    assert not planned
    assert len(log) == 6


def test_a_copy_of_what_is_read_is_archived_too(watcher, inbox, clock, log):
    drop(inbox, "a.pdf")
    again = (inbox / "a.pdf").read_bytes()
    goes_on(watcher(moves=True), clock, lambda: (inbox / "copy.pdf").write_bytes(again), nothing)
    assert log == ["a.pdf"]
    assert sorted(p.name for p in inbox.with_name("in-done").iterdir()) == ["a.pdf", "copy.pdf"]


def test_what_others_have_listed_and_not_read_is_read(watcher, inbox, clock, log):
    drop(inbox, "a.pdf")
    watched = watcher()
    run = watched._begun()
    run.output.plan(run.work, asked(watched.options, there(watched.options).files, run.output.listed(run.work)))
    goes_on(watched, clock, nothing)
    assert log == ["a.pdf"]


def test_a_part_that_was_removed_is_read_again_within_the_hour(watcher, inbox, clock, log, tmp_path):
    drop(inbox, "a.pdf")
    watched = watcher()

    def removed() -> None:
        for part in (tmp_path / "out").glob("*/schema=note/part-*.parquet"):
            part.unlink()

    goes_on(watched, clock, removed, *[nothing] * int(HOUR / 10 + 1))
    assert log == ["a.pdf"] * 2


def test_messages_that_are_no_json_are_still_left(watcher, queue, access, said):
    sqs_client(access).send_message(QueueUrl=queue, MessageBody=json.dumps([1]))
    watched = watcher("s3://lake/in", queue=queue)
    watched._messages(watched.queue, wait_seconds=0, patient=False)
    assert "no notification of a bucket" in said[0]
