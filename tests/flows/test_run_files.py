"""Ids of runs."""

from flows.run_files import new_run_id


def test_a_later_run_sorts_behind_an_earlier_one_also_within_a_second():
    ids = [new_run_id() for _ in range(1000)]
    assert len(set(ids)) == len(ids)
    times = [run_id.rpartition("-")[0] for run_id in ids]
    assert times == sorted(times)
    assert len(set(times)) > len(ids) // 2  # a thousand take less than a second, and time alone tells most apart
