from __future__ import annotations

import pytest
from botocore.handlers import validate_bucket_name

from flows.cli import main
from flows.errors import UsageError
from flows.s3.location import parse_location

GOOD = ("lake", "Old_Bucket", "a.b-c", "x" * 255, "arn:aws:s3:eu-central-1:123456789012:accesspoint:mine")
BAD = ("Bad_Bucket!", "bücket", "two words", "a:b", "x" * 256, "*")


@pytest.mark.parametrize("bucket", GOOD)
def test_names_that_boto3_takes_are_taken(bucket):
    validate_bucket_name({"Bucket": bucket})
    assert parse_location(f"s3://{bucket}/a/b").bucket == bucket


@pytest.mark.parametrize("bucket", BAD)
def test_names_that_boto3_refuses_are_refused_in_a_sentence(bucket):
    with pytest.raises(Exception, match="Invalid bucket name"):
        validate_bucket_name({"Bucket": bucket})
    with pytest.raises(UsageError, match="cannot be the name of a bucket"):
        parse_location(f"s3://{bucket}/a/b")


@pytest.mark.parametrize("command", ["run", "watch"])
def test_a_command_says_so_and_asks_nobody(command, capsys):
    assert main([command, "s3://Bad_Bucket!/x", "--schema", "invoice"]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("extract: s3://Bad_Bucket!/x: 'Bad_Bucket!' cannot be the name of a bucket")
    assert "\n" not in said
