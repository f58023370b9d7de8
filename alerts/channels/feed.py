"""The private Atom feed of a subscription.

Sending is only noting what was told, in the outbox's own transaction; readers fetch the feed by an unguessable, revocable address.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from alerts import links
from alerts.channels.base import Channel, Message
from alerts.composing import not_relevant
from alerts.digest import Change, Item, Section
from alerts.models import Shown, Subscription
from alerts.phrases import Entry, entry
from alerts.reading import clusters, clusters_now
from alerts.wording import wording

LONGEST = 50
"""Entries of a feed, the newest changes first."""


class Feed(Channel):
    """Hands nothing over: what is noted as told is what the feed shows."""

    def send(self, message: Message) -> None:
        """See ``Channel.send``; always taken."""
        del message


def channel() -> Channel:
    """The feed channel."""
    return Feed()


@dataclass(frozen=True, slots=True)
class Published:
    """A finished feed with what HTTP needs to answer "not modified"."""

    body: str
    etag: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class _Line:
    tag: str
    published: datetime
    updated: datetime
    entry: Entry


def published(subscription: Subscription) -> Published:
    """The feed as it is now: told clusters that are still there and were not called not relevant."""
    shown = list(Shown.objects.filter(subscription=subscription, channel="feed").order_by("-at", "pk")[:LONGEST])
    words = wording(subscription.language)
    lines = _lines(subscription, shown)
    updated = max((line.updated for line in lines), default=subscription.created_at)
    context = {
        "lines": lines,
        "language": words.language,
        "title": subscription.name,
        "note": words.text("feed_note"),
        "words": words.texts,
        "tag": _tag(subscription, "feed"),
        "self_url": links.feed_url(subscription),
        "manage_url": links.absolute("alerts-list"),
        "updated": updated.astimezone(UTC),
    }
    body = render_to_string("alerts/feed.xml", context)
    return Published(body, f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"', updated)


def _lines(subscription: Subscription, shown: list[Shown]) -> list[_Line]:
    now_in = clusters_now(row.advert_id for row in shown)
    ids = set(now_in.values())
    facts = clusters(ids - not_relevant(subscription, ids))
    lines, seen = [], set()
    for row in shown:
        cluster = facts.get(now_in.get(row.advert_id, ""))
        if cluster is None or cluster.cluster_id in seen:
            continue
        seen.add(cluster.cluster_id)
        item = Item(cluster, Section.CLOSED if row.closed else Section.NEW, tuple(Change(change) for change in row.changes))
        url = links.item_url(subscription, cluster.cluster_id)
        made = entry(item, words=wording(subscription.language), now=row.at, zone=subscription.time_zone, url=url)
        lines.append(_Line(_tag(subscription, f"cluster/{row.pk}"), row.first_at.astimezone(UTC), row.at.astimezone(UTC), made))
    return lines


def _tag(subscription: Subscription, what: str) -> str:
    """A stable id (RFC 4151): the same when titles, addresses or the feed's key change."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"tag:{host},{subscription.created_at:%Y-%m-%d}:subscription/{subscription.pk}/{what}"
