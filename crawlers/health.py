"""How a crawl went: counts, fill rates, errors by kind, and the alarms an operator must hear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from crawlers.source import Expected

FIELDS = ("source_id", "title", "text", "employer", "place", "country", "pay", "posted_on", "valid_until", "languages")
"""Fields of an advert whose fill rate is counted."""
MAX_REASONS = 20
EXAMPLES = 5
"""Addresses kept as examples for each kind of error."""


@dataclass(slots=True)
class Health:
    """What one crawl of one source has counted so far."""

    source: str
    started_at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    """pages, lists, adverts, new, unchanged, gone, robots, errors, still_open, ..."""
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why pages gave no advert."""
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    waited_seconds: float = 0.0

    def count(self, what: str, number: int = 1) -> None:
        """Count something that went well."""
        if number:
            self.counts[what] += number

    def error(self, kind: str, url: str) -> None:
        """Count something that went wrong, keeping the first addresses. A refusal by robots.txt is counted apart: it is no fault."""
        self.counts["robots" if kind == "robots" else "errors"] += 1
        if kind != "robots":
            self.errors[kind] += 1
        kept = self.examples.setdefault(kind, [])
        if len(kept) < EXAMPLES:
            kept.append(url)

    def advert(self, line: Mapping[str, Any]) -> None:
        """Count an advert that was read, and which of its fields are filled."""
        self.counts["adverts"] += 1
        self.filled.update(name for name in FIELDS if line.get(name))

    def without(self, reason: str, url: str) -> None:
        """Count a page that gave no advert, by the reader's reason."""
        self.counts["without_advert"] += 1
        # a reason may quote the page: a board must not be able to fill the report
        if reason in self.reasons or len(self.reasons) < MAX_REASONS:
            self.reasons[reason] += 1
        kept = self.examples.setdefault("without-advert", [])
        if len(kept) < EXAMPLES:
            kept.append(url)

    def robots(self, url: str, *, verdict: str | None = None, crawl_delay: float | None = None) -> None:
        """Note what a host's robots.txt answered (``verdict``: status or error kind) and the Crawl-delay it asks for."""
        entry = self.hosts.setdefault(urlsplit(url).netloc, {"robots": None, "crawl_delay": None})
        if verdict is not None:
            entry["robots"] = verdict
        if crawl_delay is not None:
            entry["crawl_delay"] = crawl_delay

    def waited(self, seconds: float) -> None:
        """Note a pause that a host asked for."""
        self.counts["pauses"] += 1
        self.waited_seconds += seconds

    def fill(self) -> dict[str, float]:
        """Share of the adverts read that have each field; empty where none was read."""
        adverts = self.counts["adverts"]
        return {name: round(self.filled[name] / adverts, 4) for name in FIELDS} if adverts else {}

    def report(self, *, ended: str, now: datetime, unread: list[str], expected: Expected, **more: Any) -> dict[str, Any]:
        """The report as JSON data. ``ended`` is Scrapy's reason; ``unread`` says why the lists were not read whole."""
        names = ("pages", "lists", "adverts", "new", "unchanged", "gone", "robots", "errors")
        whole = ended == "finished" and not unread
        return {
            "source": self.source,
            "started_at": self.started_at.astimezone(UTC).isoformat(),
            "ended_at": now.astimezone(UTC).isoformat(),
            "ended": ended,
            "lists_read_whole": whole,
            "unread": unread[:20],
            "counts": {**dict.fromkeys(names, 0), **self.counts},
            "errors": dict(self.errors),
            "without_advert": dict(self.reasons),
            "examples": self.examples,
            "fill": self.fill(),
            "hosts": self.hosts,
            "waited_seconds": round(self.waited_seconds, 1),
            "alarms": list(alarms(self, expected=expected, whole=whole or ended == "limit")),
            **more,
        }


def alarms(health: Health, *, expected: Expected, whole: bool) -> Iterator[str]:
    """What an operator must hear, a sentence each that begins with its kind."""
    counts = health.counts
    met = counts["adverts"] + counts["unchanged"]
    if counts["robots"] and not counts["pages"]:
        said = ", ".join(f"{host} answered {entry['robots']}" for host, entry in health.hosts.items())
        yield f"forbidden: robots.txt lets nothing through ({said})"
    walled = 0 < counts["pages"] <= 2 * counts["walls"]
    if met == 0 and counts["pages"] and not walled:
        yield f"reader: {counts['pages']} pages were fetched and no advert was read; the board may have changed its pages"
    elif met == 0 and not walled:
        yield "silent: nothing could be fetched"
    elif met < expected.adverts_min:
        yield f"shrinking: {met} adverts were met, {expected.adverts_min} or more are expected"
    if expected.adverts_max is not None and met > expected.adverts_max:
        yield f"exploding: {met} adverts were met, {expected.adverts_max} or fewer are expected"
    refused = sum(number for kind, number in health.errors.items() if kind in {"status-401", "status-403", "status-429", "sent-away"})
    if refused and refused * 2 > counts["pages"]:
        yield f"blocked: the board refused {refused} of {refused + counts['pages']} pages"
    elif walled:
        yield f"blocked: {counts['walls']} of {counts['pages']} pages showed a check for robots, a log-in or a consent page instead"
    if not whole:
        yield "part: the lists were not read whole, so no advert was said to be gone"
    fill = health.fill()
    for name, wanted in expected.fill.items():
        if fill and fill[name] < wanted:
            yield f"fill: {name} is filled in {fill[name]:.0%} of the adverts, {wanted:.0%} are expected"
