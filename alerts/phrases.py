"""A digest's items in the reader's language: the same words for mail, feed and page.

What is safe to repeat is built from our own words alone (indicator names, country names, dates): no word of an advert and no
name of an employer can get into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from adverts.store import indicator
from alerts.digest import Change, Digest, Item, Section
from alerts.facts import CRITICAL, ClusterFacts
from alerts.masking import one_line
from alerts.wording import Wording

NAMED = 6
"""Most indicators named for one cluster."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cluster as a reader sees it; every field is a finished text that still needs escaping for HTML."""

    cluster_id: str
    title: str
    """From the advert, unverified, contacts taken out."""
    band: str
    band_code: str
    indicators: tuple[str, ...]
    changes: tuple[str, ...]
    places: str
    copies: str
    first_seen: str
    safe: str
    url: str
    unverified: bool
    """Whether the title's words are a stranger's."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a digest with its heading."""

    heading: str
    entries: tuple[Entry, ...]


def subject(digest: Digest, *, name: str, words: Wording) -> str:
    """The subject line: the subscription's name and how many items each section has."""
    counted = [(section, len(digest.section(section))) for section in Section]
    counts = [words.text(f"counts.{section}", n=count) for section, count in counted if count]
    if digest.more:
        counts.append(words.text("more", n=digest.more))
    return one_line(words.text("subject", name=name, counts=", ".join(counts)), longest=150)


def parts(digest: Digest, *, words: Wording, now: datetime, zone: str, urls: dict[str, str]) -> tuple[Part, ...]:
    """The sections that have items, in order. ``urls`` maps cluster ids to their pages; ``zone`` is the reader's."""
    made = []
    for section in Section:
        items = digest.section(section)
        if items:
            entries = tuple(entry(item, words=words, now=now, zone=zone, url=urls[item.facts.cluster_id]) for item in items)
            made.append(Part(words.text(f"sections.{section}"), entries))
    return tuple(made)


def entry(item: Item, *, words: Wording, now: datetime, zone: str, url: str) -> Entry:
    """One item in words."""
    facts = item.facts
    names = indicator_names(facts.indicators, words)
    places = words.listed([words.country(code) for code in sorted(facts.countries)]) or words.text("no_place")
    tz = ZoneInfo(zone)
    copies = f"{words.text('copies')}: {facts.size} · {words.text('online')}: {facts.online} · {words.text('boards')}: {facts.boards}"
    return Entry(
        cluster_id=facts.cluster_id,
        title=facts.title or words.text("no_title"),
        band=words.text(f"bands.{facts.band}"),
        band_code=facts.band.value,
        indicators=names or (words.text("no_indicators"),),
        changes=tuple(words.text(f"changes.{change}") for change in item.changes if change is not Change.FIRST),
        places=places,
        copies=copies,
        first_seen=f"{words.text('first_seen')}: {words.date(facts.first_seen_at.astimezone(tz).date())}",
        safe=safe(facts, words=words, day=words.date(now.astimezone(tz).date())),
        url=url,
        unverified=bool(facts.title),
    )


def safe(facts: ClusterFacts, *, words: Wording, day: str) -> str:
    """What may be passed on: a pattern, where, when and what to ask; empty where nothing was seen.

    A country that is none is left out: it is a board's own word and could name anybody.
    """
    names = indicator_names(facts.indicators, words)
    if not names:
        return ""
    places = words.listed([words.country(code) for code in sorted(facts.countries) if words.knows_country(code)]) or words.text("no_place")
    return words.text("safe_text", places=places, date=day, indicators=words.listed(list(names)))


def indicator_names(ids: frozenset[str], words: Wording) -> tuple[str, ...]:
    """Names of indicators, critical ones first, at most ``NAMED`` of them."""
    ordered = sorted(ids, key=_critical_first)[:NAMED]
    return tuple(_name(each, words) for each in ordered)


def _name(indicator_id: str, words: Wording) -> str:
    card = indicator(indicator_id)
    if words.language in card.titles or words.direction == "ltr":
        return card.titles.get(words.language, card.title)
    # an English name in a right-to-left sentence: isolated, or its punctuation jumps about
    return f"\u2068{card.title}\u2069"


def _critical_first(indicator_id: str) -> tuple[bool, str]:
    return indicator_id not in CRITICAL, indicator_id
