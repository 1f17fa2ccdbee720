from __future__ import annotations

from flows.sources import Intake, SourceFile
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


def looks(clock: Clock, *found: SourceFile):
    """A folder in which something else is found each time, and who waits meanwhile."""
    left = [Intake(files=[each]) for each in found]
    settler = Settler(seconds=2.0, clock=clock, wall_clock=clock, sleep=lambda s: setattr(clock, "now", clock.now + s))
    return settler.once(lambda: left.pop(0))


def test_a_single_pass_waits_for_what_was_only_just_written_and_leaves_what_still_grows():
    intake, left = looks(Clock(), file(10, 999.9), file(10, 999.9))
    assert (intake.files, left) == ([file(10, 999.9)], 0)
    intake, left = looks(Clock(), file(10, 999.9), file(20, 1001.0))
    assert (intake.files, left) == ([], 1)


def test_a_single_pass_over_what_is_old_does_not_wait():
    clock = Clock()
    assert looks(clock, file(10, 900.0)) == (Intake(files=[file(10, 900.0)]), 0)
    assert clock.now == Clock.now
