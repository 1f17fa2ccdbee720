"""`extract` with a reader that takes a moment and writes down what it read: everything else is the real thing.

    python -m tests.scale.fake_reading LOG SECONDS run|watch ...

A document is a text file; its reading has one value. The worker processes find this module by its name.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from extractors import Evidence, Finding, Match, Reading, State
from flows import reader
from flows.content import ReplacedError, content_of
from flows.outcome import DocumentOutcome
from flows.parts import pack
from flows.worker import failure_of
from tiling import Box, Document, DocumentError, Page, Word, WordsSource


def read_packed(task):
    """The outcome of a made document, packed; what is in LOG says how often each version was read."""
    try:
        path, data = content_of(task.path, task.source_version, task.limits, task.access)
        content = data if data is not None else path.read_bytes()
    except DocumentError as error:
        replaced = isinstance(error, ReplacedError)
        return pack(
            DocumentOutcome(
                source=task.source,
                sources=task.sources,
                source_version=task.source_version,
                failures=(failure_of(task, error, None),),
                replaced=replaced,
            )
        )
    with Path(os.environ["FAKE_LOG"]).open("ab", buffering=0) as log:
        log.write(f"{task.path}\t{task.source_version}\n".encode())
    time.sleep(float(os.environ["FAKE_SECONDS"]))
    return pack(_outcome(task, content))


def _outcome(task, content: bytes) -> DocumentOutcome:
    import hashlib

    text = content.decode()
    word = Word(text=text, box=Box(50.0, 100.0, 90.0, 112.0), size_pt=9.5, line=0)
    page = Page(index=0, width_pt=595.0, height_pt=842.0, words=(word,), words_source=WordsSource.TEXT_LAYER, ink=0.05)
    document = Document(
        document_id=hashlib.sha256(content).hexdigest(),
        source=task.source,
        media_type="application/pdf",
        size_bytes=len(content),
        pages=(page,),
    )
    evidence = Evidence(page=0, box=word.box, text=text, match=Match.EXACT)
    finding = Finding(path="invoice_number", state=State.VALUE, value=text, text=text, evidence=evidence)
    return DocumentOutcome(
        source=task.source,
        sources=task.sources,
        source_version=task.source_version,
        document=document,
        readings=(Reading(reader="layout", revision="1", findings=(finding,)),),
        attempt=task.attempt,
    )


if __name__ == "__main__":
    os.environ["FAKE_LOG"], os.environ["FAKE_SECONDS"] = sys.argv[1:3]
    from flows import worker
    from tests.scale import fake_reading

    worker.PRELOAD = ("flows.parts",)  # what real readers need takes seconds to import, at each of fifty starts
    reader.read_packed = fake_reading.read_packed
    from flows.cli import main

    sys.exit(main(sys.argv[3:]))
