"""What is to be read in one pass: what a listing finds, or what the messages of a queue point at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.s3.location import parse_location
from flows.s3.objects import look_at, why_left_out
from flows.sources import Intake, SourceFile, collect
from flows.watch.messages import UnknownMessageError, created

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flows.run_options import RunOptions
    from flows.s3.location import Location
    from flows.watch.queue import Message
    from flows.watch.settled import Settler


def there(options: RunOptions) -> Intake:
    """What lies in the drop folder."""
    return collect(options.paths, own_output=options.out, access=options.access, may_be_empty=True)


def listed(options: RunOptions, settler: Settler) -> tuple[Intake, int]:
    """What lies in the drop folder and is complete, and how many files are still being written."""
    intake = there(options)
    intake.files, unsettled = settler.settled(intake.files)
    return intake, unsettled


def pointed_at(
    messages: Iterable[Message], options: RunOptions, say: Callable[[str], None]
) -> tuple[Intake, list[Message]]:
    """The documents that messages point at, as they are now, and the messages that are done with once those are.

    A message that is not understood, or is about another place, is not done with: it comes back, and goes to the dead
    letters at last.
    """
    intake, answered = Intake(access=options.access), []
    places: dict[str, Location] = {}
    top = parse_location(options.paths[0])
    for message in messages:
        try:
            locations = created(message.body)
        except UnknownMessageError as error:
            say(f"a message of the queue is no notification of a bucket ({error}); it is left to the dead letters")
            continue
        strange = [x for x in locations if x.bucket != top.bucket or not x.key.startswith(top.folder)]
        if strange:
            say(f"a message of the queue is about {strange[0].uri}, which is not below {top.uri}; it is left there")
            continue
        answered.append(message)
        places |= {location.uri: location for location in locations}
    for location in places.values():
        _look(location, top, intake)
    return intake, answered


def _look(location: Location, top: Location, intake: Intake) -> None:
    found = look_at(location, intake.access) if intake.access is not None else None
    if found is None:
        intake.left_out["gone meanwhile"] += 1
        return
    why = why_left_out(location.key.removeprefix(top.folder), found)
    if why is not None:
        intake.left_out[why] += 1
    else:
        intake.files.append(SourceFile(path=found.uri, size_bytes=found.size_bytes, etag=found.etag))
