"""The messages of an SQS queue: hidden from others while their documents are read, deleted once those are committed."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.s3.access import needs_boto3, sqs_client
from flows.s3.faults import ADVICE as OF_STORES
from flows.s3.faults import NO_QUEUE, code_of, is_refusal, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.s3.access import Access

AT_ONCE = 10
"""The most that SQS gives, or takes, in one call."""
MOST = 500
"""Messages of one pass; the others wait for the next."""
HIDDEN_SECONDS = 120
TOUCH_SECONDS = 40.0
LONGEST_WAIT_SECONDS = 20
DENIED = (
    "the credentials do not allow it: they need sqs:ReceiveMessage, sqs:DeleteMessage and "
    "sqs:ChangeMessageVisibility on it"
)
NONE = "there is no such queue: make it, or correct --queue"
ADVICE = {
    "AccessDenied": DENIED,
    "AccessDeniedException": DENIED,
    NO_QUEUE: NONE,
    "QueueDoesNotExist": NONE,
    "404": NONE,  # of a server that knows no queues
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, hidden from other readers for a while."""

    body: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue by its URL.

    A message that is not deleted comes back, and goes to the dead letters at last, if the queue has a redrive policy.
    """

    url: str
    access: Access

    def check(self) -> None:
        """StoreError, UsageError where it cannot be used; takes no message, and asks for no right of its own."""
        from flows.store import StoreError

        needs_boto3()
        try:
            self._asked("change_message_visibility", ReceiptHandle="none", VisibilityTimeout=0)
        except StoreError as error:
            if not is_refusal(error) or code_of(error.__cause__) in OF_STORES | ADVICE:
                raise

    def receive(self, wait_seconds: float) -> tuple[Message, ...]:
        """What is there, up to MOST; waits for the first. StoreError where the queue cannot be read."""
        messages = list(self._received(min(LONGEST_WAIT_SECONDS, int(wait_seconds))))
        while messages and len(messages) < MOST:
            more = self._received(0)
            if not more:
                break
            messages += more
        return tuple(messages)

    def delete(self, messages: Sequence[Message]) -> None:
        """Their documents are committed."""
        for group in _groups(messages):
            entries: Any = [{"Id": str(n), "ReceiptHandle": m.receipt} for n, m in enumerate(group)]
            self._asked("delete_message_batch", Entries=entries)

    @contextmanager
    def hidden(self, messages: Sequence[Message]) -> Iterator[None]:
        """Keeps the messages hidden for as long as it takes."""
        end = threading.Event()
        thread = threading.Thread(target=self._touch, args=(messages, end), daemon=True, name="queue")
        thread.start()
        try:
            yield
        finally:
            end.set()

    def _received(self, wait_seconds: int) -> list[Message]:
        answer = self._asked(
            "receive_message",
            MaxNumberOfMessages=AT_ONCE,
            WaitTimeSeconds=wait_seconds,
            VisibilityTimeout=HIDDEN_SECONDS,
        )
        return [Message(body=m["Body"], receipt=m["ReceiptHandle"]) for m in answer.get("Messages", ())]

    def _touch(self, messages: Sequence[Message], end: threading.Event) -> None:
        from flows.store import StoreError

        while not end.wait(TOUCH_SECONDS):
            for group in _groups(messages):
                entries = [
                    {"Id": str(n), "ReceiptHandle": m.receipt, "VisibilityTimeout": HIDDEN_SECONDS}
                    for n, m in enumerate(group)
                ]
                with suppress(StoreError):  # at worst it is seen twice, which does no harm
                    self._asked("change_message_visibility_batch", Entries=entries)

    def _asked(self, call: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's own
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return dict(getattr(sqs_client(self.access, self.url), call)(QueueUrl=self.url, **arguments))
        except (ClientError, BotoCoreError) as error:
            raise told(error, "use the queue", self.url, advice=OF_STORES | ADVICE, flag="--queue") from error


def _groups(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    for start in range(0, len(messages), AT_ONCE):
        yield messages[start : start + AT_ONCE]
