"""What a flow run shows in Prefect's pages: a progress bar, a table of counts and reasons, a report with links."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.summary import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flows.summary import Summary


def key(kind: str, schema: str) -> str:
    """Of an artifact: lower case letters, digits and dashes, the same for all runs of a schema."""
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in schema.lower())
    return f"extract-{kind}-{name}".strip("-")


def counts_table(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of what, reason, count."""
    return [{"what": what, "reason": reason, "count": n} for what, reason, n in _counts(content)]


def _counts(content: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    documents, values = content["documents"], content["values"]
    yield "documents", "in", documents["in"]
    yield "documents", "complete", content["records"]["complete"]
    yield "documents", "incomplete", content["records"]["incomplete"]
    for reason, n in content["failures"]["documents"].items():
        yield "documents failed", reason, n
    for state, n in content["pages"].items():
        yield "pages", state, n
    for reason, n in content["failures"]["pages"].items():
        yield "pages failed", reason, n
    for status in ("accepted", "review", "corrected"):
        yield "values", status, values[status]
    for reason, n in values["review_reasons"].items():
        yield "values in review", reason, n


def report(summary: Summary) -> str:
    """Markdown: the summary as the command prints it, where everything is, and links to it."""
    content = summary.content
    out = content["out"]
    text = html.escape(to_text(summary), quote=False)
    lines = [
        f"## {content['schema']}: {content['documents']['records']} of {content['documents']['in']} documents read",
        "",
        f"<pre>{text}</pre>",
        "",
        "| where | what |",
        "|---|---|",
        *(f"| [{link}]({link}) | {what} |" for link, what in _links(out, content)),
        "",
        f"Review: `extract review export {out}`. Why a value is what it is: `extract explain {out} DOCUMENT`.",
    ]
    return "\n".join(lines)


def _links(out: str, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for table in ("records", "fields", "pages", "failures"):
        yield link(out, f"{table}/schema={content['schema']}/"), table
    yield link(out, f"runs/{content['run_id']}/summary.json"), "the summary as JSON"
    yield link(out, f"runs/{content['run_id']}/settings.json"), "settings and versions"


def link(out: str, name: str) -> str:
    """A URI: that of the bucket, or `file://` with the absolute path on the machine that read."""
    if "://" in out:
        return f"{out.rstrip('/')}/{name}"
    uri = (Path(out).absolute() / name).as_uri()
    return f"{uri}/" if name.endswith("/") else uri
