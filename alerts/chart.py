"""Places the marks of a trend's chart: numbers for an SVG that the template writes; the table beside it says the same."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.trends import Trend

WIDTH, HEIGHT, EDGE = 480, 120, 6


@dataclass(frozen=True, slots=True)
class Mark:
    """One week: a bar and the line of its interval, in units of the SVG."""

    x: float
    wide: float
    y: float
    tall: float
    middle: float
    low: float
    high: float
    shown: bool
    """False: too few to be shown, a stroke on the ground line stands for it."""
    peak: bool


def marks(trend: Trend) -> tuple[Mark, ...]:
    """The weeks from left to right; the largest upper end of an interval fills the height."""
    top = max((count.high for count in trend.counts), default=0) or 1
    step = WIDTH / max(1, len(trend.counts))
    ground, room = HEIGHT - EDGE, HEIGHT - 2 * EDGE

    def level(value: float) -> float:
        return round(ground - room * value / top, 1)

    return tuple(
        Mark(
            x=round(place * step + step * 0.15, 1),
            wide=round(step * 0.7, 1),
            y=level(count.number or 0),
            tall=round(ground - level(count.number or 0), 1),
            middle=round(place * step + step / 2, 1),
            low=level(count.low),
            high=level(count.high),
            shown=count.number is not None,
            peak=trend.peak and place == len(trend.counts) - 1,
        )
        for place, count in enumerate(trend.counts)
    )
