"""Days that matter after publication, pure: when a reply must be answered, when somebody must be reminded."""

from __future__ import annotations

from datetime import date, timedelta

WORKING_DAYS = 5
"""A reply is answered within so many working days (Monday to Friday; holidays of the office are not known here)."""

REMIND_BEFORE = (30, 7, 1, -1)
"""Days before the last day on which author and approver are reminded; -1: it has expired."""

CONTACT_KEPT = timedelta(days=183)
"""A replier's address is deleted so long after the answer."""


def due_on(received: date, *, days: int = WORKING_DAYS) -> date:
    """The last working day of the answer; the day of receipt does not count."""
    day = received
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def reminder_due(last_day: date, *, today: date, sent: frozenset[int]) -> int | None:
    """The reminder to send today, if any: the latest one whose day has come and that has not been sent.

    A reminder that was missed is made up for once, by the latest of those due; earlier ones are passed over.
    """
    left = (last_day - today).days
    due = [days for days in REMIND_BEFORE if left <= days]
    if not due or min(due) in sent:
        return None
    return min(due)
