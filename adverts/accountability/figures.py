"""Figures with their 95 % interval, pure: shares (Wilson), agreement (kappa), medians (order statistics); small counts kept back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adverts.accountability.cells import SMALL
from review.agreement import FEWEST, agreement
from review.sample import estimate


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is told."""

    name: str
    title: str
    says: str
    """What it means and of what it was taken."""
    unit: str
    """share, kappa or hours."""
    value: float | None
    """None: too few, or kept back."""
    low: float | None
    high: float | None
    of: int | None
    """How many things it was taken from; None: too few to be told."""
    note: str = ""
    """Why something is not told."""


def share(name: str, title: str, says: str, *, hits: int, of: int) -> Figure:
    """A share with Wilson's interval.

    Where the hits or the others are from 1 to 10, the value is kept back and the interval is that of the whole range 1 to 10: it tells how
    large the share can be, and no count.
    """
    if 0 < of < SMALL:
        return Figure(name, title, says, "share", None, None, None, None, f"fewer than {SMALL} cases")
    if of == 0:
        return Figure(name, title, says, "share", None, None, None, 0, "no case")
    if 0 < hits < SMALL or 0 < of - hits < SMALL:
        least, most = _range(hits, of)
        note = "between 1 and 10 are kept back; the interval holds for each of these numbers"
        return Figure(name, title, says, "share", None, _round(estimate(least, of).low), _round(estimate(most, of).high), of, note)
    found = estimate(hits, of)
    return Figure(name, title, says, "share", _round(hits / of), _round(found.low), _round(found.high), of)


def _range(hits: int, of: int) -> tuple[int, int]:
    """The numbers of hits that a reader must hold possible."""
    few, many = (1, min(SMALL - 1, of)), (max(0, of - SMALL + 1), of - 1)
    if 0 < hits < SMALL and 0 < of - hits < SMALL:
        return min(few[0], many[0]), max(few[1], many[1])
    return few if 0 < hits < SMALL else many


def agreed(name: str, title: str, says: str, counts: Mapping[tuple[str, str], int]) -> Figure:
    """Cohen's kappa of pairs of answers."""
    found = agreement(counts)
    if found.pairs < FEWEST:
        few = 0 < found.pairs < SMALL
        return Figure(name, title, says, "kappa", None, None, None, None if few else found.pairs, f"fewer than {FEWEST} pairs")
    if found.kappa is None:
        return Figure(name, title, says, "kappa", None, None, None, found.pairs, "everybody always gave the same answer")
    return Figure(name, title, says, "kappa", round(found.kappa, 2), round(found.low, 2), round(found.high, 2), found.pairs)


def median_hours(name: str, title: str, says: str, hours: Sequence[float]) -> Figure:
    """The median in whole hours; its interval from order statistics (binomial), which supposes nothing of the shape."""
    ordered, number = sorted(hours), len(hours)
    if number < SMALL:
        return Figure(name, title, says, "hours", None, None, None, 0 if number == 0 else None, f"fewer than {SMALL} decisions")
    below, place = 0.0, 0
    while (below := below + math.comb(number, place) / 2**number) <= 0.025:
        place += 1
    low, high = ordered[place - 1], ordered[number - place]
    middle = (ordered[(number - 1) // 2] + ordered[number // 2]) / 2
    # each end is a single decision: whole hours alone are told
    return Figure(name, title, says, "hours", float(round(middle)), float(math.floor(low)), float(math.ceil(high)), None)


def _round(value: float) -> float:
    return round(value, 4)
