"""The rules of records, pure: steps of a referral, grants of contacts, deadlines, periods.

``tests/review/records/test_rules.py`` is the table of cases.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from adverts.access import Role
from settings import retention

# ---- referrals ---------------------------------------------------------------------------------------------------------------


class Step(StrEnum):
    """Where a referral stands."""

    PREPARED = "prepared"
    CHECKED = "checked"
    """A second person agrees to what goes out."""
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    OUTCOME = "outcome"
    """The body said what came of it."""
    WITHDRAWN = "withdrawn"


NEXT: Mapping[Step, tuple[Step, ...]] = {
    Step.PREPARED: (Step.CHECKED, Step.SENT, Step.WITHDRAWN),
    Step.CHECKED: (Step.SENT, Step.WITHDRAWN),
    Step.SENT: (Step.ACKNOWLEDGED, Step.OUTCOME, Step.WITHDRAWN),
    Step.ACKNOWLEDGED: (Step.OUTCOME, Step.WITHDRAWN),
    Step.OUTCOME: (),
    Step.WITHDRAWN: (),
}
"""Which step may follow which. Without personal data a referral may be sent unchecked."""

REMIND: Mapping[Step, timedelta | None] = {
    Step.PREPARED: timedelta(days=1),
    Step.CHECKED: timedelta(days=1),
    Step.SENT: timedelta(days=7),
    Step.ACKNOWLEDGED: timedelta(days=30),
    Step.OUTCOME: None,
    Step.WITHDRAWN: None,
}
"""When somebody is reminded after a step: an unsent referral lies on our desk, an unanswered one on theirs."""

OPEN: frozenset[str] = frozenset(step for step, following in NEXT.items() if following)
NOTE_NEEDED: frozenset[Step] = frozenset({Step.OUTCOME, Step.WITHDRAWN})


class Refusal(StrEnum):
    """Why an act is not taken."""

    NOT_ALLOWED = "not-allowed"
    OUT_OF_ORDER = "out-of-order"
    """Somebody was quicker, or a step was left out."""
    SAME_PERSON = "same-person"
    UNCHECKED = "unchecked"
    NOTE = "note"
    OVER = "over"
    """Decided, granted or released before."""


def may_step(*, roles: Collection[Role], user: int, prepared_by: int, personal: bool, now_at: str, to: Step, note: str) -> Refusal | None:
    """Why ``user`` may not take the step ``to``; ``None`` where they may."""
    if Role.INSPECTOR not in roles and Role.HEAD not in roles:
        return Refusal.NOT_ALLOWED
    if to not in NEXT[Step(now_at)]:
        return Refusal.OUT_OF_ORDER
    if to is Step.CHECKED and user == prepared_by:
        return Refusal.SAME_PERSON
    if to is Step.SENT and personal and now_at != Step.CHECKED:
        return Refusal.UNCHECKED
    return Refusal.NOTE if to in NOTE_NEEDED and not note.strip() else None


def remind_at(step: Step, *, now: datetime) -> datetime | None:
    """When somebody should look again after a step."""
    wait = REMIND[step]
    return now + wait if wait is not None else None


# ---- contacts ----------------------------------------------------------------------------------------------------------------

GRANT = timedelta(minutes=30)
"""How long a contact is shown unless the custodian says otherwise: time to write it down once."""
GRANTS: tuple[int, ...] = (10, 30, 60, 240)
"""Minutes a custodian can choose from."""


def may_ask(roles: Collection[Role]) -> bool:
    """Whether these roles may ask for a contact."""
    return Role.INSPECTOR in roles or Role.HEAD in roles


def may_grant(*, roles: Collection[Role], user: int, asked_by: int, decided: bool) -> Refusal | None:
    """Why ``user`` may not decide a request; nobody decides their own."""
    if Role.CUSTODIAN not in roles:
        return Refusal.NOT_ALLOWED
    if user == asked_by:
        return Refusal.SAME_PERSON
    return Refusal.OVER if decided else None


def is_live(until: datetime | None, *, now: datetime) -> bool:
    """Whether a grant still holds; at its very end it does not."""
    return until is not None and now < until


# ---- periods and deadlines ---------------------------------------------------------------------------------------------------


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due_on(received: date, *, extended: bool) -> date:
    """Last day on which a request must be answered."""
    return months_after(received, retention.EXTENDED_MONTHS if extended else retention.ANSWER_MONTHS)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides how long an advert is kept."""

    outcome: str
    """Of its case; empty where none is decided."""
    counted_from: datetime
    """The decision, or when it was last seen."""
    held: bool = False
    waiting: bool = False
    """Its case waits for a decision."""
    referred: bool = False
    """A referral of it is open."""
    answered_at: datetime | None = None
    """When the last referral of it got its outcome."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long, and why."""

    until: datetime | None
    """``None``: as long as the reason holds."""
    why: str
    """A key of ``settings.retention.PERIODS``, or hold, waiting, referred."""


_UNTIL_IT_ENDS = ("hold", "waiting", "referred")
"""Reasons without a day, in the order in which they are named."""


def longest(found: Sequence[Keeping]) -> Keeping:
    """The one that keeps an advert longest: what has no day goes before every period."""
    without = [one for one in found if one.until is None]
    if without:
        return min(without, key=lambda one: _UNTIL_IT_ENDS.index(one.why))
    return max(found, key=lambda one: one.until or _NEVER)


_NEVER = datetime.min.replace(tzinfo=UTC)


def keeping(standing: Standing) -> Keeping:
    """How long an advert is kept. A hold, an open case and an open referral go before every period."""
    if standing.held:
        return Keeping(None, "hold")
    if standing.waiting:
        return Keeping(None, "waiting")
    if standing.referred:
        return Keeping(None, "referred")
    name = standing.outcome or "undecided"
    until = standing.counted_from + retention.PERIODS[name].keep
    if standing.answered_at is None:
        return Keeping(until, name)
    after = standing.answered_at + retention.REFERRED_AFTER_OUTCOME
    return Keeping(after, "answered") if after > until else Keeping(until, name)
