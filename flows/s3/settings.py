"""The settings of S3 (`--s3-endpoint`, EXTRACT_S3_ENDPOINT, ...) and the access that they make."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flows.s3.access import Access

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from flows.settings import Setting

NAMES = ("s3_endpoint", "s3_profile", "s3_region", "s3_path_style", "s3_encryption")


def s3_settings() -> tuple[Setting, ...]:
    """How buckets are reached; credentials are no setting: boto3 finds them where it always does."""
    from flows.settings import Setting, text

    return (
        Setting(
            name="s3_endpoint", default=None, parse=text, metavar="URL", help="an S3-compatible store (unset: AWS)"
        ),
        Setting(name="s3_profile", default=None, parse=text, metavar="NAME", help="profile of the AWS settings"),
        Setting(name="s3_region", default=None, parse=text, metavar="NAME", help="region of the buckets"),
        Setting(
            name="s3_path_style",
            default="auto",
            parse=text,
            choices=("auto", "yes", "no"),
            help="bucket in the path instead of the host name; auto: with --s3-endpoint",
        ),
        Setting(
            name="s3_encryption",
            default=None,
            parse=_encryption,
            metavar="sse-s3|sse-kms[:KEY]",
            help="of what is written (unset: as the bucket has it)",
        ),
    )


def _encryption(value: object) -> str:
    written = str(value)
    kind, colon, key = written.partition(":")
    if kind not in {"sse-s3", "sse-kms"} or (kind == "sse-s3" and colon) or bool(colon) != bool(key):
        msg = "sse-s3, sse-kms or sse-kms:KEY is wanted"
        raise ValueError(msg)
    return written


def access_of(values: Mapping[str, Any]) -> Access:
    """The access that resolved settings (name -> value) describe."""
    return Access(**{name.removeprefix("s3_"): values[name] for name in NAMES})


def access_that_holds() -> Access:
    """As the environment and extract.toml say."""
    from flows.settings import resolve

    return access_of({name: resolved.value for name, resolved in resolve({}).items()})


def add_s3_flags(parser: argparse.ArgumentParser) -> None:
    """The flags, for a command that only looks at an output."""
    group = parser.add_argument_group("how buckets are reached (s3://bucket/prefix)")
    for setting in s3_settings():
        metavar = "|".join(setting.choices) if setting.choices else setting.metavar
        group.add_argument(setting.flag, dest=setting.name, metavar=metavar, help=setting.help)


def let_hold(args: argparse.Namespace) -> None:
    """Puts the flags that were given into the environment: so they hold in the processes that the command starts."""
    for setting in s3_settings():
        given = getattr(args, setting.name, None)
        if given is not None:
            os.environ[setting.variable] = given
