"""Publishing a quarterly report: once, with its fingerprint in the audit log; put right only by a new edition that says why."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adverts import audit
from adverts.accountability import gathering, quarters, writing
from adverts.accountability.models import PublishedReport
from adverts.accountability.quarters import Quarter
from adverts.accountability.report import Report, report
from adverts.records import FairwatchError

ACTOR = "system:accountability"


class EditionError(FairwatchError):
    """A quarter has a report already, and nobody said what a new one puts right."""


def made(quarter: Quarter, *, now: datetime) -> Report:
    """The report of a quarter from the ledger as it is. Raises ``QuarterError`` while the quarter runs."""
    quarters.require_over(quarter, now=now)
    return report(gathering.counts(quarter, now=now), quarter, made_at=now)


def publish(found: Report, *, why: str = "", now: datetime) -> PublishedReport:
    """Put a report on the public page. Raises ``EditionError`` where a later edition does not say why."""
    body, name = found.plain(), str(found.quarter)
    with transaction.atomic():
        last = PublishedReport.objects.filter(quarter=name).order_by("-edition").first()
        if last is not None and not why.strip():
            raise EditionError(f"{name} was published on {last.published_at:%Y-%m-%d}; say with --why what a new edition puts right")
        edition = last.edition + 1 if last else 1
        row = PublishedReport.objects.create(
            quarter=name, edition=edition, why=why.strip(), body=body, sha256=writing.digest(body), published_at=now
        )
        detail = {"edition": edition, "sha256": row.sha256}
        audit.record(actor=ACTOR, action="report.published", subject=f"report:{name}", at=now, detail=detail)
    return row


def newest(quarter: str) -> PublishedReport | None:
    """The edition of a quarter that counts."""
    return PublishedReport.objects.filter(quarter=quarter).order_by("-edition").first()
