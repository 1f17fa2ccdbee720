from __future__ import annotations

import asyncio
import datetime as dt
import time

from flows.claims import Claims
from flows.feed import Feed
from flows.parts import pack
from flows.reader import Reader
from flows.tally import Tally
from flows.work import Entry, Origin, Shard

SHARDS, DOCUMENTS, AHEAD = 20, 4, 3
MOST_BEHIND = 20
"""Documents of two shards that wait, and of those that the three in flight may belong to."""


class Silent:
    def say(self, text): ...
    def begin(self, total): ...
    def document(self, *, failed, source): ...
    def end(self): ...


def shard(number):
    names = [f"{number}-{n}.pdf" for n in range(DOCUMENTS)]
    entries = [
        Entry(origins=(Origin(source=name, location=f"/in/{name}", version="1"),), document_id=name) for name in names
    ]
    return Shard(name=f"part-{number:02d}", list_number=0, listed_at=dt.datetime.now(dt.UTC), entries=tuple(entries))


def test_a_store_that_is_slower_than_the_readers_holds_them_back(output, made):
    """What is read and not stored is in memory, and is read again after a kill."""
    tally, behind = Tally(), []

    async def read(entry):
        return pack(made.read(entry))

    def commit(mine, _packed):
        time.sleep(0.05)
        behind.append(tally.started - DOCUMENTS * len(behind))
        stored.add(mine.name)
        return True

    stored: set[str] = set()
    feed = Feed(
        pool=None,
        reader=Reader(read=read, ahead=AHEAD),
        task_of=lambda entry: entry,
        claims=Claims(store=output.store),
        is_done=lambda mine: mine.name in stored,
        commit=commit,
        tally=tally,
        progress=Silent(),
        max_seconds=1.0,
        max_memory_bytes=2**20,
    )
    asyncio.run(feed.run([shard(n) for n in range(SHARDS)]))
    assert tally.read == SHARDS * DOCUMENTS
    assert max(behind) <= MOST_BEHIND < SHARDS * DOCUMENTS
    assert len(stored) == SHARDS
