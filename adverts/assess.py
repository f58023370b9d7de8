"""Assess the adverts of the ledger: each text once by one version of rules and models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from adverts import judging
from adverts.models import Advert as AdvertRow
from adverts.models import Assessment as AssessmentRow
from adverts.records import Assessment, ContactSpan
from adverts.store import in_batches
from nlp import catalogue

BATCH = 100
"""Adverts judged and written in one transaction."""


@dataclass(slots=True)
class Counts:
    """What one run assessed."""

    assessed: int = 0
    by_band: dict[str, int] = field(default_factory=dict)


def waiting() -> QuerySet[AdvertRow]:
    """Adverts whose present text has no assessment by the rules and model in use."""
    made = AssessmentRow.objects.filter(
        advert=OuterRef("pk"), text_hash=OuterRef("text_hash"), rules_version=catalogue.version(), model_version=judging.model_version()
    )
    return AdvertRow.objects.filter(~Exists(made))


def assess(*, now: datetime, progress: Callable[[int], None] | None = None) -> Counts:
    """Assess all adverts that wait; a repeat finds none. ``progress`` gets the number of adverts just done."""
    counts = Counts()
    for batch in in_batches(waiting(), size=BATCH):
        rows = [_row(advert, judge_row(advert, now=now)) for advert in batch]
        with transaction.atomic():
            AssessmentRow.objects.bulk_create(rows, ignore_conflicts=True)
        counts.assessed += len(rows)
        for row in rows:
            counts.by_band[row.band] = counts.by_band.get(row.band, 0) + 1
        if progress:
            progress(len(rows))
    return counts


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
