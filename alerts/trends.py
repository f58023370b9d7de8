"""Weekly counts with their uncertainty, and notes of weeks that stand out: pure, from counts alone.

* Interval of a count: the 95 % interval of a Poisson mean by Byar's approximation, within 1 % of the exact one from 11 upwards.
* Small cells: counts from 1 to 10 are not shown, nor whether they are a peak.
* Peak: the newest full week has at least 11 adverts and lies above what 1 of 1,000 weeks would reach by chance if nothing had changed since
  the ``BASE`` weeks before it (their mean, Poisson with the spread of these weeks where that is larger). Names are compared many at a
  time, so that a rare chance peak among them is expected.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SMALL = 11
"""Counts under this are not shown; zero is."""

BASE = 8
"""Weeks before the newest that a peak is measured against."""

RARE = 3.09
"""Standard deviations above the mean that 1 of 1,000 values passes by chance."""

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Count:
    """Adverts of one week; ``number`` is None where they are too few to be shown."""

    week: date
    """Its Monday."""
    number: int | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend:
    """One row: the weeks of a country, sector or indicator, oldest first."""

    name: str
    counts: tuple[Count, ...]
    usual: float | None
    """Mean of the weeks before the newest; set where that is a peak."""

    @property
    def peak(self) -> bool:
        """Whether the newest week stands out."""
        return self.usual is not None

    @property
    def top(self) -> int:
        """Largest shown count."""
        return max((count.number or 0 for count in self.counts), default=0)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks_before(today: date, *, count: int = WEEKS) -> list[date]:
    """Mondays of the last full weeks, oldest first; the running week is left out, it is not over."""
    newest = monday(today) - timedelta(days=7)
    return [newest - timedelta(days=7 * back) for back in reversed(range(count))]


def interval(number: int) -> tuple[float, float]:
    """The 95 % interval of a Poisson mean from one count, by Byar's approximation."""
    z = 1.96
    low = number * (1 - 1 / (9 * number) - z / (3 * math.sqrt(number))) ** 3 if number else 0.0
    more = number + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


def trends(seen: Iterable[tuple[date, Iterable[str]]], *, weeks: Sequence[date]) -> tuple[Trend, ...]:
    """One trend a name that can be shown in at least one week, largest total first; ``seen`` gives each advert's day and names."""
    table: dict[str, Counter[date]] = {}
    for day, names in seen:
        for name in set(names):
            table.setdefault(name, Counter())[monday(day)] += 1
    made = [(trend(name, [counted[week] for week in weeks], weeks=weeks), counted) for name, counted in table.items()]
    shown = [each for each, _ in made if each.top]
    return tuple(sorted(shown, key=_largest))


def trend(name: str, numbers: Sequence[int], *, weeks: Sequence[date]) -> Trend:
    """The trend of one name from its true counts."""
    counts = tuple(_count(week, number) for week, number in zip(weeks, numbers, strict=True))
    return Trend(name, counts, usual(numbers))


def usual(numbers: Sequence[int]) -> float | None:
    """The mean that the newest of these counts stands out from; None where it does not, or there are too few weeks to tell."""
    newest, base = numbers[-1], list(numbers[-1 - BASE : -1])
    if newest < SMALL or len(base) < BASE:
        return None
    mean = sum(base) / BASE
    spread = sum((each - mean) ** 2 for each in base) / (BASE - 1)
    # the mean of few weeks is uncertain itself: its variance adds to that of the newest week
    deviation = math.sqrt(max(mean, spread, 1.0) * (1 + 1 / BASE))
    return mean if newest > mean + RARE * deviation else None


def _count(week: date, number: int) -> Count:
    if 0 < number < SMALL:
        return Count(week, None, 0.0, 0.0)
    return Count(week, number, *interval(number))


def _largest(each: Trend) -> tuple[int, str]:
    return -sum(count.number or 0 for count in each.counts), each.name
