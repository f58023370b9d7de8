"""``manage.py reindex``: bring the search index in step with the ledger.

Composes a document of each advert from the advert itself, its newest assessment, its cluster and the verdict in force, and derives
sectors and countries of origin from its words, language and phone numbers.
"""

from __future__ import annotations

import hashlib
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max, QuerySet
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from adverts.models import Advert, Assessment, ClusterMember
from adverts.records import FairwatchError
from adverts.runs import recorded
from adverts.store import newest_assessments
from index import default_cut, open_index, origins, sectors
from index.base import BusyIndexError, DamagedIndexError, MissingIndexError, OutdatedIndexError, SearchIndex
from index.documents import Document
from index.rebuild import Counts, Progress, rebuild, update
from review.queue import verdict_of_adverts

_IDS = 1_000
"""Ids in one query: databases limit their number."""

_LOOK_AGAIN = 2.0
"""Seconds between two looks at whether another process has done writing."""

T = TypeVar("T")


class Membership(NamedTuple):
    """The cluster of an advert, and the copies of it that are online."""

    cluster: str
    reach: int


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
        rows = {advert_id: (position, closed) for advert_id, position, closed in adverts.values_list("advert_id", "position", "closed_at")}
        ids = list(rows)
        assessed, verdicts = _of_each(_assessment_ids, ids), _of_each(verdict_of_adverts, ids)
        members = _of_each(_memberships, ids)
        return {
            key: stamp(position, assessed.get(key, 0), members.get(key) or alone(closed), verdicts.get(key, ""))
            for key, (position, closed) in rows.items()
        }

    def documents(self, advert_ids: Sequence[str]) -> Iterator[Document]:
        """The adverts with these ids as documents, read from the ledger in a few queries."""
        assessments = {row.advert_id: row for row in _newest(advert_ids)}
        members, verdicts = _memberships(advert_ids), verdict_of_adverts(advert_ids)
        for row in Advert.objects.filter(advert_id__in=advert_ids):
            key = row.advert_id
            yield document(row, assessments.get(key), member=members.get(key) or alone(row.closed_at), verdict=verdicts.get(key, ""))


def document(row: Advert, assessment: Assessment | None, *, member: Membership, verdict: str) -> Document:
    """One advert of the ledger as it is searched."""
    languages = _languages(row, assessment)
    return Document(
        doc_id=row.advert_id,
        stamp=stamp(row.position, assessment.pk if assessment else 0, member, verdict),
        position=row.position,
        title=row.title,
        text=row.text,
        employer=row.employer,
        place=row.place,
        source=row.source,
        languages=languages,
        country=row.country,
        origins=origins.origins(languages, origins.phones(row.contacts), work=row.country),
        sectors=_sectors().of(row.title, row.text),
        indicators=_ids(assessment.indicators) if assessment else (),
        signals=_ids(assessment.signals) if assessment else (),
        band=assessment.band if assessment else "",
        risk=assessment.risk if assessment else 0.0,
        cluster=member.cluster,
        reach=member.reach,
        verdict=verdict,
        online=row.closed_at is None,
        posted_on=row.posted_on,
        first_seen_at=row.first_seen_at,
        seen_at=row.seen_at,
        contact_keys=tuple(dict.fromkeys(contact["key"] for contact in row.contacts if contact.get("key"))),
    )


def stamp(position: int, assessment: int, member: Membership, verdict: str) -> str:
    """What a document is made from, in 16 hex digits."""
    made_from = f"{position}\x1f{assessment}\x1f{member.cluster}\x1f{member.reach}\x1f{verdict}\x1f{_tables()}"
    return hashlib.blake2b(made_from.encode(), digest_size=8).hexdigest()


def alone(closed_at: datetime | None) -> Membership:
    """For an advert that has not been linked yet."""
    return Membership("", 0 if closed_at else 1)


def reindex(
    *, full: bool, progress: Progress, resume: bool = False, now: datetime | None = None, index: SearchIndex | None = None
) -> Counts:
    """Bring the index in step with the ledger; builds it anew where ``full`` says so or it is missing, outdated or damaged.

    A build that was stopped is continued where it is not ``full``, or where ``resume`` says so. ``now`` is noted as the time of a build.
    Raises ``BusyIndexError`` where another process is writing.
    """
    index, ledger = index or open_index(), LedgerAdverts()
    built = Counts(0, 0, 0, full=False)
    if full or _needs_building(index):
        built = rebuild(index, ledger, now=now or timezone.now(), progress=progress, resume=resume or not full)
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


def _memberships(advert_ids: Sequence[str]) -> dict[str, Membership]:
    rows = ClusterMember.objects.filter(advert_id__in=advert_ids).values_list("advert_id", "cluster_id", "cluster__reach")
    return {advert_id: Membership(cluster, reach) for advert_id, cluster, reach in rows}


@cache
def _sectors() -> sectors.Sectors:
    return sectors.Sectors(default_cut())


@cache
def _tables() -> str:
    """Changes with the tables by which a document is derived."""
    return f"{sectors.version()}{origins.VERSION}"


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
        parser.add_argument("--resume", action="store_true", help="with --full: continue a build that was stopped")
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="how long to wait while another process is writing")

    def handle(self, *, full: bool, resume: bool, wait: float, **_options: object) -> None:
        """Run once, with progress on standard error."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with recorded("reindex") as tally, Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("adverts", total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            try:
                counts = self._patiently(wait, lambda: reindex(full=full, resume=resume, progress=show))
            except FairwatchError as error:
                raise CommandError(str(error)) from error
            tally.update({"indexed": counts.indexed, "deleted": counts.deleted})
        what = "built anew" if counts.full else "brought up to date"
        self.stdout.write(f"index {what}: {counts.indexed} indexed, {counts.deleted} deleted, at ledger position {counts.position}")

    def _patiently(self, wait: float, act: Callable[[], Counts]) -> Counts:
        """Try again for ``wait`` seconds while another process is writing; says once that it waits."""
        until, told = time.monotonic() + wait, False
        while True:
            try:
                return act()
            except BusyIndexError as error:
                if time.monotonic() >= until:
                    raise
                if not told:
                    self.stderr.write(f"{error}; waiting up to {wait:.0f} s")
                told = True
                time.sleep(min(_LOOK_AGAIN, max(0.0, until - time.monotonic())))
