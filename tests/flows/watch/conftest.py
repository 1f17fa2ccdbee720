from __future__ import annotations

from tests.flows.s3.conftest import access, keys, moto, s3

__all__ = ["access", "keys", "moto", "s3"]
