"""The columns of everything a run writes, as explicit Arrow schemas."""

from __future__ import annotations

import pyarrow as pa

ID = pa.string()
TIME = pa.timestamp("us", tz="UTC")
ORIGIN = pa.struct([("source", pa.string()), ("location", pa.string()), ("version", pa.string())])
STAGE_SECONDS = pa.struct([("stage", pa.string()), ("seconds", pa.float64())])
BOX = pa.struct([("x0", pa.float64()), ("y0", pa.float64()), ("x1", pa.float64()), ("y1", pa.float64())])
CHECK = pa.struct(
    [("name", pa.string()), ("outcome", pa.string()), ("paths", pa.list_(pa.string())), ("message", pa.string())]
)
TABLES = ("records", "fields", "pages", "failures")
"""The derived ones."""


def _schema(*columns: tuple[str, pa.DataType, str]) -> pa.Schema:
    return pa.schema([pa.field(n, t, metadata={"description": d} if d else None) for n, t, d in columns])


READINGS = _schema(
    ("kind", pa.string(), "document | origin | page | reading | call | failure"),
    ("position", pa.int32(), "of the document in its shard, 0-based"),
    ("_source", pa.string(), "path or URI as given"),
    ("_document_id", ID, "sha256 of the bytes; null where they could not be had"),
    # Of documents, and of further origins of documents that are read elsewhere.
    ("_source_version", pa.string(), "ETag or version id; size and modification time"),
    ("origins", pa.list_(ORIGIN), "where these bytes were found"),
    ("ended", pa.string(), "read | failed | replaced (overwritten before it was read)"),
    ("media_type", pa.string(), ""),
    ("size_bytes", pa.int64(), ""),
    ("page_count", pa.int32(), "pages of the document; null where it could not be opened"),
    ("generation", pa.int32(), "0 for the first reading; --force and --retry-failed add one"),
    ("attempt", pa.int32(), ""),
    ("listed_at", TIME, ""),
    ("_read_at", TIME, "start of the reading"),
    ("_run_id", pa.string(), ""),
    ("_fingerprint", pa.string(), ""),
    ("seconds_by_stage", pa.list_(STAGE_SECONDS), ""),
    # Of pages, readings and failures of pages.
    ("page", pa.int32(), "1-based; null: the whole document"),
    ("state", pa.string(), "of a page: read | blank | failed | skipped"),
    ("words_source", pa.string(), "text_layer | ocr | none"),
    ("width_pt", pa.float64(), ""),
    ("height_pt", pa.float64(), ""),
    ("rotation", pa.int32(), "degrees clockwise by which the stored page is turned to be displayed"),
    ("turned", pa.int32(), "degrees clockwise by which the displayed page is turned to be read"),
    ("skew_deg", pa.float64(), "the angle, clockwise, at which its lines ran then"),
    ("ink", pa.float64(), "share of the pixels that are not background"),
    ("tiles", pa.int32(), ""),
    ("word_count", pa.int32(), ""),
    ("words", pa.string(), "JSON: text, box (hundredths of a point, four a word), size, line, bold, score"),
    ("rulings", pa.string(), "JSON: boxes in hundredths of a point"),
    ("hidden_words", pa.string(), "JSON as `words`: in the text layer, and not to be seen; null where there are none"),
    # Of readings, and of the answers of models (calls) that they were made of.
    ("reader", pa.string(), ""),
    ("revision", pa.string(), ""),
    ("model", pa.string(), ""),
    ("prompt_version", pa.string(), ""),
    ("raw", pa.string(), "the answer as it came"),
    ("finish_reason", pa.string(), ""),
    ("purpose", pa.string(), "json | transcript | json_of_text | continuation | answer | verify"),
    ("field", pa.string(), "of a call about one value or table"),
    ("problem", pa.string(), "why an answer was not used; null where it was"),
    ("temperature", pa.float64(), ""),
    ("visual_tokens", pa.int32(), ""),
    ("prompt_tokens", pa.int32(), "those of pictures included"),
    ("cached_tokens", pa.int32(), "of the prompt, what the server had computed before"),
    ("output_tokens", pa.int32(), ""),
    ("endpoint", pa.string(), ""),
    ("token_logprobs", pa.list_(pa.float32()), "of the tokens of the values"),
    ("seconds", pa.float64(), ""),
    ("notes", pa.list_(pa.string()), ""),
    ("findings", pa.string(), "JSON: what the reader found, with evidence"),
    # Of failures.
    ("stage", pa.string(), ""),
    ("reason", pa.string(), ""),
    ("message", pa.string(), ""),
)

RECORD_COLUMNS = _schema(
    ("_source", pa.string(), "path or URI as given"),
    ("_sources", pa.list_(pa.string()), "all, when the same bytes came several times"),
    ("_source_version", pa.string(), "ETag or version id; size and modification time"),
    ("_document_id", ID, "sha256 of the bytes"),
    ("_status", pa.string(), "complete | incomplete"),
    ("_confidence", pa.float64(), "that all required fields are right; null: not scored, or none is required"),
    ("_reader", pa.string(), ""),
    ("_model", pa.string(), ""),
    ("_pages", pa.int32(), "count"),
    ("_checks", pa.list_(CHECK), "rules between values: pass | fail | not_evaluated, and why"),
    ("_notes", pa.list_(pa.string()), ""),
    ("_run_id", pa.string(), ""),
    ("_schema_version", pa.string(), ""),
    ("_fingerprint", pa.string(), ""),
    ("_extracted_at", TIME, ""),
)
"""What follows the schema's own columns in `records`."""

FIELDS = _schema(
    ("_source", pa.string(), "path or URI as given"),
    ("_document_id", ID, "sha256 of the bytes"),
    ("path", pa.string(), "`total`, `line_items[2].quantity` (rows 0-based)"),
    ("value", pa.string(), "canonical: 1234.50, 2026-01-31, true"),
    ("text", pa.string(), "verbatim, as printed"),
    ("state", pa.string(), "value | absent | unreadable | empty"),
    ("confidence", pa.float64(), "probability that the value is right; null: not scored"),
    ("status", pa.string(), "accepted | review | corrected"),
    ("reasons", pa.list_(pa.string()), "why a person should look"),
    ("page", pa.int32(), "1-based"),
    ("box", BOX, "shares of the page as displayed, origin top left"),
    ("page_width_pt", pa.float64(), ""),
    ("page_height_pt", pa.float64(), ""),
    ("match", pa.string(), "exact | normalised | fuzzy | ambiguous | none"),
    ("reader", pa.string(), ""),
    ("signals", pa.map_(pa.string(), pa.float64()), "what the confidence is made of"),
    ("alternatives", pa.list_(pa.string()), "texts of the next best candidates, best first"),
    ("notes", pa.list_(pa.string()), ""),
)

PAGES = _schema(
    ("_source", pa.string(), "path or URI as given"),
    ("_document_id", ID, "sha256 of the bytes"),
    ("page", pa.int32(), "1-based"),
    ("state", pa.string(), "read | blank | failed | skipped"),
    ("words_source", pa.string(), "text_layer | ocr | none"),
    ("words", pa.int32(), "count"),
    ("ink", pa.float64(), "share of the pixels that are not background"),
    ("rotation", pa.int32(), "degrees clockwise by which the stored page is turned to be displayed"),
    ("turned", pa.int32(), "degrees clockwise by which the displayed page is turned to be read"),
    ("skew_deg", pa.float64(), "the angle, clockwise, at which its lines ran then"),
    ("width_pt", pa.float64(), ""),
    ("height_pt", pa.float64(), ""),
    ("tiles", pa.int32(), ""),
    ("tokens", pa.int32(), "visual and output"),
)

FAILURES = _schema(
    ("_source", pa.string(), "path or URI as given"),
    ("_sources", pa.list_(pa.string()), "all, when the same bytes came several times"),
    ("_source_version", pa.string(), "ETag or version id; size and modification time"),
    ("_document_id", ID, "sha256 of the bytes; null where they could not be had"),
    ("stage", pa.string(), "open | render | words | read | merge | validate | store"),
    ("reason", pa.string(), ""),
    ("message", pa.string(), "what, where, why, and what to do"),
    ("page", pa.int32(), "1-based; null: the whole document"),
    ("_run_id", pa.string(), ""),
    ("_fingerprint", pa.string(), ""),
    ("_failed_at", TIME, ""),
)

CORRECTIONS = _schema(
    ("_document_id", ID, "sha256 of the bytes"),
    ("schema", pa.string(), ""),
    ("path", pa.string(), "null: the whole document"),
    ("decision", pa.string(), "accept | correct | absent | unreadable | reject"),
    ("value", pa.string(), "canonical; null unless the decision is `correct`"),
    ("reviewer", pa.string(), ""),
    ("decided_at", TIME, ""),
    ("note", pa.string(), ""),
)

LIST = _schema(
    ("shard", pa.int32(), ""),
    ("_document_id", ID, "sha256 as listed; null where the bytes were not read"),
    ("origins", pa.list_(ORIGIN), "where these bytes were found; the first is read"),
    ("generation", pa.int32(), ""),
    ("seconds", pa.float64(), "expected work"),
    ("known_in", pa.string(), "the part that holds these bytes already: nothing is to be read"),
)


def readings_folder(schema: str) -> str:
    """Where the readings of a schema lie."""
    return f"readings/schema={schema}/"


def part_name(table: str, schema: str, name: str) -> str:
    """The file of a table's part."""
    return f"{table}/schema={schema}/{name}.parquet"
