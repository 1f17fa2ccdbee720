from __future__ import annotations

import errno
import os
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from flows.errors import UsageError
from flows.s3.access import s3_client
from flows.sources import SourceFile
from flows.store import StoreError
from flows.watch.moving import Mover

ALL_READ = SimpleNamespace(states_by_origin=lambda: EveryOne())  # noqa: PLW0108 - it is made below


class EveryOne(dict):
    """Of each origin: it has a record."""

    def get(self, _key, _default=None):
        return True


def file_at(path) -> SourceFile:
    status = path.stat()
    return SourceFile(path=str(path), size_bytes=status.st_size, modified_ns=status.st_mtime_ns)


@pytest.fixture
def mover(tmp_path, access) -> Mover:
    (tmp_path / "in").mkdir()
    return Mover(top=str(tmp_path / "in"), archive=str(tmp_path / "done"), failed=None, access=access)


def dropped(tmp_path, content: bytes, modified_s: int | None = None):
    """A scan as the scanner names all of them."""
    path = tmp_path / "in/scan.pdf"
    path.write_bytes(content)
    if modified_s is not None:
        os.utime(path, (modified_s, modified_s))
    return path


def contents(folder) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.iterdir())


def fails_with(number: int, when=lambda *_: True):
    link = os.link

    def linked(source, target, **more):
        if when(source, target):
            raise OSError(number, os.strerror(number))
        link(source, target, **more)

    return linked


ELSEWHERE = lambda source, _: os.path.basename(source) == "scan.pdf"  # noqa: E731, PTH119
SYSTEMS = {
    "one file system": lambda _monkeypatch: None,
    "two file systems": lambda monkeypatch: monkeypatch.setattr("os.link", fails_with(errno.EXDEV, ELSEWHERE)),
    "no hard links": lambda monkeypatch: monkeypatch.setattr("os.link", fails_with(errno.EPERM)),
}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("modified_s", [None, 1_700_000_000])
def test_namesakes_of_one_size_are_all_kept(mover, tmp_path, monkeypatch, system, modified_s):
    SYSTEMS[system](monkeypatch)
    for letter in b"abcd":
        path = dropped(tmp_path, bytes([letter]) * 100, modified_s)
        assert mover.move([file_at(path)], ALL_READ) == 1
        assert not path.exists()
    assert contents(tmp_path / "done") == [bytes([letter]) * 100 for letter in b"abcd"]
    assert (tmp_path / "done/scan.pdf").read_bytes() == b"a" * 100


@pytest.mark.parametrize("copied", [False, True])
def test_a_move_that_was_killed_half_way_goes_on(mover, tmp_path, copied):
    path = dropped(tmp_path, b"x")
    (tmp_path / "done").mkdir()
    if copied:
        (tmp_path / "done/scan.pdf").write_bytes(b"x")
        os.utime(tmp_path / "done/scan.pdf", ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    else:
        os.link(path, tmp_path / "done/scan.pdf")
    assert mover.move([file_at(path)], ALL_READ) == 1
    assert not path.exists()
    assert contents(tmp_path / "done") == [b"x"]


def test_a_file_that_was_written_to_since_it_was_read_stays(mover, tmp_path):
    file = file_at(dropped(tmp_path, b"x"))
    dropped(tmp_path, b"another")
    assert mover.move([file], ALL_READ) == 0
    assert contents(tmp_path / "in") == [b"another"]


def test_a_file_that_another_watcher_has_moved_is_none_of_ours(mover, tmp_path):
    path = dropped(tmp_path, b"x")
    file = file_at(path)
    path.unlink()
    assert mover.move([file], ALL_READ) == 0


def test_what_a_link_leads_to_is_archived_and_the_link_goes(mover, tmp_path):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans/1.pdf").write_bytes(b"x")
    (tmp_path / "in/link.pdf").symlink_to("../scans/1.pdf")
    assert mover.move([file_at(tmp_path / "in/link.pdf")], ALL_READ) == 1
    assert contents(tmp_path / "done") == [b"x"]
    assert not list((tmp_path / "in").iterdir())
    assert contents(tmp_path / "scans") == [b"x"]


def test_one_that_cannot_be_moved_says_so_after_all_others_were(mover, tmp_path, monkeypatch):
    first, second = tmp_path / "in/first.pdf", tmp_path / "in/second.pdf"
    first.write_bytes(b"x")
    second.write_bytes(b"y")
    (tmp_path / "done").mkdir()
    monkeypatch.setattr("os.link", fails_with(errno.ENOSPC, lambda source, _: str(source).endswith("first.pdf")))
    with pytest.raises(StoreError, match=r"first\.pdf.*No space left.*stays"):
        mover.move([file_at(first), file_at(second)], ALL_READ)
    assert contents(tmp_path / "done") == [b"y"]
    assert contents(tmp_path / "in") == [b"x"]


@pytest.mark.parametrize("target", ["in/done", "s3://lake/done", "link", "link/done", "in"])
def test_originals_cannot_move_into_what_is_watched_or_to_another_kind_of_place(tmp_path, access, target, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("in")
    with pytest.raises(UsageError, match="--archive-prefix"):
        Mover(top="in", archive=target, failed=None, access=access).check()
    Mover(top="in", archive="inner", failed=None, access=access).check()


@pytest.fixture
def put(s3):
    """Puts an object to be moved; returns it as a listing would."""

    def put(content: bytes) -> SourceFile:
        etag = s3.put_object(Bucket="lake", Key="in/scan.pdf", Body=content)["ETag"].strip('"')
        return SourceFile(path="s3://lake/in/scan.pdf", size_bytes=len(content), etag=etag)

    return put


@pytest.fixture
def s3_mover(access) -> Mover:
    return Mover(top="s3://lake/in", archive="s3://lake/done", failed=None, access=access)


@pytest.fixture
def stored(s3, keys):
    def stored(prefix: str) -> list[bytes]:
        return sorted(s3.get_object(Bucket="lake", Key=key)["Body"].read() for key in keys(prefix))

    return stored


def test_namesakes_in_a_bucket_are_all_kept(s3_mover, put, stored):
    for letter in b"abc":
        assert s3_mover.move([put(bytes([letter]) * 100)], ALL_READ) == 1
    assert stored("in/") == []
    assert stored("done/") == [bytes([letter]) * 100 for letter in b"abc"]


def before(client, monkeypatch, name: str, act) -> None:
    """Something happens just before the first request of this name is answered."""
    original, left = getattr(client, name), [act]

    def request(**arguments):
        if left:
            left.pop()()
        return original(**arguments)

    monkeypatch.setattr(client, name, request)


def test_what_is_put_between_copy_and_removal_stays(s3_mover, put, stored, access, monkeypatch):
    file = put(b"read")
    before(s3_client(access), monkeypatch, "delete_object", lambda: put(b"nobody has read it"))
    assert s3_mover.move([file], ALL_READ) == 0
    assert stored("in/") == [b"nobody has read it"]
    assert stored("done/") == [b"read"]


@pytest.mark.parametrize("answer", ["NotImplemented", "an older boto3"])
def test_a_store_without_conditional_removal_is_looked_at_just_before(
    s3_mover, put, stored, access, monkeypatch, answer
):
    client = s3_client(access)
    removal, copy = client.delete_object, client.copy_object

    def unconditional(original, **arguments):
        if not {"IfMatch", "IfNoneMatch"} & set(arguments):
            return original(**arguments)
        if answer == "NotImplemented":
            raise ClientError({"Error": {"Code": answer}}, "DeleteObject")
        raise ParamValidationError(report="Unknown parameter in input")

    monkeypatch.setattr(client, "delete_object", lambda **a: unconditional(removal, **a))
    monkeypatch.setattr(client, "copy_object", lambda **a: unconditional(copy, **a))
    file = put(b"read")
    assert s3_mover.move([file], ALL_READ) == 1
    assert (stored("in/"), stored("done/")) == ([], [b"read"])

    file = put(b"also read")
    monkeypatch.setattr(client, "copy_object", lambda **a: (unconditional(copy, **a), put(b"nobody has read it")))
    assert s3_mover.move([file], ALL_READ) == 0
    assert stored("in/") == [b"nobody has read it"]


def test_a_name_that_was_taken_meanwhile_is_not_written_over(s3_mover, s3, put, stored, access, monkeypatch):
    file, client = put(b"mine"), s3_client(access)
    copy = client.copy_object

    def taken(**arguments):
        """The store as it answers; the one that is simulated does not know this condition of a copy."""
        if arguments["Key"] == "done/scan.pdf" and arguments.get("IfNoneMatch") == "*":
            s3.put_object(Bucket="lake", Key="done/scan.pdf", Body=b"of another drop folder")
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "CopyObject")
        return copy(**arguments)

    monkeypatch.setattr(client, "copy_object", taken)
    assert s3_mover.move([file], ALL_READ) == 1
    assert stored("done/") == [b"mine", b"of another drop folder"]
