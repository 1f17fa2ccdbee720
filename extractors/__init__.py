"""HOW to read: readers behind one protocol, merging what they say, and how sure that is."""

from extractors.reading import Evidence, Finding, Match, Reading, State, Value
from extractors.record import FieldStatus, FieldValue, Record, RecordStatus, ReviewReason

__all__ = [
    "Evidence",
    "FieldStatus",
    "FieldValue",
    "Finding",
    "Match",
    "Reading",
    "Record",
    "RecordStatus",
    "ReviewReason",
    "State",
    "Value",
]
