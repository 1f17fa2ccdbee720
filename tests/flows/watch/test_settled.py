from __future__ import annotations

from flows.sources import SourceFile
from flows.watch.settled import Settler


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def file(size: int, modified: float) -> SourceFile:
    return SourceFile(path="in/a.pdf", size_bytes=size, modified_ns=int(modified * 1e9))


def test_a_file_is_ready_once_it_has_not_changed_for_a_while():
    clock = Clock()
    settler = Settler(seconds=2.0, clock=clock, wall_clock=clock)
    assert settler.settled([file(10, 999.9)]) == ([], 1)
    clock.now = 1001.5
    assert settler.settled([file(20, 1001.0)]) == ([], 1)
    clock.now = 1003.0
    assert settler.settled([file(20, 1001.0)]) == ([], 1)
    clock.now = 1003.5
    assert settler.settled([file(20, 1001.0)]) == ([file(20, 1001.0)], 0)


def test_a_file_that_nobody_has_touched_for_long_is_ready_at_once():
    clock = Clock()
    old = file(10, 900.0)
    assert Settler(seconds=2.0, clock=clock, wall_clock=clock).settled([old]) == ([old], 0)


def test_an_object_of_a_bucket_is_always_whole():
    there = SourceFile(path="s3://b/a.pdf", size_bytes=1, etag="x")
    assert Settler(seconds=2.0).settled([there]) == ([there], 0)
