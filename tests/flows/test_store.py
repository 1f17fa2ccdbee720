from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.machine import machine_in_names
from flows.store import MissingError, StoreError, open_store

CREATE_FOR_EVER = """
import sys
from flows.store import open_store
store = open_store(sys.argv[1])
data = b"x" * 3_000_000
print("ready", flush=True)
n = 0
while True:
    store.create(f"readings/part-{n}.parquet", data)
    store.replace("records/part.parquet", data)
    n += 1
"""
CREATE_ONCE = """
import sys
from flows.store import open_store
store = open_store(sys.argv[1])
won = [n for n in range(200) if store.create(f"readings/part-{n}.parquet", sys.argv[2].encode())]
print(len(won))
"""
FILE_LIMIT = """
import resource, sys
from flows.store import StoreError, open_store
store = open_store(sys.argv[1])
store.create("readings/small.parquet", b"small")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    store.create("readings/large.parquet", b"x" * 1_000_000)
except StoreError as error:
    print(error.exit_code, error.message)
"""


@pytest.fixture
def store(root):
    return open_store(str(root))


def run(code: str, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *args], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())


def files(root: Path) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def test_a_name_is_made_once_and_the_first_writer_wins(store, root):
    assert store.create("readings/a.parquet", b"first")
    assert not store.create("readings/a.parquet", b"second")
    assert store.read("readings/a.parquet") == b"first"
    assert files(root) == ["readings/a.parquet"]


def test_a_file_is_replaced_whole_and_its_tag_changes(store):
    store.replace("records/a.parquet", b"old")
    before = store.names("records/")
    store.replace("records/a.parquet", b"new")
    assert store.read("records/a.parquet") == b"new"
    assert [s.name for s in before] == ["records/a.parquet"]
    assert store.names("records/")[0].tag != before[0].tag


def test_names_leave_out_what_is_not_finished(store, root):
    store.create("readings/schema=note/b.parquet", b"b")
    store.create("readings/schema=note/a.parquet", b"a")
    (root / "_tmp" / "host.1.ff").write_bytes(b"half")
    (root / "readings" / ".hidden").write_bytes(b"half")
    assert [s.name for s in store.names("")] == ["readings/schema=note/a.parquet", "readings/schema=note/b.parquet"]
    assert store.names("nothing/") == ()


def test_what_is_not_there_is_said_to_be_missing(store):
    with pytest.raises(MissingError, match="is not there"):
        store.read("readings/a.parquet")
    store.delete("readings/a.parquet")


def test_a_file_is_replaced_only_where_it_still_is_the_one_that_was_seen(store):
    tag = store.replace("records/a.parquet", b"1", seen=None)
    assert tag == store.names("records/")[0].tag
    assert store.replace("records/a.parquet", b"2", seen=None) is None
    assert store.replace("records/a.parquet", b"3", seen=tag)
    assert store.replace("records/a.parquet", b"4", seen=tag) is None
    assert store.read("records/a.parquet") == b"3"


def test_the_lock_of_replacements_is_no_left_over_however_old_it_is(store, root):
    store.replace("records/a.parquet", b"1", seen=None)
    os.utime(root / "_tmp" / "lock", (0, 0))
    open_store(str(root))
    assert (root / "_tmp" / "lock").exists()


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP])
def test_a_file_system_without_links_still_has_one_winner(store, root, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    assert store.create("readings/a.parquet", b"first")
    assert not store._rename_if_seen(root / "none", root / "readings/a.parquet", None)
    assert store.read("readings/a.parquet") == b"first"


def test_a_full_disk_is_one_message_and_leaves_nothing_half_written(store, root, monkeypatch):
    store.create("readings/a.parquet", b"a")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"b\.parquet.*the disk is full: free some space") as caught:
        store.create("readings/b.parquet", b"b")
    assert caught.value.exit_code == 4
    assert files(root) == ["readings/a.parquet"]


def test_a_real_write_that_breaks_off_leaves_nothing(root):
    root.mkdir()
    process = run(FILE_LIMIT, str(root))
    said, _ = process.communicate(timeout=60)
    assert said.startswith("4 cannot write")
    assert "large.parquet" in said
    assert files(root) == ["readings/small.parquet"]


def test_two_processes_that_want_the_same_names_share_them(root):
    root.mkdir()
    racing = [run(CREATE_ONCE, str(root), who) for who in ("one", "two")]
    won = [int(p.communicate(timeout=60)[0]) for p in racing]
    assert sum(won) == 200
    content = [p.read_bytes() for p in (root / "readings").iterdir()]
    assert [content.count(b"one"), content.count(b"two")] == won


def test_a_killed_writer_leaves_only_whole_files_and_its_scratch_is_swept(root):
    root.mkdir()
    process = run(CREATE_FOR_EVER, str(root))
    assert process.stdout is not None
    process.stdout.readline()
    deadline = time.monotonic() + 30
    while not list(root.glob("readings/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    whole = [p for p in root.rglob("*.parquet") if p.is_file()]
    assert whole
    assert {p.stat().st_size for p in whole} == {3_000_000}
    (root / "_tmp" / f"{machine_in_names()}.{process.pid}.aa").write_bytes(b"half")
    open_store(str(root))
    assert not [p for p in (root / "_tmp").iterdir() if f".{process.pid}." in p.name]


def test_the_scratch_of_a_living_process_is_left_alone(root):
    root.mkdir()
    (root / "_tmp").mkdir(exist_ok=True)
    mine = root / "_tmp" / f"{machine_in_names()}.{os.getpid()}.aa"
    mine.write_bytes(b"half")
    open_store(str(root))
    assert mine.exists()


def test_the_scratch_of_another_container_of_this_machine_is_left_alone(root, monkeypatch):
    (root / "_tmp").mkdir(parents=True)
    over = subprocess.Popen([sys.executable, "-c", ""])
    over.wait()
    other = root / "_tmp" / f"{machine_in_names()}.{over.pid}.aa"
    other.write_bytes(b"half")
    monkeypatch.setattr("flows.machine.os.readlink", lambda _: "pid:[1]")
    open_store(str(root))
    assert other.exists()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p / "none" / "out", "the folder .*none does not exist"),
        (lambda p: (p / "file").write_text("x") and p / "file", "is a file; choose a folder"),
    ],
)
def test_an_output_that_cannot_be_is_refused_with_exit_code_2(tmp_path, make, said):
    with pytest.raises(StoreError, match=said) as caught:
        open_store(str(make(tmp_path)))
    assert caught.value.exit_code == 2


def test_looking_at_an_output_does_not_make_one(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"^\S+file is a file; an output is a folder"):
        open_store(str(tmp_path / "file"), create=False)
    with pytest.raises(StoreError, match="there is no output at"):
        open_store(str(tmp_path / "out"), create=False)
    assert not (tmp_path / "out").exists()
