"""Adverts with real captures, for the tests of records: WARC files written by the crawler's own writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adverts.models import Advert, AdvertContact, AdvertVersion, Contact
from adverts.vault import contact_key, keep
from crawlers.captures import CaptureWriter
from crawlers.warc import Exchange
from settings.env import current
from tests.review.scenes import NOW, TEXT, advert, assess, cluster, match

PHONE = "+447700900123"
MASKED = "+44 7*** ***123"


def captured(
    text: str = TEXT, *, url: str = "", source: str = "board-a", at: datetime = NOW - timedelta(days=1), body: bytes = b"", **fields: Any
) -> Advert:
    """An assessed advert in a cluster of its own, with the page it was read from."""
    row = advert(text, source=source, at=at, **fields)
    row.url = url or row.url
    page = body or f"<html><h1>{row.title}</h1><p>{text}</p></html>".encode()
    store(row, page, at=at)
    assess(row)
    cluster([row], cluster_id=row.pk)
    return row


def store(row: Advert, page: bytes, *, at: datetime) -> None:
    """Capture a page for an advert, as a crawl does, and note it in the ledger."""
    root = current().captures_dir
    writer = CaptureWriter(root, source=row.source, about={"operator": "Test"})
    exchange = Exchange(url=row.url, at=at, status=200, body=page, response_headers=[("Content-Type", "text/html")])
    kept = writer.add(exchange)
    writer.close()
    row.capture_file, row.capture_offset, row.capture_sha256 = kept.file, kept.offset, kept.sha256
    row.save()
    proof = {"file": kept.file, "offset": kept.offset, "sha256": kept.sha256, "url": row.url}
    AdvertVersion.objects.filter(advert=row, number=1).update(state={"title": row.title, "text": row.text, "evidence": proof})


def with_phone(row: Advert, *, clear: str = PHONE) -> str:
    """Give an advert a masked telephone number whose clear value is in the vault; the contact's key."""
    key = contact_key(kind="phone", value=clear)
    keep({key: ("phone", MASKED, clear)})
    AdvertContact.objects.get_or_create(advert=row, contact=Contact.objects.get(pk=key))
    start = row.text.find(MASKED)
    row.contacts = [{"kind": "phone", "start": max(start, 0), "end": max(start, 0) + len(MASKED), "masked": MASKED, "key": key}]
    row.save()
    return key


def findings(text: str, pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Findings on these words."""
    return [match(text, words, name) for words, name in pairs]


def captures() -> Path:
    """The captures folder of the tests."""
    return current().captures_dir
