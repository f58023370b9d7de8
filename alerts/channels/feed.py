"""The private feed of a subscription, as Atom and as JSON Feed.

Sending is only noting what was told, in the outbox's own transaction; readers fetch the feed by an unguessable, revocable address.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from alerts import links
from alerts.channels.base import Channel, Message
from alerts.composing import not_relevant
from alerts.digest import Change, Item, Section
from alerts.models import Shown, Subscription
from alerts.payload import item_data
from alerts.permission import visible
from alerts.phrases import Entry, entry
from alerts.reading import clusters, clusters_now
from alerts.wording import Texts, wording

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
    kind: str
    """Its media type."""


@dataclass(frozen=True, slots=True)
class _Line:
    tag: str
    published: datetime
    updated: datetime
    entry: Entry
    data: dict[str, object]


def atom(subscription: Subscription) -> Published:
    """The feed as Atom (RFC 4287), as it is now."""
    context = _context(subscription)
    body = render_to_string("alerts/feed.xml", context)
    return _published(body, context, "application/atom+xml; charset=utf-8")


def json_feed(subscription: Subscription) -> Published:
    """The same as JSON Feed 1.1; what programs read stands under ``_fairwatch``."""
    context = _context(subscription)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": context["title"],
        "description": context["note"],
        "language": context["language"],
        "home_page_url": context["manage_url"],
        "feed_url": links.json_feed_url(subscription),
        "items": [_item(line, context["words"]) for line in context["lines"]],
    }
    return _published(json.dumps(feed, ensure_ascii=False), context, "application/feed+json; charset=utf-8")


def _published(body: str, context: dict[str, Any], kind: str) -> Published:
    return Published(body, f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"', context["updated"], kind)


def _item(line: _Line, words: Texts) -> dict[str, object]:
    return {
        "id": line.tag,
        "url": line.entry.url,
        "title": f"{line.entry.band}: {line.entry.title}",
        "content_text": render_to_string("alerts/feed_item.txt", {"line": line, "words": words}),
        "date_published": line.published.isoformat(),
        "date_modified": line.updated.isoformat(),
        "_fairwatch": line.data,
    }


def _context(subscription: Subscription) -> dict[str, Any]:
    """What both forms show: told clusters that are still there, may be seen and were not called not relevant."""
    shown = list(Shown.objects.filter(subscription=subscription, channel="feed").order_by("-at", "pk")[:LONGEST])
    words = wording(subscription.language)
    lines = _lines(subscription, shown)
    updated = max((line.updated for line in lines), default=subscription.created_at)
    return {
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


def _lines(subscription: Subscription, shown: list[Shown]) -> list[_Line]:
    now_in = clusters_now(row.advert_id for row in shown)
    ids = set(now_in.values())
    facts = clusters(visible(subscription.owner, ids - not_relevant(subscription, ids)))
    lines, seen = [], set()
    for row in shown:
        cluster = facts.get(now_in.get(row.advert_id, ""))
        if cluster is None or cluster.cluster_id in seen:
            continue
        seen.add(cluster.cluster_id)
        item = Item(cluster, Section.CLOSED if row.closed else Section.NEW, tuple(Change(change) for change in row.changes))
        url = links.item_url(subscription, cluster.cluster_id)
        words, zone = wording(subscription.language), subscription.time_zone
        made = entry(item, words=words, now=row.at, zone=zone, url=url)
        data = item_data(item, words=words, now=row.at, zone=zone, url=url)
        times = row.first_at.astimezone(UTC), row.at.astimezone(UTC)
        lines.append(_Line(_tag(subscription, f"cluster/{row.pk}"), *times, made, data))
    return lines


def _tag(subscription: Subscription, what: str) -> str:
    """A stable id (RFC 4151): the same when titles, addresses or the feed's key change."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"tag:{host},{subscription.created_at:%Y-%m-%d}:subscription/{subscription.pk}/{what}"
