"""WHAT to extract: schemas, field types, checks between values, comparison."""

from schemas.ask import Ask
from schemas.schema import Comparison, Field, Kind, Role, Schema

__all__ = ["Ask", "Comparison", "Field", "Kind", "Role", "Schema"]
