"""Pins the chain over captures in the audit log, and has its heads time-stamped: composes the crawlers' chain with the ledger.

A chain file can be written anew from its beginning by whoever may write files; its heads, noted here, cannot be without changing the
ledger too, nor time stamps at all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from adverts import audit
from adverts.models import AuditEntry
from adverts.records import FairwatchError
from crawlers.adopting import adopt
from crawlers.chain import FOLDER, Chain, Head, heads
from crawlers.timestamp import stamp

PINNED, STAMPED = "captures.pinned", "captures.stamped"
ACTOR = "system:crawl"
CATCH_UP = timedelta(days=7)
"""How far back a day's head is still pinned and stamped; later heads vouch for older days."""


@dataclass(slots=True)
class Sealed:
    """What was sealed."""

    adopted: list[str] = field(default_factory=list)
    """Files of captures that a killed crawl had left out of the chain."""
    pinned: int = 0
    stamped: int = 0
    warnings: list[str] = field(default_factory=list)


def seal(captures: Path, *, now: datetime, timestamp_url: str = "") -> Sealed:
    """Take in what killed crawls left, note each day's head in the audit log, have it stamped where there is an authority.

    Repeating it changes nothing. What fails is a warning, to be tried again next time: evidence that is kept is better than none.
    """
    sealed = Sealed()
    try:
        sealed.adopted = _adopted(captures, now)
        since = (now - CATCH_UP).strftime("%Y-%m-%d")
        found = heads(captures)
        found = [head for head in found if head.day >= since] or found[-1:]
    except OSError as error:
        sealed.warnings.append(f"{captures}: cannot be read or written ({error}); correct its rights, then crawl again")
        return sealed
    for head in found:
        sealed.pinned += _pin(head, now)
    if timestamp_url:
        for head in reversed(found):
            try:
                sealed.stamped += _stamp(captures, head, timestamp_url, now)
            except (FairwatchError, OSError) as error:
                sealed.warnings.append(f"time stamp: {error}")
                break
    return sealed


def stamp_file(captures: Path, *, day: str, lines: int) -> Path:
    """Where the stamp of a day's head is kept."""
    return captures / FOLDER / f"{day}.{lines}.tsr"


def _adopted(captures: Path, now: datetime) -> list[str]:
    chain = Chain(captures)
    try:
        return adopt(captures, chain=chain, at=now)
    finally:
        chain.close()


@transaction.atomic
def _pin(head: Head, now: datetime) -> bool:
    detail = {"lines": head.lines, "head": head.link}
    subject = f"chain:{head.day}"
    last = AuditEntry.objects.filter(action=PINNED, subject=subject).order_by("-number").first()
    if last is not None and last.detail == detail:
        return False
    audit.record(actor=ACTOR, action=PINNED, subject=subject, at=now, detail=detail)
    return True


def _stamp(captures: Path, head: Head, url: str, now: datetime) -> bool:
    path = stamp_file(captures, day=head.day, lines=head.lines)
    if path.exists():
        return False
    raw = stamp(url, head.link)
    part = path.with_suffix(".part")
    part.write_bytes(raw)
    part.replace(path)
    detail = {"lines": head.lines, "head": head.link, "stamp": path.name, "sha256": hashlib.sha256(raw).hexdigest()}
    with transaction.atomic():
        audit.record(actor=ACTOR, action=STAMPED, subject=f"chain:{head.day}", at=now, detail=detail)
    return True
