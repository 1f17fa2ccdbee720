"""Plots as SVG text: a reliability diagram, a risk-coverage curve, bars of verdicts; no script needed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractors.calibration_measures import Bin, RiskPoint
    from flows.evaluation.evaluation import Counts

SIDE, LEFT, TOP, BOTTOM = 260, 44, 12, 38
INK, GRID, FAINT = "#1f2933", "#d9dee4", "#8a96a3"
RIGHT, WRONG, MISSING = "#2a7f62", "#b8433a", "#c9b458"
ACCENT = "#2b5c9e"
MAX_POINTS = 400


def reliability(bins: Sequence[Bin]) -> str:
    """What was claimed (across) against what was right (up), with intervals of 95 %; below, how many there are."""
    most = max(b.n for b in bins)
    parts = [_frame("claimed", "right", 1.0)]
    parts.append(_line(_x(0), _y(0), _x(1), _y(1), FAINT, dashed=True))
    for b in bins:
        height = 0.12 * b.n / most
        parts.append(
            f'<rect x="{_x(b.low):.1f}" y="{_y(height):.1f}" width="{SIDE * (b.high - b.low) - 2:.1f}" '
            f'height="{SIDE * height:.1f}" fill="{GRID}"/>'
        )
        x = _x(b.confidence)
        parts.append(_line(x, _y(b.interval.low), x, _y(b.interval.high), ACCENT))
        about = f"claimed {b.confidence:.3f}, right {b.right:.3f} of {b.n}"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{_y(b.right):.1f}" r="4" fill="{ACCENT}"><title>{about}</title></circle>'
        )
    return _svg(SIDE + LEFT + 14, parts, "reliability diagram")


def risk_coverage(curve: Sequence[RiskPoint]) -> str:
    """Error among the accepted (up) when so much is accepted (across), most confident first."""
    step = max(1, len(curve) // MAX_POINTS)
    shown = [*curve[::step], curve[-1]]
    top = max(0.02, min(1.0, 1.15 * max(p.risk for p in shown)))
    points = " ".join(f"{_x(p.coverage):.1f},{_y(p.risk / top):.1f}" for p in shown)
    parts = [_frame("accepted", "wrong among them", top)]
    if top >= 0.01:
        parts.append(_line(_x(0), _y(0.01 / top), _x(1), _y(0.01 / top), FAINT, dashed=True))
        parts.append(f'<text x="{_x(0) + 4}" y="{_y(0.01 / top) - 4:.1f}" fill="{FAINT}">1 %</text>')
    parts.append(f'<polyline points="{points}" fill="none" stroke="{ACCENT}" stroke-width="2"/>')
    return _svg(SIDE + LEFT + 14, parts, "risk-coverage curve")


def verdict_bar(counts: Counts, width: int = 220) -> str:
    """Right, wrong and missing as one bar."""
    parts, x = [], 0.0
    for n, colour, name in (
        (counts.right, RIGHT, "right"),
        (counts.wrong, WRONG, "wrong"),
        (counts.missing, MISSING, "missing"),
    ):
        share = width * n / counts.n if counts.n else 0.0
        parts.append(
            f'<rect x="{x:.1f}" y="0" width="{share:.1f}" height="12" fill="{colour}"><title>{n} {name}</title></rect>'
        )
        x += share
    label = escape(f"{counts.name}: {counts.right} right, {counts.wrong} wrong, {counts.missing} missing")
    return f'<svg width="{width}" height="12" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)


def _frame(across: str, up: str, top: float) -> str:
    """Axes with a line at each quarter; `top` is what the upper end stands for."""
    parts = []
    for quarter in (0, 0.25, 0.5, 0.75, 1):
        parts.append(_line(_x(0), _y(quarter), _x(1), _y(quarter), GRID))
        digits = 0 if top > 0.2 else 1
        parts.append(
            f'<text x="{LEFT - 5}" y="{_y(quarter) + 4:.1f}" text-anchor="end">{100 * top * quarter:.{digits}f}</text>'
        )
        parts.append(
            f'<text x="{_x(quarter):.1f}" y="{TOP + SIDE + 15}" text-anchor="middle">{100 * quarter:.0f}</text>'
        )
    parts.append(f'<text x="{_x(0.5)}" y="{TOP + SIDE + 31}" text-anchor="middle">{escape(across)} (%)</text>')
    middle = TOP + SIDE / 2
    parts.append(
        f'<text x="11" y="{middle}" text-anchor="middle" transform="rotate(-90 11 {middle})">{escape(up)} (%)</text>'
    )
    return "".join(parts)


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{colour}"{dash}/>'


def _svg(width: int, parts: Sequence[str], label: str) -> str:
    height = TOP + SIDE + BOTTOM
    return (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}" '
        f'font-size="11" fill="{INK}">{"".join(parts)}</svg>'
    )
