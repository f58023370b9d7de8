"""Periods that counts are released for: quarters and ISO weeks, both of UTC; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adverts.accountability import quarters
from adverts.records import FairwatchError


class PeriodError(FairwatchError):
    """A period is written wrongly, or is not over yet."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time with a name."""

    name: str
    begin: datetime
    end: datetime
    """First moment after it."""

    @property
    def year(self) -> int:
        """The year whose budget it is charged to: that of its Thursday for a week (ISO 8601), its own for a quarter."""
        return int(self.name[:4])


def quarter(text: str) -> Period:
    """A quarter from ``2026Q3``. Raises ``QuarterError``."""
    found = quarters.parse(text)
    return Period(str(found), found.begin, found.end)


def week(text: str) -> Period:
    """A week from ``2026-W31``. Raises ``PeriodError``."""
    found = re.fullmatch(r"(2\d{3})-[Ww](\d{2})", text.strip(), re.ASCII)
    try:
        begin = datetime.fromisocalendar(int(found[1]), int(found[2]), 1).replace(tzinfo=UTC) if found else None
    except ValueError:
        begin = None
    if found is None or begin is None:
        raise PeriodError(f"{text!r} is no week; write it like 2026-W31")
    return Period(f"{found[1]}-W{found[2]}", begin, begin + timedelta(days=7))


def require_over(period: Period, *, now: datetime) -> None:
    """Raise ``PeriodError`` while it runs: releasing it twice would spend twice."""
    if now < period.end:
        raise PeriodError(f"{period.name} ends on {period.end:%Y-%m-%d %H:%M} UTC; ask for it after that")
