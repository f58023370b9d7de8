"""A digest as data: the body of a webhook and the items of a JSON feed. The same facts as in mails, nothing more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from alerts.digest import Digest, Item
from alerts.phrases import entry
from alerts.wording import Wording


def digest_payload(digest: Digest, *, name: str, words: Wording, now: datetime, zone: str, urls: dict[str, str], repeats: str = "") -> str:
    """The JSON text of a webhook that tells a digest; ``urls`` maps cluster ids to their pages.

    ``repeats`` is the id of the message that was asked for once more.
    """
    items = [item_data(item, words=words, now=now, zone=zone, url=urls[item.facts.cluster_id]) for item in digest.items]
    data: dict[str, object] = {
        "subscription": name,
        "language": words.language,
        "note": words.text("not_proof"),
        "items": items,
        "more": digest.more,
    }
    if repeats:
        data["repeats"] = repeats
    return event("alert.digest", data, now=now)


def report_payload(counts: Sequence[tuple[str, int]], month: date, *, name: str, words: Wording, now: datetime) -> str:
    """The JSON text of a webhook with the monthly report: each count by its code and in words."""
    data: dict[str, object] = {
        "subscription": name,
        "language": words.language,
        "month": f"{month:%Y-%m}",
        "counts": dict(counts),
        "names": {code: words.text(f"report.{code}") for code, _ in counts},
    }
    return event("alert.monthly", data, now=now)


def event(kind: str, data: dict[str, object], *, now: datetime) -> str:
    """An event as Standard Webhooks write it, as one compact line."""
    body = {"type": kind, "timestamp": now.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def item_data(item: Item, *, words: Wording, now: datetime, zone: str, url: str) -> dict[str, object]:
    """One item: codes for programs, words for people."""
    facts = item.facts
    made = entry(item, words=words, now=now, zone=zone, url=url)
    return {
        "cluster": facts.cluster_id,
        "section": item.section.value,
        "changes": [change.value for change in item.changes],
        "band": facts.band.value,
        "title": facts.title,
        "title_checked": False,
        "indicators": sorted(facts.indicators),
        "indicator_names": list(made.indicators) if facts.indicators else [],
        "countries": sorted(facts.countries),
        "copies": facts.size,
        "online": facts.online,
        "boards": facts.boards,
        "first_seen_at": facts.first_seen_at.astimezone(UTC).isoformat(),
        "safe_to_repeat": made.safe,
        "url": url,
    }
