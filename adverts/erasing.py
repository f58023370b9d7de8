"""Takes the words of an advert out of the ledger and leaves a tombstone: its id, its source, when it was seen, what was found.

What stays are facts for statistics and for the audit log (bands, ids of indicators, hashes); no word of the advert, no contact, no
address. The row itself stays so that a later crawl of the same advert is known and passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from adverts.models import Advert, AdvertContact, AdvertVersion, Assessment, ClusterLink, Contact
from adverts.records import text_hash
from adverts.store import next_position

ERASED = "erased"
"""``reader`` of a tombstone."""

_BLANK: Mapping[str, object] = {
    "source_id": "", "url": "", "title": "", "text": "", "text_hash": text_hash(""), "employer": "", "place": "", "pay_raw": "",
    "pay_low": None, "pay_high": None, "pay_currency": "", "pay_period": "", "posted_on": None, "valid_until": None,
    "contacts": [], "capture_file": "", "capture_offset": None, "capture_sha256": "", "etag": "", "last_modified": "",
    "reader": ERASED, "reader_version": "",
}  # fmt: skip


def erase_rows(advert_id: str, *, at: datetime) -> dict[str, int]:
    """Blank an advert and all the ledger derived from its words; counts by table. Call it inside a transaction; a repeat is harmless."""
    row = Advert.objects.select_for_update().get(pk=advert_id)
    contacts = set(AdvertContact.objects.filter(advert=row).values_list("contact_id", flat=True))
    AdvertContact.objects.filter(advert=row).delete()
    orphans = Contact.objects.filter(pk__in=contacts).exclude(advert_links__isnull=False)
    counts = {
        "contacts": orphans.count(),
        "versions": AdvertVersion.objects.filter(advert=row).update(changes={}, state={}),
        "links": ClusterLink.objects.filter(a=row).delete()[0] + ClusterLink.objects.filter(b=row).delete()[0],
        "assessments": 0,
    }
    orphans.delete()
    for found in Assessment.objects.filter(advert=row):
        found.indicators, found.signals = _bare(found.indicators), _bare(found.signals)
        found.reasons, found.notes = [], []
        found.save(update_fields=["indicators", "signals", "reasons", "notes"])
        counts["assessments"] += 1
    for name, value in _BLANK.items():
        setattr(row, name, value)
    row.closed_at = row.closed_at or at
    row.position = next_position()
    row.save()
    return counts


def _bare(matches: list[dict[str, object]]) -> list[dict[str, object]]:
    """Findings without words: which indicator, how strong, by which rule."""
    kept = ("id", "strength", "origin")
    return [{**{name: one.get(name) for name in kept}, "start": 0, "end": 0, "quote": "", "why": "", "note": ""} for one in matches]
