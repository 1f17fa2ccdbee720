"""Which files of a folder are documents: by content, else by name; what lies beside them is left out."""

from __future__ import annotations

DOCUMENT_SUFFIXES = frozenset(
    [
        ".pdf",
        ".png",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jp2",
        ".tif",
        ".tiff",
        ".webp",
        ".bmp",
        ".gif",
        ".heic",
        ".heif",
        ".xml",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".xlsm",
        ".ppt",
        ".pptx",
        ".odt",
        ".ods",
        ".odp",
        ".rtf",
        ".eml",
        ".msg",
        ".zip",
        ".ps",
        ".eps",
        ".djvu",
        ".xps",
    ]
)
"""Names that promise a document: one that we cannot read ends as a failure, never unseen."""

SIDECAR_SUFFIXES = frozenset(
    [
        ".json",
        ".jsonl",
        ".ndjson",
        ".csv",
        ".tsv",
        ".txt",
        ".md",
        ".rst",
        ".yaml",
        ".yml",
        ".html",
        ".htm",
        ".css",
        ".js",
        ".log",
        ".parquet",
        ".arrow",
        ".feather",
        ".db",
        ".sqlite",
        ".sqlite3",
        ".duckdb",
        ".py",
        ".pyc",
        ".ipynb",
        ".sh",
        ".bat",
        ".ps1",
        ".toml",
        ".ini",
        ".cfg",
        ".conf",
        ".lock",
        ".sha256",
        ".md5",
        ".sig",
        ".asc",
        ".bak",
        ".tmp",
        ".part",
        ".xsd",
        ".xsl",
        ".xslt",
        ".sch",
        ".dtd",
        ".sql",
        ".ttf",
        ".otf",
        ".lnk",
        ".url",
        ".ds_store",
        ".gitignore",
    ]
)
"""What usually lies beside documents: truths, tables, notes, code."""

SIDECAR_NAMES = frozenset({"thumbs.db", "desktop.ini", "makefile", "readme", "license", "dockerfile"})

HEAD_BYTES = 64 * 1024


def suffix_of(name: str) -> str:
    """The suffix in lower case with its dot; the whole name where a file has none (`Makefile`)."""
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else name.lower()


def is_document(name: str, head: bytes) -> bool:
    """Whether a file found in a folder is a document; `head` is how its content begins."""
    from tiling.media import SUPPORTED, sniff

    if sniff(head) in SUPPORTED:
        return True
    suffix = suffix_of(name)
    if suffix in DOCUMENT_SUFFIXES:
        return True
    return suffix not in SIDECAR_SUFFIXES and name.lower() not in SIDECAR_NAMES
