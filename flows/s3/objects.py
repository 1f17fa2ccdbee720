"""The objects that are read: listed page by page, fetched whole by the process that reads them."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.file_kinds import is_document, suffix_of
from flows.s3.access import needs_boto3, s3_client
from flows.s3.faults import LOST, MISSING, asked, code_of, told
from flows.s3.location import Location, is_s3, parse_location
from flows.store import StoreError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from flows.s3.access import Access

MAGIC = re.compile(r"[*?[]")
REFUSED = frozenset({"403", "AccessDenied"})
ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundObject:
    """One object as a listing has it."""

    location: Location
    size_bytes: int
    etag: str
    """Without its quotes: changes whenever the content does."""

    @property
    def uri(self) -> str:
        return self.location.uri


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a fetch brought."""

    data: bytes | None
    """None: larger than allowed, or replaced; nothing was fetched."""
    size_bytes: int
    replaced: bool = False


def documents(uri: str, access: Access, left_out: Counter[str], *, own: str | None = None) -> Iterator[FoundObject]:
    """The documents that `s3://bucket/key`, a prefix or a pattern names, in order; no more than a page is held.

    What is no document is counted in `left_out`; `own` is the output of the run, which is never read.
    """
    named = parse_location(uri)
    needs_boto3()
    exact, refused = _exact(named, access)
    if exact is not None:
        yield exact
        return
    top, pattern = below(named)
    own_folder = (
        parse_location(own).folder if own and is_s3(own) and parse_location(own).bucket == named.bucket else None
    )
    for found in listed(Location(bucket=named.bucket, key=top), access):
        refused, key = None, found.location.key
        if pattern is not None and not pattern.fullmatch(key):
            continue
        if own_folder and key.startswith(own_folder):
            continue
        why = why_left_out(key.removeprefix(top), found)
        if why is None:
            yield found
        else:
            left_out[why] += 1
    if refused is not None and "." in named.key.rpartition("/")[2]:  # meant as an object, by its suffix
        raise refused


def _exact(named: Location, access: Access) -> tuple[FoundObject | None, StoreError | None]:
    """The object of that very key, and why it may not be looked at.

    Who may read what lies below a prefix may not ask whether there is an object of the prefix's own name.
    """
    if not named.key or named.key.endswith("/"):
        return None, None
    try:
        return look_at(named, access), None
    except StoreError as error:
        if isinstance(error.__cause__, Exception) and code_of(error.__cause__) in REFUSED:
            return None, error
        raise


def listed(top: Location, access: Access) -> Iterator[FoundObject]:
    """All objects whose keys start with this one's, in order of their keys; StoreError where they cannot be listed."""
    arguments: dict[str, Any] = {"Bucket": top.bucket, "Prefix": top.key}
    while True:
        page = asked(lambda: s3_client(access).list_objects_v2(**arguments), "list", top.uri)
        for entry in page.get("Contents", ()):
            yield FoundObject(
                location=Location(bucket=top.bucket, key=entry["Key"]),
                size_bytes=entry["Size"],
                etag=entry["ETag"].strip('"'),
            )
        if not page.get("IsTruncated"):
            return
        arguments["ContinuationToken"] = page["NextContinuationToken"]


def look_at(location: Location, access: Access) -> FoundObject | None:
    """The object as it is now; None where there is none."""
    from botocore.exceptions import ClientError

    def call() -> dict[str, Any] | None:
        try:
            return dict(s3_client(access).head_object(Bucket=location.bucket, Key=location.key))
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise

    answer = asked(call, "look at", location.uri)
    if answer is None:
        return None
    return FoundObject(location=location, size_bytes=answer["ContentLength"], etag=answer["ETag"].strip('"'))


def fetch(uri: str, access: Access, *, etag: str | None, most_bytes: int) -> Content:
    """The object's bytes, if it still has this ETag and is no larger; StoreError where they cannot be had.

    The answer's own ETag is looked at as well: some stores ignore the condition, and give what is there now.
    """
    from botocore.exceptions import ClientError

    location = parse_location(uri)
    same: dict[str, Any] = {"IfMatch": f'"{etag}"'} if etag else {}

    def call() -> Content:
        try:
            answer = s3_client(access).get_object(Bucket=location.bucket, Key=location.key, **same)
        except ClientError as error:
            if code_of(error) in LOST:
                return Content(data=None, size_bytes=0, replaced=True)
            if code_of(error) == "InvalidObjectState":
                raise told(error, "read", f"{uri}: it lies in an archive class, restore it first") from error
            raise
        with closing(answer["Body"]) as body:
            size = answer["ContentLength"]
            if etag and answer.get("ETag", etag).removeprefix("W/").strip('"') != etag:  # W/: by a proxy
                return Content(data=None, size_bytes=size, replaced=True)
            return Content(data=body.read() if size <= most_bytes else None, size_bytes=size)

    return asked(call, "read", uri)


def why_left_out(name: str, found: FoundObject) -> str | None:
    """Why an object is no document, by its name below the prefix and its size; None where it is one."""
    parts = name.split("/")
    if not parts[-1]:
        return None if found.size_bytes else "folder marker"
    if any(part.startswith(".") for part in parts):
        return "hidden"
    return None if is_document(parts[-1], b"") else suffix_of(parts[-1])


def below(named: Location) -> tuple[str, re.Pattern[str] | None]:
    """What all keys that a prefix or a pattern names begin with, and what else they have to fit as a whole."""
    if MAGIC.search(named.key):
        return MAGIC.split(named.key)[0], _pattern(named.key)
    return named.folder, None


def folder_of(named: Location) -> str:
    """The folder that a prefix is, or in which a pattern begins: what is left out of the names of what is below."""
    top, pattern = below(named)
    return top[: top.rfind("/") + 1] if pattern else top


def _pattern(key: str) -> re.Pattern[str]:
    """`*` and `?` stay within a level, `**/` is any number of levels, `[ab]` one of these."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", key)
    spelled = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        "".join(spelled.get(p) or (p if p.startswith("[") and p.endswith("]") else re.escape(p)) for p in parts),
        re.DOTALL,
    )
