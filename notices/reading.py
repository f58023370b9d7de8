"""From rows to the frozen content and standing that the rules speak of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from notices.content import Claim, Content, Text
from notices.models import Notice
from notices.rules import Standing, State, state


@dataclass(frozen=True, slots=True)
class Public:
    """A notice that may be seen outside, with what readers must know of its fate."""

    slug: str
    content: Content
    state: State
    published_at: datetime
    updated_at: datetime
    """When readers last had to be told something: published, updated by another, expired."""
    newer: tuple[Public, ...]
    """Published updates and corrections of it, newest first."""
    older: str
    """Slug of the notice it updates or corrects, where that was ever published."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a notice that was taken back: never its words."""

    slug: str
    type: str
    withdrawn_at: datetime
    reason: str
    languages: tuple[str, ...]
    newer: tuple[Public, ...]


def full(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """The rows with everything that ``content`` and ``standing`` read, in few queries."""
    return rows.select_related("author", "approver", "supersedes").prefetch_related("texts", "claims")


def content(notice: Notice) -> Content:
    """What a notice says."""
    return Content(
        slug=notice.slug,
        type=notice.type,
        valid_until=notice.valid_until,
        supersedes=notice.supersedes.slug if notice.supersedes else "",
        texts=tuple(Text(row.language, row.title, row.help_lines, row.body, row.state) for row in notice.texts.all()),
        claims=tuple(Claim(row.text, row.source_title, row.source_url, row.checked_on) for row in notice.claims.all()),
    )


def standing(notice: Notice) -> Standing:
    """What has happened to a notice."""
    return Standing(
        author=notice.author.get_username(),
        editors=frozenset(notice.editors),
        approved_hash=notice.approved_hash,
        approver=notice.approver.get_username() if notice.approver else "",
        approved_at=notice.approved_at,
        published_at=notice.published_at,
        withdrawn_at=notice.withdrawn_at,
    )


def public_notices(*, today: date) -> tuple[Public, ...]:
    """All notices that may be seen outside, newest first."""
    rows = list(full(Notice.objects.exclude(published_at=None).filter(withdrawn_at=None)))
    plain = {made.slug: made for row in rows if (made := _public(row, (), today)) is not None}
    newer = _newer(plain.values())
    told = [_public(row, newer.get(row.slug, ()), today) for row in rows if row.slug in plain]
    return tuple(sorted((each for each in told if each is not None), key=_published, reverse=True))


def tombstones(notices: Iterable[Public]) -> tuple[Tombstone, ...]:
    """All notices that were out and have been taken back, newest withdrawal first; ``notices`` are those that are out now."""
    newer = _newer(notices)
    rows = full(Notice.objects.exclude(published_at=None).exclude(withdrawn_at=None).order_by("-withdrawn_at"))
    return tuple(_tombstone(row, row.withdrawn_at, newer.get(row.slug, ())) for row in rows if row.withdrawn_at is not None)


def _tombstone(row: Notice, at: datetime, newer: tuple[Public, ...]) -> Tombstone:
    languages = tuple(text.language for text in content(row).shown_texts)
    return Tombstone(row.slug, row.type, at, row.withdrawn_reason, languages, newer)


def _public(row: Notice, newer: tuple[Public, ...], today: date) -> Public | None:
    found = content(row)
    where = state(standing(row), found, today=today)
    if where not in {State.PUBLISHED, State.EXPIRED} or row.published_at is None:
        return None
    moments = [row.published_at, *(each.published_at for each in newer)]
    if where is State.EXPIRED and found.valid_until is not None:
        moments.append(_day_after(found.valid_until))
    older = row.supersedes.slug if row.supersedes and row.supersedes.published_at else ""
    return Public(row.slug, found, where, row.published_at, max(moments), newer, older)


def _newer(notices: Iterable[Public]) -> dict[str, tuple[Public, ...]]:
    found: dict[str, tuple[Public, ...]] = {}
    for each in sorted(notices, key=_published, reverse=True):
        if each.content.supersedes:
            found[each.content.supersedes] = (*found.get(each.content.supersedes, ()), each)
    return found


def _published(notice: Public) -> tuple[datetime, str]:
    return notice.published_at, notice.slug


def _day_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
