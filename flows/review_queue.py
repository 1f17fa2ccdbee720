"""The review queue of an output: its items as a CSV file, with a picture of the evidence of each beside it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.original import original
from flows.part_file import open_part
from flows.readings import part_schema
from flows.rows import ROW
from flows.tables import part_name
from review.csv_file import lines_of
from review.items import ReviewItem, items_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np

    from extractors.policy import Policy
    from flows.output import Output
    from schemas import Schema
    from tiling.open import OpenDocument

CROP_SIDE_PX = 2000
"""Longest side of the rendered page that crops are cut from: about 170 dpi of an A4 page."""


@dataclass(slots=True)
class Exported:
    """What an export wrote."""

    path: Path
    items: int = 0
    documents: int = 0
    crops: int = 0
    without_original: int = 0
    """Documents whose original could not be had, so that there are no crops."""


def labels_of(schema: Schema) -> dict[str, str]:
    """`field` and `field.column` -> title."""
    labels = {f.name: f.title or f.name for f in schema.fields}
    labels |= {f"{f.name}.{c.name}": c.title or c.name for f in schema.fields for c in f.columns}
    return labels


def queue(output: Output, schemas: Sequence[str]) -> Iterator[tuple[str, int, list[ReviewItem]]]:
    """(part, position, items) document by document, in the order of the parts; each once, also while a run moves it."""
    for name in schemas:
        seen: set[str] = set()
        for part in sorted(output.index(name).parts):
            for _, position, items in _of_part(output, name, part):
                if items[0].document_id not in seen:
                    seen.add(items[0].document_id)
                    yield part, position, items


def _of_part(output: Output, schema: str, part: str) -> Iterator[tuple[str, int, list[ReviewItem]]]:
    fields_name = part_name("fields", schema, part)
    if not output.store.exists(fields_name):
        return
    with open_part(output.store, part_name("readings", schema, part), kind="readings") as file:
        loaded, run_id = part_schema(file), str(file.metadata.get("run_id", ""))
        positions = {
            row["_document_id"]: row["position"]
            for row in file.read([0], ["kind", "_document_id", "position"]).to_pylist()
            if row["kind"] == "document"
        }
    with open_part(output.store, fields_name, kind="fields") as file:
        rows = file.read()
    documents: dict[str, list[ReviewItem]] = {}
    for item in items_of(rows, schema=schema, schema_version=loaded.version, run_id=run_id, labels=labels_of(loaded)):
        documents.setdefault(item.document_id, []).append(item)
    for document_id, items in documents.items():
        if document_id in positions:  # else it is being forgotten
            yield part, positions[document_id], items


def export(
    output: Output,
    path: Path,
    *,
    schemas: Sequence[str],
    policies: Mapping[str, Policy],
    crops: bool,
    passwords: Sequence[str],
) -> Exported:
    """Writes the CSV (whole or not at all) and, in a folder beside it, the crops; `policies` by schema."""
    done = Exported(path=path)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            rows = _rows(output, done, schemas, crops, passwords)
            for text in lines_of((item, crop, _threshold(policies, item)) for item, crop in rows):
                file.write(text)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return done


def _threshold(policies: Mapping[str, Policy], item: ReviewItem) -> float:
    return policies[item.schema].threshold_of(ROW.sub("", item.path))


def _rows(
    output: Output, done: Exported, schemas: Sequence[str], crops: bool, passwords: Sequence[str]
) -> Iterator[tuple[ReviewItem, str]]:
    folder = done.path.with_name(f"{done.path.stem}_crops")
    for part, position, items in queue(output, schemas):
        done.documents += 1
        done.items += len(items)
        with ExitStack() as stack:
            document: OpenDocument | str = ""
            if crops and any(item.box for item in items):
                origins = output.document(items[0].schema, part, position).origins
                document = stack.enter_context(original(origins, items[0].document_id, passwords))
                done.without_original += isinstance(document, str)
            drawer = None if isinstance(document, str) else Crops(document, folder)
            for item in items:
                name = drawer.write(item) if drawer else ""
                done.crops += bool(name)
                yield item, name


class Crops:
    """Cuts the crops of one document; a page is rendered once for all its items, and only one is held."""

    def __init__(self, document: OpenDocument, folder: Path) -> None:
        self.document = document
        self.folder = folder
        self._page: tuple[int, np.ndarray] | None = None

    def write(self, item: ReviewItem) -> str:
        """Path of the crop, relative to the CSV; '' where the value has no place."""
        from review.picture import crop

        if item.page is None or item.box is None:
            return ""
        if self._page is None or self._page[0] != item.page:
            self._page = item.page, self.document.render(item.page - 1, longest_side_px=CROP_SIDE_PX)
        self.folder.mkdir(exist_ok=True)
        name = f"{item.item_id}.png"
        (self.folder / name).write_bytes(crop(self._page[1], item.box))
        return f"{self.folder.name}/{name}"
