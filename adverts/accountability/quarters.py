"""Quarters of a year in UTC, pure: the same span wherever a report is made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from adverts.records import FairwatchError


class QuarterError(FairwatchError):
    """A quarter is written wrongly, or is not over yet."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of UTC."""

    year: int
    number: int
    """1 to 4."""

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.next.begin

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)


def parse(text: str) -> Quarter:
    """A quarter from ``2026Q3``. Raises ``QuarterError``."""
    found = re.fullmatch(r"(2\d{3})-?[Qq]([1-4])", text.strip(), re.ASCII)
    if found is None:
        raise QuarterError(f"{text!r} is no quarter; write it like 2026Q3")
    return Quarter(int(found[1]), int(found[2]))


def of(moment: datetime) -> Quarter:
    """The quarter of an aware time."""
    there = moment.astimezone(UTC)
    return Quarter(there.year, (there.month + 2) // 3)


def require_over(quarter: Quarter, *, now: datetime) -> None:
    """Raise ``QuarterError`` while a quarter runs: its numbers would change after they were told."""
    if now < quarter.end:
        raise QuarterError(f"{quarter} ends on {quarter.end:%Y-%m-%d %H:%M} UTC; ask for it after that")
