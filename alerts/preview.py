"""What a subscription would have sent in the last month, message by message, by the rules that send.

It replays the ledger's assessments through the real matcher and the real digest. It differs from what was sent only where the ledger no
longer knows the past: groups and titles are those of today, and an advert that came back online counts as never gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser, AnonymousUser

from adverts.records import Band
from alerts import slots
from alerts.digest import GROWTH, Digest, digest
from alerts.facts import AdvertFacts, Told, added_up
from alerts.history import Histories, histories
from alerts.matching import Matcher, Subject, Wanted, wants
from alerts.permission import hidden, may_receive
from alerts.reading import assessed_between
from alerts.wanting import cutter

DAYS = 30
ROUND = timedelta(minutes=15)
"""How far rounds lie apart; a slot is a full or quarter hour, so that it is a round too."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When messages come."""

    period: str
    weekday: int
    hour: int
    zone: str
    instant: bool = False
    quiet_from: int | None = None
    quiet_until: int | None = None

    def digests(self, since: datetime, until: datetime) -> set[datetime]:
        """The times of digests after ``since``, up to ``until``."""
        found, at = set(), until
        while (slot := self._latest(at).at) > since:
            found.add(slot)
            at = slot - timedelta(seconds=1)
        return found

    def mornings(self, since: datetime, until: datetime) -> set[datetime]:
        """The times at which quiet hours end; none where there are no quiet hours."""
        if self.quiet_until is None:
            return set()
        return Rhythm(slots.DAILY, 0, self.quiet_until, self.zone).digests(since, until)

    def speaks(self, at: datetime) -> bool:
        """Whether an urgent advert is told at once at this time."""
        return self.instant and not slots.quiet(at, zone=self.zone, since=self.quiet_from, until=self.quiet_until)

    def _latest(self, at: datetime) -> slots.Slot:
        return slots.latest(now=at, period=self.period, weekday=self.weekday, hour=self.hour, zone=self.zone)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One message."""

    at: datetime
    digest: Digest
    instant: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The messages of the last ``DAYS`` days, oldest first, had the subscription existed."""

    sent: tuple[Foreseen, ...]

    @property
    def items(self) -> int:
        """How many items the messages would have told."""
        return sum(len(each.digest.items) for each in self.sent)

    @property
    def messages(self) -> int:
        """How many messages there would have been."""
        return len(self.sent)

    @property
    def beyond(self) -> int:
        """How many items would only have been counted ("and 17 more")."""
        return sum(each.digest.more for each in self.sent)

    @property
    def examples(self) -> tuple[str, ...]:
        """Titles of the newest few, fit to be shown."""
        titles = [item.facts.title for each in reversed(self.sent) for item in each.digest.items]
        return tuple(dict.fromkeys(titles))[:5]


def preview(wanted: Wanted, rhythm: Rhythm, *, user: AbstractUser | AnonymousUser, now: datetime, since: datetime | None = None) -> Preview:
    """Replay the last month for a person, or the time from ``since`` on. A few queries, however many adverts there are."""
    since = since or now - timedelta(days=DAYS)
    if not may_receive(user):
        return Preview(())
    matcher = Matcher([wanted], cutter=cutter())
    closed_to = hidden(user)
    noted = [
        (facts, bool(matcher.matches(facts)))
        for batch in assessed_between(since, now)
        for facts in batch
        if facts.cluster_id and facts.cluster_id not in closed_to
    ]
    known = histories({facts.cluster_id for facts, _ in noted})
    return Preview(tuple(_Replay(wanted, rhythm, known).run(noted, since=since, now=now)))


class _Replay:
    """The state of a subscription that never was."""

    def __init__(self, wanted: Wanted, rhythm: Rhythm, known: Histories) -> None:
        self._wanted, self._rhythm, self._known = wanted, rhythm, known
        self._told: dict[str, Told] = {}
        self._pending: dict[str, AdvertFacts] = {}

    def run(self, noted: list[tuple[AdvertFacts, bool]], *, since: datetime, now: datetime) -> list[Foreseen]:
        found = []
        digests = self._rhythm.digests(since, now)
        rounds = {round_after(facts.made_at) for facts, _ in noted} | digests | self._rhythm.mornings(since, now)
        waiting = sorted(noted, key=_made)
        for at in sorted(each for each in rounds if each <= now):
            while waiting and waiting[0][0].made_at <= at:
                facts, matched = waiting.pop(0)
                if matched or facts.cluster_id in self._told:
                    self._pending[facts.advert_id] = facts
            if at in digests:
                found += self._message(set(self._pending), at, moved=self._moved(at), instant=False)
            if self._rhythm.speaks(at):
                urgent = {key for key, facts in self._pending.items() if facts.band is Band.URGENT}
                found += self._message(urgent, at, moved=set(), instant=True)
        return found

    def _message(self, advert_ids: set[str], at: datetime, *, moved: set[str], instant: bool) -> list[Foreseen]:
        clusters = {self._pending.pop(advert_id).cluster_id for advert_id in advert_ids} | moved
        facts = {cluster_id: self._known.at(cluster_id, at) for cluster_id in sorted(clusters)}
        fitting = {key: adverts for key, adverts in facts.items() if adverts and (key in self._told or self._fits(adverts))}
        pairs = [(added_up(key, adverts), self._told.get(key)) for key, adverts in fitting.items()]
        made = digest(pairs, today=at.astimezone(ZoneInfo(self._rhythm.zone)).date())
        for item in made.items:
            self._told[item.facts.cluster_id] = item.telling(self._told.get(item.facts.cluster_id))
        return [Foreseen(at, made, instant)] if made else []

    def _fits(self, adverts: list[AdvertFacts]) -> bool:
        return any(wants(self._wanted, Subject(each, cutter())) for each in adverts)

    def _moved(self, at: datetime) -> set[str]:
        """Clusters that were told of and have closed or grown since."""
        found = set()
        for cluster_id, told in self._told.items():
            adverts = self._known.at(cluster_id, at)
            if not told.closed and (not any(each.online for each in adverts) or len(adverts) >= GROWTH * told.size):
                found.add(cluster_id)
        return found


def round_after(at: datetime) -> datetime:
    """The first round that is not before ``at``: rounds are at the quarters of an hour."""
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at if not past else at - past + ROUND


def _made(noted: tuple[AdvertFacts, bool]) -> tuple[datetime, int]:
    return noted[0].made_at, noted[0].assessment_id
