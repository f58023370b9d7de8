"""The rules of review, pure: order of the queue, due times, who may act, when a decided case comes back.

Nothing here reads a clock, a table or a request; ``tests/review/test_rules.py`` is the table of cases.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from adverts.access import Role
from adverts.records import BAND_ORDER, Band

QUEUED: frozenset[Band] = frozenset({Band.URGENT, Band.PRIORITY, Band.LABOUR_LAW, Band.FRAUD})
"""Bands that open a case; watch and none are found by search, or drawn into the sample."""

READ = "read"
"""Shown in place of a band while a case is read blind: its findings stay hidden until it is decided."""

LEASE = timedelta(minutes=15)
"""How long a claim holds without being renewed: a phone call, not a day off."""

FRESH = timedelta(hours=72)
"""An advert newer than this is likely still recruiting (users.md, section 1)."""

NEW = timedelta(days=7)
"""A cluster first seen within this time is a new template or recruiter."""

DUE: Mapping[str, timedelta | None] = {
    Band.URGENT: timedelta(days=1),
    Band.PRIORITY: timedelta(days=3),
    Band.FRAUD: timedelta(days=3),
    Band.LABOUR_LAW: timedelta(days=7),
    READ: timedelta(days=7),
    Band.WATCH: None,
    Band.NONE: None,
}
"""Time to decide by shown band. Fraud is short because it is handed over, and the money moves within days."""

LEVEL: Mapping[str, int] = {
    Band.URGENT: 6,
    Band.PRIORITY: 5,
    Band.LABOUR_LAW: 4,
    READ: 4,
    Band.FRAUD: 3,
    Band.WATCH: 1,
    Band.NONE: 0,
}
"""First part of the order; a blind case stands where most cases do."""


VULNERABLE: tuple[str, ...] = ("minors-targeted", "crisis-or-debt-targeting", "tied-or-crowded-housing")
"""Indicators of people who can least say no: minors, people in need, people who live where they work (users.md, section 1)."""


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DECIDED = "decided"
    REOPENED = "reopened"
    MERGED = "merged"
    """Its cluster went up in another one, whose case goes on."""
    CLOSED = "closed"
    """Ended without a decision because its body was closed."""


WAITING_FOR_DECISION: frozenset[str] = frozenset({State.OPEN, State.REOPENED})


class Outcome(StrEnum):
    """The five answers of an inspector, in the order of the keys 1 to 5."""

    ACT = "act"
    LABOUR_LAW = "labour-law"
    FRAUD = "fraud"
    BENIGN = "benign"
    CANNOT_TELL = "cannot-tell"


REASONS: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.ACT: ("findings-hold", "seen-before", "special-risk", "other"),
    Outcome.LABOUR_LAW: ("worker-pays", "pay-or-hours", "no-licence", "discrimination", "other"),
    Outcome.FRAUD: ("money-first", "identity-data", "no-real-job", "other"),
    Outcome.BENIGN: ("ordinary", "misread", "lawful-here", "warning", "other"),
    Outcome.CANNOT_TELL: ("needs-fact", "language", "incomplete", "other"),
}
"""Reason codes of each outcome, the usual one first: it is taken where none was chosen. ``other`` needs a note."""


class Reopening(StrEnum):
    """Why a decided case came back."""

    HIGHER_BAND = "higher-band"
    CHANGED_TEXT = "changed-text"
    NEW_COPY = "new-copy"
    UNDONE = "undone"


class Refusal(StrEnum):
    """Why an act on a case is not taken."""

    NOT_ALLOWED = "not-allowed"
    ALREADY_DECIDED = "already-decided"
    NOT_DECIDED = "not-decided"
    HELD = "held"
    CHANGED = "changed"
    MERGED = "merged"
    CLOSED = "closed"
    READ_ALONE = "read-alone"
    """It is read blind, and therefore never answered together with others."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What places a cluster in the queue."""

    band: str
    """A band, or ``READ``."""
    risk: float
    indicators: tuple[str, ...]
    """Indicator ids, the weightiest first."""
    copies: int
    boards: int
    countries: int
    online: int
    """Copies online now."""
    first_at: datetime
    newest_at: datetime
    here: bool | None = None
    """Whether the work is in a country this installation answers for; ``None`` where either is not known."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a decision was, or would be, taken on."""

    band: str
    texts: Mapping[str, str]
    """Advert id -> hash of its text."""
    indicators: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hold:
    """Who has a case at the moment; nobody where ``user_id`` is ``None`` or ``until`` has passed."""

    user_id: int | None
    until: datetime | None

    def live(self, now: datetime) -> bool:
        """Whether the claim still holds."""
        return self.user_id is not None and self.until is not None and self.until > now


def is_higher(band: str, than: str) -> bool:
    """Whether a band is more urgent than another."""
    return BAND_ORDER.index(Band(band)) < BAND_ORDER.index(Band(than))


def highest(bands: Collection[str]) -> Band:
    """The most urgent of some bands; ``NONE`` of no band."""
    return min((Band(band) for band in bands), key=BAND_ORDER.index, default=Band.NONE)


def due_at(band: str, *, since: datetime) -> datetime | None:
    """When a case of a band is due that stands in the queue ``since``."""
    time = DUE[band]
    return None if time is None else since + time


def reach(facts: Facts) -> float:
    """0.5 for one copy on one board, growing with the logarithm of copies, boards and countries up to 1."""
    spread = max(1, facts.copies) * max(1, facts.boards) * max(1, facts.countries)
    return 0.5 + 0.5 * min(1.0, math.log2(spread) / 10)


def freshness(facts: Facts, *, now: datetime) -> float:
    """1 while online and new, 0.8 while online, 0.4 once every copy is gone."""
    if facts.online == 0:
        return 0.4
    return 1.0 if now - facts.newest_at <= FRESH else 0.8


def novelty(facts: Facts, *, now: datetime) -> float:
    """1 for a cluster first seen within ``NEW``, 0.8 for an older one."""
    return 1.0 if now - facts.first_at <= NEW else 0.8


def vulnerability(facts: Facts) -> float:
    """1 where people are addressed who can least say no, else 0.85."""
    return 1.0 if any(name in VULNERABLE for name in facts.indicators) else 0.85


def jurisdiction(facts: Facts) -> float:
    """1 for work in a country of ours, 0.8 for work elsewhere; what is not known stands between."""
    return 0.9 if facts.here is None else 1.0 if facts.here else 0.8


def sort_key(facts: Facts, *, now: datetime) -> int:
    """Band first, then risk x reach x freshness x novelty x vulnerability x jurisdiction; the greater comes first."""
    risk = min(1.0, max(0.01, facts.risk))
    time = freshness(facts, now=now) * novelty(facts, now=now)
    return LEVEL[facts.band] * 1_000_000 + int(999_999 * risk * reach(facts) * time * vulnerability(facts) * jurisdiction(facts))


def band_words(band: str) -> str:
    """The name of a shown band."""
    words: dict[str, str] = {
        Band.URGENT: _("Urgent"),
        Band.PRIORITY: _("Priority"),
        Band.LABOUR_LAW: _("Labour law"),
        Band.FRAUD: _("Fraud"),
        Band.WATCH: _("Watch"),
        Band.NONE: _("Not flagged"),
        READ: _("Read first"),
    }
    return words.get(band, band)


def reopens(outcome: str, *, before: Snapshot, now: Snapshot) -> Reopening | None:
    """Whether a decided case comes back, and why.

    A higher band always brings it back. A new copy or a changed text does too, except after ``benign``: there
    only one that adds an indicator nobody has seen yet, or each repost of an ordinary advert would ask again.
    A text that was among those shown is not a changed one.
    """
    if is_higher(now.band, before.band):
        return Reopening.HIGHER_BAND
    if outcome == Outcome.BENIGN and now.indicators <= before.indicators:
        return None
    shown = set(before.texts.values())
    if any(advert in before.texts and text not in shown for advert, text in now.texts.items()):
        return Reopening.CHANGED_TEXT
    if now.texts.keys() - before.texts.keys():
        return Reopening.NEW_COPY
    return None


def may_decide(*, roles: Collection[Role], state: str, hold: Hold, user_id: int, now: datetime) -> Refusal | None:
    """Why this person may not decide this case now; ``None`` where they may. A case nobody holds needs no claim first."""
    if Role.INSPECTOR not in roles and Role.HEAD not in roles:
        return Refusal.NOT_ALLOWED
    if state == State.MERGED:
        return Refusal.MERGED
    if state == State.CLOSED:
        return Refusal.CLOSED
    if state == State.DECIDED:
        return Refusal.ALREADY_DECIDED
    if hold.live(now) and hold.user_id != user_id:
        return Refusal.HELD
    return None


def may_claim(*, roles: Collection[Role], state: str, hold: Hold, user_id: int, now: datetime, take_over: bool) -> Refusal | None:
    """As ``may_decide``; with ``take_over`` a claim of somebody else does not stand in the way (they are told)."""
    refusal = may_decide(roles=roles, state=state, hold=hold, user_id=user_id, now=now)
    return None if take_over and refusal == Refusal.HELD else refusal


def may_undo(*, roles: Collection[Role], state: str, decided_by: int | None, user_id: int) -> Refusal | None:
    """The person who decided may take it back, and so may a head of unit."""
    if state != State.DECIDED:
        return Refusal.NOT_DECIDED
    if Role.HEAD in roles or (Role.INSPECTOR in roles and decided_by == user_id):
        return None
    return Refusal.NOT_ALLOWED
