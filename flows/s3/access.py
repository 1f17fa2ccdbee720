"""How a bucket is reached: endpoint, profile, region, path style, encryption. Credentials are never part of it.

They come from where boto3 finds them (environment, profile, instance role), so that no secret is stored or shown.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flows.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONNECT_SECONDS = 10
READ_SECONDS = 60
ATTEMPTS = 8
CONNECTIONS = 32
REGION_OF_QUEUE = re.compile(r"(?:^|\.)sqs(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d+)\.|^([a-z0-9-]+)\.queue\.amazonaws\.")
"""In the host of an AWS queue, old and new."""
NO_REGION = "us-east-1"
"""For an endpoint of one's own, which mostly has none and wants one in signatures all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Small, picklable, without a secret: worker processes get it with their task."""

    endpoint: str | None = None
    """URL of an S3-compatible store; None for AWS (or what AWS_ENDPOINT_URL says)."""
    profile: str | None = None
    region: str | None = None
    path_style: str = "auto"
    """yes | no | auto: with an endpoint of one's own."""
    encryption: str | None = None
    """sse-s3 | sse-kms | sse-kms:KEY; None: as the bucket has it."""

    def digest_arguments(self, data: bytes) -> dict[str, Any]:
        """What a put says of its body, so that the store refuses one that was damaged on its way."""
        if self.endpoint is None:
            return {}  # boto3 adds a CRC by itself
        return {"ContentMD5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()}

    def encryption_arguments(self) -> dict[str, Any]:
        """What a write has to say so that the object is encrypted."""
        if self.encryption is None:
            return {}
        kind, _, key = self.encryption.partition(":")
        if kind == "sse-s3":
            return {"ServerSideEncryption": "AES256"}
        return {"ServerSideEncryption": "aws:kms", **({"SSEKMSKeyId": key} if key else {})}


def needs_boto3() -> None:
    """UnavailableError where it is not installed; for all that begins with a bucket or a queue."""
    try:
        import boto3  # noqa: F401
    except ImportError as error:
        msg = "s3:// needs boto3, which is not installed: pip install 'pagewise-extract[s3]'"
        raise UnavailableError(msg) from error


@lru_cache(maxsize=8)
def s3_client(access: Access) -> S3Client:
    """The client of this process: it may be used by several threads."""
    return _client(access, "s3")  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def sqs_client(access: Access, queue: str | None = None) -> SQSClient:
    """The client of this process for queues, or for the one of this URL, which need not lie where the buckets do."""
    return _client(access if queue is None else _access_of_queue(access, queue), "sqs")  # type: ignore[no-any-return]


def _access_of_queue(access: Access, url: str) -> Access:
    """Host and region are in the URL; UsageError where it is none. AWS_ENDPOINT_URL_SQS says it otherwise."""
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in {"http", "https"} and parts.hostname is not None and parts.port != 0
    except ValueError:  # a port that is none, half of an IPv6 address
        is_url = False
    if not is_url:
        msg = f"--queue {url}: the URL of a queue is wanted, such as https://sqs.eu-central-1.amazonaws.com/1234/NAME"
        raise UsageError(msg)
    said = os.environ.get("AWS_ENDPOINT_URL_SQS") or os.environ.get("AWS_ENDPOINT_URL")
    region = REGION_OF_QUEUE.search(parts.netloc)
    return replace(
        access,
        endpoint=said or f"{parts.scheme}://{parts.netloc}",
        region=region[1] or region[2] if region else access.region,
    )


def _client(access: Access, service: str) -> Any:  # noqa: ANN401 - one of two client types
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ProfileNotFound

    own = access.endpoint is not None
    s3: Any = {}
    if access.path_style == "yes" or (access.path_style == "auto" and own):
        s3["addressing_style"] = "path"
    elif access.path_style == "no":
        s3["addressing_style"] = "virtual"  # left to itself, boto3 has it in the path of an endpoint of one's own
    # Stores other than AWS's often do not know the checksums that boto3 adds by itself; some refuse the mere question
    # for one. What is put there has an MD5, which all of them know. With AWS, boto3's own settings hold.
    checksums: Any = {}
    if own:
        checksums = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"max_attempts": ATTEMPTS, "mode": "standard"},
        max_pool_connections=CONNECTIONS,
        s3=s3,
        **checksums,
    )
    try:
        session = boto3.session.Session(profile_name=access.profile, region_name=access.region)
        region = session.region_name or (NO_REGION if own or service == "s3" else None)
        return session.client(service, endpoint_url=access.endpoint, region_name=region, config=config)  # type: ignore[call-overload]
    except ProfileNotFound as error:
        msg = f"--s3-profile {access.profile}: there is no such profile in the AWS settings (~/.aws/config)"
        raise UsageError(msg) from error
    except (BotoCoreError, ValueError) as error:
        where = "--queue" if service == "sqs" else "--s3-endpoint"
        msg = f"{service.upper()} cannot be used: {error}; check {where}, --s3-profile and --s3-region"
        raise UsageError(msg) from error
