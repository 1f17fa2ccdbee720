from __future__ import annotations

import io

import pytest
from rich.console import Console

from flows.progress import Bar, Lines, open_progress


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def told(seconds_each, documents, failed_every=0):
    """What Lines writes where each document takes so long."""
    stream, clock = io.StringIO(), Clock()
    lines = Lines(stream, clock)
    lines.begin(documents)
    for number in range(documents):
        clock.now += seconds_each
        lines.document(failed=bool(failed_every) and number % failed_every == 0, source=f"{number}.pdf")
    lines.end()
    return stream.getvalue().splitlines()


def test_a_short_run_tells_nothing_between_its_beginning_and_its_end():
    assert told(0.1, 20) == []


def test_a_long_run_tells_every_ten_seconds_how_far_it_is_and_how_long_it_will_take():
    assert told(1.0, 25, failed_every=5) == [
        "extract: 10 of 25 documents, 2 failed, 1.0 a second, about 15 s left",
        "extract: 20 of 25 documents, 4 failed, 1.0 a second, about 5 s left",
        "extract: 25 of 25 documents, 5 failed, 1.0 a second, about 0 s left",
    ]


def shown(width, source):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    bar = Bar(console)
    bar.say("2 files")
    bar.begin(2000)
    for number in range(1234):
        bar.document(failed=number == 0, source=source)
    bar._bar.refresh()
    bar.end()
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_the_bar_fits_its_terminal_and_shows_all_its_numbers(width):
    text = shown(width, "in/" + "x" * 200 + "end.pdf")
    assert "1234/2000" in text
    assert "1 failed" in text
    assert "left" in text
    assert "…" not in text
    assert ("end.pdf" in text) == (width >= 110)


def test_a_name_cannot_write_on_the_terminal():
    assert "\x1b[31m" not in shown(160, "\x1b[31mred.pdf")


def test_elsewhere_than_on_a_terminal_there_are_lines(monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert isinstance(open_progress(), Lines)
