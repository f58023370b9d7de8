"""``manage.py reindex``: bring the search index in step with the ledger.

Composes a document of each advert from the advert itself, its newest assessment, its cluster and the verdict in force.
"""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max, QuerySet
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from adverts.models import Advert, Assessment
from adverts.records import FairwatchError
from adverts.runs import recorded
from adverts.store import clusters_of, newest_assessments
from index import open_index
from index.base import DamagedIndexError, MissingIndexError, OutdatedIndexError, SearchIndex
from index.documents import Document
from index.rebuild import Counts, Progress, rebuild, update
from review.queue import verdict_of_adverts

_IDS = 1_000
"""Ids in one query: databases limit their number."""

T = TypeVar("T")


class LedgerAdverts:
    """The adverts of the ledger as ``index.rebuild.Ledger`` wants them."""

    def size(self) -> int:
        """Number of adverts."""
        return Advert.objects.count()

    def newest_position(self) -> int:
        """Position of the last write."""
        newest: int | None = Advert.objects.aggregate(newest=Max("position"))["newest"]
        return newest or 0

    def written_after(self, position: int, *, limit: int) -> Sequence[tuple[str, int]]:
        """Id and position of the first ``limit`` adverts above ``position``."""
        return list(Advert.objects.filter(position__gt=position).order_by("position").values_list("advert_id", "position")[:limit])

    def stamps(self, prefix: str) -> Mapping[str, str]:
        """Id -> stamp of every advert whose id begins with ``prefix``."""
        adverts = Advert.objects.filter(advert_id__gte=prefix, advert_id__lte=prefix.ljust(32, "f"))
        positions = dict(adverts.values_list("advert_id", "position"))
        ids = list(positions)
        assessed = _of_each(_assessment_ids, ids)
        clusters, verdicts = _of_each(clusters_of, ids), _of_each(verdict_of_adverts, ids)
        return {
            advert_id: stamp(position, assessed.get(advert_id, 0), clusters.get(advert_id, ""), verdicts.get(advert_id, ""))
            for advert_id, position in positions.items()
        }

    def documents(self, advert_ids: Sequence[str]) -> Iterator[Document]:
        """The adverts with these ids as documents, read from the ledger in a few queries."""
        assessments = {row.advert_id: row for row in _newest(advert_ids)}
        clusters, verdicts = clusters_of(advert_ids), verdict_of_adverts(advert_ids)
        for row in Advert.objects.filter(advert_id__in=advert_ids):
            key = row.advert_id
            yield document(row, assessments.get(key), cluster=clusters.get(key, ""), verdict=verdicts.get(key, ""))


def document(row: Advert, assessment: Assessment | None, *, cluster: str, verdict: str) -> Document:
    """One advert of the ledger as it is searched."""
    return Document(
        doc_id=row.advert_id,
        stamp=stamp(row.position, assessment.pk if assessment else 0, cluster, verdict),
        position=row.position,
        title=row.title,
        text=row.text,
        employer=row.employer,
        place=row.place,
        source=row.source,
        languages=_languages(row, assessment),
        country=row.country,
        indicators=_ids(assessment.indicators) if assessment else (),
        signals=_ids(assessment.signals) if assessment else (),
        band=assessment.band if assessment else "",
        risk=assessment.risk if assessment else 0.0,
        cluster=cluster,
        verdict=verdict,
        online=row.closed_at is None,
        posted_on=row.posted_on,
        first_seen_at=row.first_seen_at,
        seen_at=row.seen_at,
        contact_keys=tuple(dict.fromkeys(contact["key"] for contact in row.contacts if contact.get("key"))),
    )


def stamp(position: int, assessment: int, cluster: str, verdict: str) -> str:
    """What a document is made from, in 16 hex digits."""
    made_from = f"{position}\x1f{assessment}\x1f{cluster}\x1f{verdict}"
    return hashlib.blake2b(made_from.encode(), digest_size=8).hexdigest()


def reindex(*, full: bool, progress: Progress, now: datetime | None = None, index: SearchIndex | None = None) -> Counts:
    """Bring the index in step with the ledger; builds it anew where ``full`` says so or it is missing, outdated or damaged.

    ``now`` is noted as the time of a build. Raises ``BusyIndexError`` where another process is writing.
    """
    index, ledger = index or open_index(), LedgerAdverts()
    built = Counts(0, 0, 0, full=False)
    if full or _needs_building(index):
        built = rebuild(index, ledger, now=now or timezone.now(), progress=progress)
    followed = update(index, ledger, progress=progress)
    return Counts(built.indexed + followed.indexed, followed.deleted, followed.position, full=built.full)


def _needs_building(index: SearchIndex) -> bool:
    try:
        index.position()
    except (MissingIndexError, OutdatedIndexError, DamagedIndexError):
        return True
    return False


def _newest(advert_ids: Sequence[str]) -> QuerySet[Assessment]:
    return newest_assessments(Assessment.objects.filter(advert_id__in=advert_ids))


def _assessment_ids(advert_ids: Sequence[str]) -> dict[str, int]:
    return dict(_newest(advert_ids).values_list("advert_id", "pk"))


def _of_each(asked: Any, ids: Sequence[str]) -> dict[str, Any]:
    """The answers of ``asked`` for all ids, asked in portions."""
    found: dict[str, Any] = {}
    for at in range(0, len(ids), _IDS):
        found.update(asked(ids[at : at + _IDS]))
    return found


def _ids(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(row["id"]) for row in rows))


def _languages(row: Advert, assessment: Assessment | None) -> tuple[str, ...]:
    """The language found in the text, then those the source declares."""
    found = [assessment.language] if assessment and assessment.language != "und" else []
    return tuple(dict.fromkeys([*found, *row.languages]))


class Command(BaseCommand):
    help = "Bring the search index in step with the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--full", action="store_true", help="build the index anew beside the one in use, then swap")

    def handle(self, *, full: bool, **_options: object) -> None:
        """Run once, with progress on standard error."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with recorded("reindex") as tally, Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("adverts", total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            try:
                counts = reindex(full=full, progress=show)
            except FairwatchError as error:
                raise CommandError(str(error)) from error
            tally.update({"indexed": counts.indexed, "deleted": counts.deleted})
        what = "built anew" if counts.full else "brought up to date"
        self.stdout.write(f"index {what}: {counts.indexed} indexed, {counts.deleted} deleted, at ledger position {counts.position}")
