from __future__ import annotations

import asyncio
import operator
import os
import signal
import time

import psutil
import pytest

from flows.pool import OutOfMemoryError, OutOfTimeError, Pool, WorkerDiedError, cause_of_death

GREEDY = "[bytes([i % 256]) * 10**7 for i in range(10**5)]"
"""An expression whose value is far larger than a worker may be."""


def with_pool(calls, *, max_seconds=20.0, **options):
    """The results, or errors, of all (function, argument) pairs, called at the same time."""

    async def run():
        pool = Pool(workers=2, max_seconds=max_seconds, max_memory_bytes=300 * 2**20, **options)
        try:
            return await asyncio.gather(*(pool.call(*call) for call in calls), return_exceptions=True)
        finally:
            pool.stop()

    return asyncio.run(run())


def test_results_come_back_and_errors_of_the_function_too():
    good, bad = with_pool([(len, "abc"), (int, "x")])
    assert good == 3
    assert isinstance(bad, ValueError)


def test_one_that_crashes_is_reported_and_the_others_are_not_touched():
    results = with_pool([(signal.raise_signal, signal.SIGSEGV), *[(operator.neg, n) for n in range(20)]])
    assert isinstance(results[0], WorkerDiedError)
    assert "SIGSEGV" in str(results[0])
    assert results[1:] == [-n for n in range(20)]


def test_one_that_crashes_is_tried_twice(tmp_path):
    count = f"open({str(tmp_path / 'tries')!r}, 'a').write('x') and __import__('os')._exit(3)"
    (died,) = with_pool([(eval, count)])
    assert isinstance(died, WorkerDiedError)
    assert died.exit_code == 3
    assert (tmp_path / "tries").read_text() == "xx"


def test_one_that_takes_too_long_is_ended():
    slow, quick = with_pool([(time.sleep, 60), (len, "abc")], max_seconds=0.5)
    assert isinstance(slow, OutOfTimeError)
    assert quick == 3


def test_one_that_is_allowed_more_time_gets_it_and_no_more():
    slow = "__import__('flows.guard', fromlist=['']).allow_more(1.5) or __import__('time').sleep({}) or 'done'"
    longer, too_long = with_pool([(eval, slow.format(1)), (eval, slow.format(60))], max_seconds=0.5, more_seconds=60)
    assert longer == "done"
    assert isinstance(too_long, OutOfTimeError)


def test_one_that_never_lets_go_of_the_interpreter_is_ended():
    (stuck,) = with_pool([(eval, "__import__('re').match('(a|aa)+$', 'a' * 60 + 'b')")], max_seconds=1, more_seconds=60)
    assert isinstance(stuck, OutOfTimeError)


def test_one_that_takes_too_much_memory_is_ended():
    greedy, modest = with_pool([(eval, GREEDY), (len, "abc")])
    assert isinstance(greedy, OutOfMemoryError | MemoryError)
    assert modest == 3


def test_no_process_is_left_when_the_pool_is_stopped_in_the_middle_of_work():
    async def run():
        pool = Pool(workers=2, max_seconds=60, max_memory_bytes=300 * 2**20)
        pids = await asyncio.gather(pool.call(eval, "__import__('os').getpid()"), pool.call(len, "a"))
        work = [asyncio.ensure_future(pool.call(time.sleep, 60)) for _ in range(4)]
        await asyncio.sleep(0.3)
        for task in work:
            task.cancel()
        pool.stop()
        return pids[0]

    pid = asyncio.run(run())
    assert pid != os.getpid()
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize(
    ("code", "text"), [(-11, "killed by SIGSEGV"), (3, "ended with exit code 3"), (-99, "killed by signal 99")]
)
def test_a_death_is_named(code, text):
    assert cause_of_death(code) == text


def test_a_worker_that_is_killed_while_nothing_is_read_costs_no_document():
    """The system may choose an idle one when memory is short: the next document must not fail for it."""

    async def run():
        pool = Pool(workers=1, max_seconds=60, max_memory_bytes=300 * 2**20)
        try:
            for _ in range(3):
                worker = psutil.Process(await pool.call(eval, "__import__('os').getpid()"))
                worker.kill()
                await asyncio.to_thread(psutil.wait_procs, [worker], timeout=10)
                await asyncio.sleep(0.5)  # until the pool has noticed
            return await asyncio.gather(*(pool.call(operator.neg, n) for n in range(20)))
        finally:
            pool.stop()

    assert asyncio.run(run()) == [-n for n in range(20)]
