"""What a bucket answers, told apart: lost a race, try again, not there, or an error with what to do about it."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

from flows.store import MissingError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Result = TypeVar("Result")
TRIES = 8
MOST_SECONDS = 5.0
"""Between two tries."""
MISSING = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})
LOST = frozenset({"412", "PreconditionFailed"})
CONFLICT = frozenset({"409", "ConditionalRequestConflict", "OperationAborted"})
DAMAGED = frozenset({"BadDigest", "XAmzContentSHA256Mismatch"})
"""What was put is not what was sent."""
ADVICE = {
    "NoSuchBucket": "there is no such bucket: make it, or correct the name",
    "InvalidBucketName": "this is no name of a bucket: correct it",
    "AccessDenied": "the credentials do not allow it: they need s3:ListBucket, s3:GetObject, s3:PutObject and "
    "s3:DeleteObject on this prefix",
    "InvalidAccessKeyId": "the access key is unknown there: check AWS_ACCESS_KEY_ID, --s3-profile and --s3-endpoint",
    "SignatureDoesNotMatch": "the secret key does not fit: check AWS_SECRET_ACCESS_KEY, and --s3-region",
    "ExpiredToken": "the session has expired: sign in again",
    "InvalidToken": "the session token is not valid: sign in again",
    "SlowDown": "the store is overloaded and stayed so: try again later, or with fewer --workers",
    "ServiceUnavailable": "the store is not available and stayed so: try again later",
    "InternalError": "the store has a fault and kept it: try again later",
    "NotImplemented": "the store does not know this request: shared writing needs conditional writes",
    "PermanentRedirect": "the bucket is in another region: give --s3-region",
    "AuthorizationHeaderMalformed": "the bucket is in another region: give --s3-region",
    "KMS.NotFoundException": "there is no such encryption key: check --s3-encryption",
}
NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"
WRONG = frozenset({"NoSuchBucket", "InvalidBucketName", NO_QUEUE, "QueueDoesNotExist", "404"})
"""Asked for what there is not."""
BY_STATUS = {"403": "AccessDenied", "503": "SlowDown", "500": "InternalError", "501": "NotImplemented",
             "301": "PermanentRedirect"}  # fmt: skip


def code_of(error: BaseException | None) -> str:
    """The store's own word for it; empty where the store said nothing."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def is_refusal(error: StoreError) -> bool:
    """Whether the store did answer, and will answer the same again (a status of 400 to 499)."""
    response: dict[str, Any] = getattr(error.__cause__, "response", None) or {}
    return 400 <= int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) < 500


def told(
    error: Exception, verb: str, uri: str, *, advice: Mapping[str, str] = ADVICE, flag: str = "--s3-endpoint"
) -> StoreError:
    """The error as one sentence: what, where, why, what to do; `flag` says where it is."""
    code = code_of(error)
    if code in MISSING and code not in advice:
        return MissingError(f"cannot {verb} {uri}: it is not there; was it moved or deleted meanwhile?")
    name = BY_STATUS.get(code, code)
    what = advice.get(name) or _without_answer(error, flag)
    return StoreError(
        f"cannot {verb} {uri} ({name or type(error).__name__}): {what}", exit_code=2 if name in WRONG else 4
    )


def _without_answer(error: Exception, flag: str) -> str:
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import HTTPClientError, NoCredentialsError, PartialCredentialsError

    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --s3-profile"
        case NoConnection() | HTTPClientError():
            return f"there is no answer ({error}): check the network and {flag}; what is committed stays"
        case _:
            return f"{error}"


def asked(call: Callable[[], Result], verb: str, uri: str) -> Result:
    """What the store answers; StoreError (MissingError) where it refuses.

    boto3 repeats a request that failed or was throttled. What it leaves to us: a conflict with another writer, a
    connection that broke in the middle of a body, and a store that is throttled for longer.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    for left in reversed(range(TRIES)):
        try:
            return call()
        except ClientError as error:
            if not left or code_of(error) not in CONFLICT:
                raise told(error, verb, uri) from error
        except (BotoCoreError, OSError) as error:
            if not left or not _is_passing(error):
                raise told(error, verb, uri) from error
        wait(TRIES - left)
    raise AssertionError  # pragma: no cover - the last round raises or returns


def _is_passing(error: Exception) -> bool:
    """Whether the answer broke off or was damaged; boto3 has tried an endpoint that cannot be reached often enough."""
    from botocore import exceptions as known

    broken = (known.ConnectionClosedError, known.IncompleteReadError, known.ReadTimeoutError, ConnectionError)
    return isinstance(error, (*broken, known.ResponseStreamingError, known.FlexibleChecksumError))


def wait(tries: int) -> None:
    """Sleeps longer after each try, and never as long as another writer."""
    time.sleep(random.uniform(0.1, 1.0) * min(MOST_SECONDS, 0.1 * 2**tries))  # noqa: S311 - no secret
