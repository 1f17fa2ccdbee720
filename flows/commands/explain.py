"""`extract explain OUT DOC [--field F]`: what happened to a document, and where a value came from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError, nearest
from flows.sources import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from flows.looking import Row, Seen
    from flows.output import Output


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT", help="the output of a run")
    parser.add_argument(
        "document", metavar="DOC", help="path or URI as given, file name, or the first digits of the id"
    )
    parser.add_argument("--field", metavar="F", help='one value: total, "line_items[2].quantity"')
    parser.add_argument("--schema", metavar="NAME", help="where the output holds several schemas")
    parser.add_argument(
        "--picture", metavar="FILE.png", type=Path, help="where the marked page goes (default: explain-STEM.png here)"
    )
    parser.add_argument("--no-picture", action="store_true", help="text only")
    parser.add_argument("--password", action="append", default=[], help="of a protected PDF, for the picture")


def execute(args: argparse.Namespace) -> int:
    from flows.explain import detail, overview
    from flows.looking import look_up
    from flows.output import open_output

    output = open_output(args.out, create=False)
    seen = look_up(output, args.document, schema=args.schema)
    rows = _rows(seen, args.field)
    lines = detail(seen, rows[0]) if args.field and len(rows) == 1 else overview(seen)
    print("\n".join(printable(line) for line in lines))
    if not args.no_picture and rows:
        _write_pictures(output, seen, rows, args)
    return 0


def _rows(seen: Seen, field: str | None) -> Sequence[Row]:
    if field is None:
        return seen.fields
    exact = [row for row in seen.fields if row["path"] == field]
    below = [row for row in seen.fields if row["path"].startswith((f"{field}[", f"{field}."))]
    if not exact and not below:
        names = [row["path"] for row in seen.fields]
        msg = f"The document has no field {field!r}.{nearest(field, names)}"
        raise UsageError(msg)
    return exact or below


def _write_pictures(output: Output, seen: Seen, rows: Sequence[Row], args: argparse.Namespace) -> None:
    from flows.explain import pictures
    from flows.original import original

    with original(seen.origins(output), seen.document_id, args.password) as document:
        if isinstance(document, str):
            print(f"no picture: {document}", file=sys.stderr)
            return
        source = (seen.record or {}).get("_source") or seen.document_id[:12]
        target = args.picture or Path(f"explain-{Path(source).stem}.png")
        drawn = list(pictures(seen, document, rows))
        for page, png in drawn:
            path = target if len(drawn) == 1 else target.with_stem(f"{target.stem}-p{page}")
            try:
                path.write_bytes(png)
            except OSError as error:
                msg = f"--picture {path}: {error.strerror or error}; --no-picture writes none."
                raise UsageError(msg) from error
            print(f"picture: {path}", file=sys.stderr)
        if not drawn:
            print("no picture: none of these values has a place on a page", file=sys.stderr)
