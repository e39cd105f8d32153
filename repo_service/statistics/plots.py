"""Bars by month as plain numbers for an SVG drawing; the same numbers stand in the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from repo_service.statistics.figures import MEASURES, Figures

WIDTH, HEIGHT = 360, 132
_TOP, _BOTTOM, _GAP = 18, 20, 6
"""Room for the number above a bar and the month below it, and between bars; units of the drawing."""


@dataclass(frozen=True)
class Bar:
    """One month: where its bar stands and what is written at it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    count: int


@dataclass(frozen=True)
class Plot:
    """One measure over the months."""

    code: str
    title: Any
    bars: Sequence[Bar]
    base: int = HEIGHT - _BOTTOM


def plots(figures: Figures) -> list[Plot]:
    """A plot for each measure; none while the year has no month yet."""
    if not figures.months:
        return []
    return [
        Plot(code, title, _bars([(line.label[:2], line.counts[place]) for line in figures.months]))
        for place, (code, title) in enumerate(MEASURES.items())
    ]


def _bars(counts: Sequence[tuple[str, int]]) -> list[Bar]:
    step = WIDTH / 12  # a year has twelve months whether they are over or not
    width, room = step - _GAP, HEIGHT - _TOP - _BOTTOM
    most = max(count for _label, count in counts) or 1
    bars = []
    for place, (label, count) in enumerate(counts):
        height = round(room * count / most, 1)
        x = round(place * step + _GAP / 2, 1)
        y = round(HEIGHT - _BOTTOM - height, 1)
        bars.append(Bar(x, y, round(width, 1), height, round(x + width / 2, 1), label, count))
    return bars
