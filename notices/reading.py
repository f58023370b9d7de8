"""From rows to the frozen content and standing that the rules speak of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from notices import glossary
from notices.content import Claim, Content, Text
from notices.models import Notice
from notices.rules import Standing, State, state


@dataclass(frozen=True, slots=True)
class Public:
    """A notice that may be seen outside, with what readers must know of its fate."""

    slug: str
    content: Content
    """Only the texts that may be shown, with the names of the glossary filled in."""
    state: State
    published_at: datetime
    updated_at: datetime
    """When readers last had to be told something: published, updated by another, expired."""
    newer: tuple[Public, ...]
    """Published updates and corrections of it, newest first."""
    older: str
    """Slug of the notice it updates or corrects, where that was ever published."""

    @property
    def cancelled(self) -> bool:
        """Whether another notice says that this one no longer holds."""
        return any(each.content.type == "cancellation" for each in self.newer)

    @property
    def holds(self) -> bool:
        """Whether readers may rely on it today."""
        return self.state is State.PUBLISHED and not self.cancelled

    @property
    def digest(self) -> str:
        """Names what readers are shown, for whatever is kept of it."""
        fate = [each.content.digest() for each in self.newer]
        return hashlib.sha256("\n".join([self.content.digest(), self.state, *fate]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a notice that was taken back: never its words."""

    slug: str
    type: str
    published_at: datetime
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
        texts=tuple(
            Text(row.language, row.title, row.help_lines, row.body, row.state, row.short, row.made_from) for row in notice.texts.all()
        ),
        claims=tuple(Claim(row.text, row.source_title, row.source_url, row.checked_on) for row in notice.claims.all()),
        from_country=notice.from_country,
        to_country=notice.to_country,
        occupation=notice.occupation,
        source_language=notice.source_language,
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
    return tuple(
        _tombstone(row, row.published_at, row.withdrawn_at, newer.get(row.slug, ()))
        for row in rows
        if row.withdrawn_at is not None and row.published_at is not None
    )


def _tombstone(row: Notice, out: datetime, back: datetime, newer: tuple[Public, ...]) -> Tombstone:
    languages = tuple(text.language for text in content(row).shown_texts)
    return Tombstone(row.slug, row.type, out, back, row.withdrawn_reason, languages, newer)


def _public(row: Notice, newer: tuple[Public, ...], today: date) -> Public | None:
    found = content(row)
    where = state(standing(row), found, today=today)
    if where not in {State.PUBLISHED, State.EXPIRED} or row.published_at is None:
        return None
    moments = [row.published_at, *(each.published_at for each in newer)]
    if where is State.EXPIRED and found.valid_until is not None:
        moments.append(_day_after(found.valid_until))
    older = row.supersedes.slug if row.supersedes and row.supersedes.published_at else ""
    return Public(row.slug, _as_shown(found), where, row.published_at, max(moments), newer, older)


def _as_shown(found: Content) -> Content:
    return replace(found, texts=tuple(_filled(text) for text in found.shown_texts), source_language="")


def _filled(text: Text) -> Text:
    fields = (glossary.filled(each, text.language) for each in (text.title, text.body, text.short))
    title, body, short = fields
    return replace(text, title=title, body=body, short=short, made_from="")


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
