"""WHAT to extract: schemas, field types, checks between values, comparison."""

from schemas.ask import Ask
from schemas.schema import Field, Kind, Role, Schema

__all__ = ["Ask", "Field", "Kind", "Role", "Schema"]
