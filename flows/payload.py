"""Findings and words as compact JSON text, and back: what a readings part holds in one cell."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from extractors import Evidence, Finding, Match, State, Value
from tiling import Box, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS_PER_PT = 100
"""Word boxes are kept to a hundredth of a point, as whole numbers."""


def _dumps(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def words_text(words: Sequence[Word]) -> str:
    """The words of a page, column by column."""
    boxes = [round(v * UNITS_PER_PT) for w in words for v in (w.box.x0, w.box.y0, w.box.x1, w.box.y1)]
    columns: dict[str, Any] = {
        "text": [w.text for w in words],
        "box": boxes,
        "size": [round(w.size_pt * UNITS_PER_PT) for w in words],
        "line": [w.line for w in words],
        "bold": [i for i, w in enumerate(words) if w.bold],
    }
    if any(w.score is not None for w in words):
        columns["score"] = [None if w.score is None else round(w.score, 4) for w in words]
    return _clean(_dumps(columns))


def words_of(text: str | None) -> tuple[Word, ...]:
    """The words of a page back from `words_text`."""
    if not text:
        return ()
    columns = json.loads(text)
    box, size, line = columns["box"], columns["size"], columns["line"]
    bold = frozenset(columns["bold"])
    score = columns.get("score") or [None] * len(size)
    unit = UNITS_PER_PT
    return tuple(
        Word(
            text=word,
            box=Box(box[4 * i] / unit, box[4 * i + 1] / unit, box[4 * i + 2] / unit, box[4 * i + 3] / unit),
            size_pt=size[i] / unit,
            line=line[i],
            bold=i in bold,
            score=score[i],
        )
        for i, word in enumerate(columns["text"])
    )


def boxes_text(boxes: Sequence[Box]) -> str:
    """Boxes in points, four whole numbers each."""
    return _dumps([round(v * UNITS_PER_PT) for b in boxes for v in (b.x0, b.y0, b.x1, b.y1)])


def boxes_of(text: str | None) -> tuple[Box, ...]:
    """The boxes back from `boxes_text`."""
    v = [n / UNITS_PER_PT for n in json.loads(text)] if text else []
    return tuple(Box(*v[i : i + 4]) for i in range(0, len(v), 4))


def _value_json(value: Value | None) -> Any:  # noqa: ANN401 - JSON
    match value:
        case Decimal():
            return {"decimal": str(value)}
        case dt.date():
            return {"date": value.isoformat()}
        case dt.time():
            return {"time": value.isoformat()}
        case _:
            return value


def _value_of(value: Any) -> Value | None:  # noqa: ANN401 - JSON
    match value:
        case {"decimal": number}:
            return Decimal(number)
        case {"date": date}:
            return dt.date.fromisoformat(date)
        case {"time": time}:
            return dt.time.fromisoformat(time)
        case _:
            return value  # type: ignore[no-any-return]


def _evidence_json(evidence: Evidence) -> list[Any]:
    b = evidence.box
    box = None if b is None else [round(v, 3) for v in (b.x0, b.y0, b.x1, b.y1)]
    return [evidence.page, box, evidence.text, evidence.match.value]


def _evidence_of(value: Sequence[Any]) -> Evidence:
    page, box, text, match = value
    return Evidence(page=page, box=None if box is None else Box(*box), text=text, match=Match(match))


def _finding_json(f: Finding) -> dict[str, Any]:
    row: dict[str, Any] = {"path": f.path, "state": f.state.value}
    if f.value is not None:
        row["value"] = _value_json(f.value)
    if f.text:
        row["text"] = f.text
    if f.evidence is not None:
        row["evidence"] = _evidence_json(f.evidence)
    if f.signals:
        row["signals"] = f.signals
    row |= {k: list(v) for k in ("reasons", "notes", "alternatives") if (v := getattr(f, k))}
    return row


def _finding_of(row: dict[str, Any]) -> Finding:
    evidence = row.get("evidence")
    return Finding(
        path=row["path"],
        state=State(row["state"]),
        value=_value_of(row.get("value")),
        text=row.get("text", ""),
        evidence=None if evidence is None else _evidence_of(evidence),
        signals=row.get("signals", {}),
        reasons=tuple(row.get("reasons", ())),
        notes=tuple(row.get("notes", ())),
        alternatives=tuple(row.get("alternatives", ())),
    )


def findings_text(findings: Sequence[Finding]) -> str:
    """All findings of a reading; what is empty is left out."""
    return _clean(_dumps([_finding_json(f) for f in findings]))


def findings_of(text: str | None) -> tuple[Finding, ...]:
    """The findings back from `findings_text`."""
    return tuple(_finding_of(row) for row in json.loads(text or "[]"))


def _clean(text: str) -> str:
    """Text that UTF-8 can hold: half of a surrogate pair, as broken fonts give it, becomes a question mark."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
