"""Buckets: where documents come from and outputs go to (`s3://bucket/prefix`), by boto3, imported when first used."""
