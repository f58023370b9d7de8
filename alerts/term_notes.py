"""Notes of new words, counted by ``manage.py new_terms`` into a file of the data folder and shown on the page of trends.

Counting reads every text of 30 weeks, too long for a page. Restricted clusters are left out; where more is restricted by the time somebody
looks, nothing is shown until it has been counted anew. The file can be deleted and made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from adverts.models import Assessment, ClusterMember
from adverts.records import Band
from adverts.store import newest_assessments
from alerts.masking import cleared
from alerts.models import Restriction
from alerts.reading import BATCH
from alerts.terms import Note, Tally, Text, spans, terms_of
from index import default_cut, origins
from settings.env import current

SCHEMA = "fairwatch.new-terms/1"


@dataclass(frozen=True, slots=True)
class Notes:
    """All notes, and when they were counted."""

    made_at: datetime
    until: date
    """First day after the recent weeks."""
    notes: tuple[Note, ...]


def count(*, now: datetime) -> Notes:
    """Count, and keep the notes where the page finds them."""
    closed = _closed()
    begin, middle, end = spans(now.astimezone(UTC).date())
    firsts = _firsts(_midnight(begin), _midnight(end), closed)
    tally = Tally()
    for text in _texts([pk for day, pk in firsts if day >= middle]):
        tally.add_recent(text)
    for text in _texts([pk for day, pk in firsts if day < middle]):
        tally.add_before(text)
    found = Notes(now, end, tuple(tally.notes()))
    _keep(found, closed)
    return found


def kept() -> Notes | None:
    """The notes that were counted last; None where there are none, or something has been restricted since."""
    try:
        body = json.loads(_file().read_text(encoding="utf-8"))
        if body["schema"] != SCHEMA or not _closed() <= set(body["left_out"]):
            return None
        notes = tuple(Note(**one) for one in body["notes"])
        return Notes(datetime.fromisoformat(body["made_at"]), date.fromisoformat(body["until"]), notes)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never counted, or by another version: counting anew puts it right


def _keep(found: Notes, closed: set[str]) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {
        "schema": SCHEMA,
        "made_at": found.made_at.isoformat(),
        "until": found.until.isoformat(),
        "left_out": sorted(closed),
        "notes": [asdict(note) for note in found.notes],
    }
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def _file() -> Path:
    return current().data_dir / "trends" / "new-terms.json"


def _closed() -> set[str]:
    """Ids of all adverts of restricted clusters."""
    adverts = set(Restriction.objects.filter(lifted_at=None).values_list("advert_id", flat=True))
    if not adverts:
        return adverts
    clusters = ClusterMember.objects.filter(advert_id__in=adverts).values("cluster_id")
    return adverts | set(ClusterMember.objects.filter(cluster_id__in=clusters).values_list("advert_id", flat=True))


def _firsts(begin: datetime, end: datetime, closed: set[str]) -> list[tuple[date, int]]:
    """The first advert with indicators of each cluster within the weeks: its day and the id of its assessment."""
    rows = Assessment.objects.filter(advert__first_seen_at__gte=begin, advert__first_seen_at__lt=end).exclude(band=Band.NONE.value)
    named = newest_assessments(rows).order_by("advert__first_seen_at", "advert_id")
    found: dict[str, tuple[date, int]] = {}
    columns = named.values_list("pk", "advert_id", "advert__membership__cluster_id", "advert__first_seen_at")
    for pk, advert_id, cluster_id, seen in columns.iterator(chunk_size=2_000):
        if advert_id not in closed:
            found.setdefault(cluster_id or advert_id, (seen.astimezone(UTC).date(), pk))
    return list(found.values())


def _texts(assessments: Sequence[int]) -> Iterator[Text]:
    for start in range(0, len(assessments), BATCH):
        rows = Assessment.objects.filter(pk__in=assessments[start : start + BATCH]).select_related("advert__membership").order_by("pk")
        yield from map(_text, rows)


def _text(row: Assessment) -> Text:
    advert = row.advert
    membership = getattr(advert, "membership", None)
    employer = " ".join(advert.employer.casefold().split())
    languages = (row.language,) if row.language not in {"", "und"} else ()
    speaks_to = origins.origins(languages, origins.phones(advert.contacts), work=advert.country) if advert.country else ()
    text = cleared(advert.text, advert.contacts)
    return Text(
        owner=employer or (membership.cluster_id if membership is not None else advert.pk),
        groups=(*(f"language:{code}" for code in languages), *(f"corridor:{origin}-{advert.country}" for origin in speaks_to)),
        terms=terms_of(text, cut=default_cut(), language=row.language, own=(advert.employer, advert.place)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
