"""WHAT to extract: schemas, field types, checks between values, comparison."""

from schemas.schema import Field, Kind, Role, Schema

__all__ = ["Field", "Kind", "Role", "Schema"]
