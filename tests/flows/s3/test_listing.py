from __future__ import annotations

import weakref
from collections import Counter
from types import SimpleNamespace

import pytest

from flows.s3 import objects
from flows.s3.access import Access

PAGE, PAGES = 1000, 100


class Page(dict):
    """An answer that can be watched."""


@pytest.fixture
def bucket(monkeypatch):
    """A hundred thousand keys, made when they are asked for; knows which pages are still held."""
    held: list[weakref.ref[Page]] = []
    most: list[int] = []

    def list_objects_v2(**arguments):
        number = int(arguments.get("ContinuationToken", 0))
        most.append(sum(page() is not None for page in held))
        found = [{"Key": f"in/{number * PAGE + n:07d}.pdf", "Size": 9, "ETag": '"1"'} for n in range(PAGE)]
        page = Page(Contents=found, IsTruncated=number + 1 < PAGES, NextContinuationToken=str(number + 1))
        held.append(weakref.ref(page))
        return page

    client = SimpleNamespace(list_objects_v2=list_objects_v2)
    monkeypatch.setattr(objects, "s3_client", lambda _access: client)
    return SimpleNamespace(asked_for=held, most=most)


def test_documents_come_while_the_bucket_is_being_listed_and_no_more_than_a_page_is_held(bucket):
    found = objects.documents("s3://lake/in/", Access(), Counter())
    assert next(found).location.key == "in/0000000.pdf"
    assert len(bucket.asked_for) == 1
    assert sum(1 for _ in found) == PAGE * PAGES - 1
    assert len(bucket.asked_for) == PAGES
    assert max(bucket.most) <= 1
