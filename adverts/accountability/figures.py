"""Figures with their 95 % interval, pure: shares (Wilson), agreement (kappa), medians (order statistics); small counts kept back."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from adverts.accountability.cells import SMALL, Shown
from review.agreement import FEWEST, agreement
from review.sample import estimate

WITHHELD = "kept back with its table"


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


def share_within(name: str, title: str, says: str, told: Shown, *, hits: Collection[str], others: Collection[str]) -> Figure:
    """The share of rows ``hits`` in ``hits`` and ``others`` of a whole table, from what is told of the table and nothing else.

    Where rows are kept back, a share taken from the true counts would give them away: then the interval covers every share that
    the table leaves possible.
    """
    if not told.rows:
        return Figure(
            name, title, says, "share", None, None, None, 0 if told.total == 0 else None, "no case" if told.total == 0 else WITHHELD
        )
    found = [estimate(*pair) for pair in _possible(told, hits, others)]
    of = found[0].of if len({one.of for one in found}) == 1 else None
    if len(found) == 1:
        return share(name, title, says, hits=found[0].hits, of=found[0].of)
    low, high = min(one.low for one in found), max(one.high for one in found)
    return Figure(
        name,
        title,
        says,
        "share",
        None,
        _round(low),
        _round(high),
        of,
        "rows of its table are kept back; the interval holds for all they may be",
    )


def _possible(told: Shown, hits: Collection[str], others: Collection[str]) -> list[tuple[int, int]]:
    """(hits, of) at the corners of what a reader must hold possible: each row kept back is 1 at least, one of them all the rest."""
    hidden = [row.name for row in told.rows if row.number is None]
    known = {row.name: row.number for row in told.rows if row.number is not None}
    rest = (told.total or 0) - sum(known.values()) - len(hidden)
    corners = [{**known, **dict.fromkeys(hidden, 1), large: 1 + rest} for large in hidden] or [known]
    found = []
    for numbers in corners:
        one = sum(numbers.get(name, 0) for name in hits)
        found.append((one, one + sum(numbers.get(name, 0) for name in others)))
    return found


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
