"""Assess the adverts of the ledger: each text once by one version of rules and models, by one process or several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from adverts import holders, judging, leases
from adverts.models import Advert as AdvertRow
from adverts.models import Assessment as AssessmentRow
from adverts.records import Assessment, ContactSpan
from adverts.turns import ASSESSMENTS, take_turn
from nlp import catalogue

STAGE = "assess"
"""Name of the stage's leases."""
BATCH = 100
"""Adverts leased, judged and written together."""

Clock = Callable[[], datetime]
Pause = Callable[[float], object]


@dataclass(slots=True)
class Counts:
    """What one run assessed."""

    assessed: int = 0
    by_band: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    """Judged here but written by another process, because this one was slower than its lease."""


def waiting() -> QuerySet[AdvertRow]:
    """Adverts whose present text has no assessment by the rules and model in use."""
    made = AssessmentRow.objects.filter(
        advert=OuterRef("pk"), text_hash=OuterRef("text_hash"), rules_version=catalogue.version(), model_version=judging.model_version()
    )
    return AdvertRow.objects.filter(~Exists(made))


def assess(
    *, now: datetime, clock: Clock | None = None, pause: Pause | None = None, progress: Callable[[Counter[str]], None] | None = None
) -> Counts:
    """Assess all adverts that wait; a repeat finds none. Any number of processes may do so at the same time.

    ``now`` goes into the assessments, ``clock`` rules the leases (without it time stands still). What others have in hand is waited
    for with ``pause``, and done here if they die; without ``pause`` it is left to them. ``progress`` gets the bands of each batch.
    """
    counts, holder, clock = Counts(), holders.me(), clock or _standing(now)
    for batch in _batches(holder, clock, pause):
        done = _assess_batch(batch, holder=holder, now=now, clock=clock)
        counts.assessed += done.total()
        counts.lost += len(batch) - done.total()
        for band, number in done.items():
            counts.by_band[band] = counts.by_band.get(band, 0) + number
        if progress:
            progress(done)
    return counts


def _standing(now: datetime) -> Clock:
    def clock() -> datetime:
        return now

    return clock


def _batches(holder: str, clock: Clock, pause: Pause | None) -> Iterator[list[AdvertRow]]:
    """Leased batches, in order of id and then again from the start, until nothing waits, or only what others have in hand."""
    last = ""
    while True:
        batch = leases.take_adverts(STAGE, waiting().filter(advert_id__gt=last), size=BATCH, holder=holder, now=clock())
        if batch:
            last = batch[-1].advert_id
            yield batch
        elif last:
            last = ""
        elif pause is not None and leases.held(STAGE, now=clock()) and waiting().exists():
            pause(leases.POLL)
        else:
            return


def _assess_batch(batch: Sequence[AdvertRow], *, holder: str, now: datetime, clock: Clock) -> Counter[str]:
    """Judge leased adverts and write what is still ours to write; the number of each band written."""
    ids = [advert.advert_id for advert in batch]
    try:
        rows = list(_judged(batch, ids, holder=holder, now=now, clock=clock))
    except leases.LostLeaseError:
        return Counter()
    except BaseException:
        leases.give_back(STAGE, ids, holder=holder)
        raise
    with transaction.atomic():
        ours = set(leases.give_back(STAGE, ids, holder=holder))
        kept = [row for row in rows if row.advert_id in ours]
        take_turn(ASSESSMENTS)
        AssessmentRow.objects.bulk_create(kept, ignore_conflicts=True)
    return Counter(row.band for row in kept)


def _judged(batch: Sequence[AdvertRow], ids: Sequence[str], *, holder: str, now: datetime, clock: Clock) -> Iterator[AssessmentRow]:
    renewed = clock()
    for advert in batch:
        if clock() - renewed > leases.LASTING / 2:
            renewed = clock()
            leases.renew(STAGE, ids, holder=holder, now=renewed)
        yield _row(advert, judge_row(advert, now=now))


def judge_row(advert: AdvertRow, *, now: datetime) -> Assessment:
    """The assessment of an advert of the ledger, not yet written."""
    spans = [ContactSpan(**span) for span in advert.contacts]
    return judging.judge(
        advert.text, advert_id=advert.advert_id, languages=advert.languages, spans=spans, text_hash=advert.text_hash, now=now
    )


def _row(advert: AdvertRow, made: Assessment) -> AssessmentRow:
    return AssessmentRow(
        advert=advert,
        text_hash=made.text_hash,
        language=made.findings.language,
        indicators=[asdict(match) for match in made.findings.indicators],
        signals=[asdict(match) for match in made.findings.signals],
        questions=list(made.findings.questions),
        notes=list(made.findings.notes),
        risk=made.risk,
        band=made.band.value,
        reasons=list(made.reasons),
        rules_version=made.rules_version,
        model_version=made.model_version,
        made_at=made.made_at,
    )
