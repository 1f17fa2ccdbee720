"""What is to be read in one pass: what a listing finds, or what the messages of a queue point at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.s3.faults import is_refusal
from flows.s3.location import Location, parse_location
from flows.s3.objects import below, look_at, why_left_out
from flows.s3.objects import listed as objects
from flows.sources import Intake, SourceFile, collect
from flows.store import StoreError
from flows.watch.messages import UnknownMessageError, created

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flows.run_options import RunOptions
    from flows.s3.access import Access
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

    A message that is not understood, is about another place, or about an object that may not be looked at, is not done
    with: it comes back, and goes to the dead letters at last. StoreError where the bucket as a whole is away.
    """
    intake, answered = Intake(access=options.access), []
    looks = _Looks(named=parse_location(options.paths[0]), intake=intake, access=options.access)
    for message in messages:
        try:
            locations = created(message.body)
        except UnknownMessageError as error:
            say(f"a message of the queue is no notification of a bucket ({error}); it is left to the dead letters")
            continue
        strange = [x for x in locations if not looks.is_below(x)]
        if strange:
            uri, top = strange[0].uri, options.paths[0]
            say(f"a message of the queue is about {uri}, which is not below {top}; it is left there")
            continue
        try:
            for location in locations:
                looks.at(location)
        except StoreError as error:
            looks.is_away_altogether(error)
            say(f"a message of the queue is left to the dead letters: {error.message}")
        else:
            answered.append(message)
    return intake, answered


@dataclass(slots=True, kw_only=True)
class _Looks:
    """The objects that messages name, each looked at once; what is there and wanted goes into the intake."""

    named: Location
    """A prefix or a pattern."""
    intake: Intake
    access: Access
    answered: bool = False
    """The store has answered about one of them: it is there, and so are we to it."""
    _faults: dict[str, StoreError | None] = field(default_factory=dict)
    """URI -> why it may not be looked at, of those that were tried."""

    def is_below(self, location: Location) -> bool:
        return location.bucket == self.named.bucket and location.key.startswith(below(self.named)[0])

    def at(self, location: Location) -> None:
        """StoreError where it may not be looked at."""
        if location.uri not in self._faults:
            self._faults[location.uri] = None
            try:
                self._look(location)
            except StoreError as error:
                self._faults[location.uri] = error
        fault = self._faults[location.uri]
        if fault is not None:
            raise fault

    def is_away_altogether(self, error: StoreError) -> None:
        """The error again, unless the fault is one object's: others have answered, or the place can be listed."""
        if not is_refusal(error):
            raise error
        if not self.answered:
            top = Location(bucket=self.named.bucket, key=below(self.named)[0])
            next(objects(top, self.access), None)
            self.answered = True

    def _look(self, location: Location) -> None:
        top, pattern = below(self.named)
        if pattern is not None and not pattern.fullmatch(location.key):
            self.intake.left_out["not of the pattern"] += 1
            return
        found = look_at(location, self.access)
        self.answered = True
        if found is None:
            self.intake.left_out["gone meanwhile"] += 1
            return
        why = why_left_out(location.key.removeprefix(top), found)
        if why is not None:
            self.intake.left_out[why] += 1
        else:
            self.intake.files.append(SourceFile(path=found.uri, size_bytes=found.size_bytes, etag=found.etag))
