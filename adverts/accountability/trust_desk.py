"""What a job board's trust desk is told: its own adverts on which a person decided to act, each with the words that were judged.

Never an advert nobody decided on, never one whose text is not the one that was decided on, never a restricted cluster, never a contact.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from adverts import audit
from adverts.accountability.restricted import restricted_clusters
from adverts.accountability.writing import harmless
from adverts.api.shown import findings
from adverts.erasing import ERASED
from adverts.models import Advert, Assessment
from adverts.store import clusters_of
from alerts import masking
from review.models import Verdict
from review.rules import Outcome, State

SCHEMA = "fairwatch.trust-desk/1"
ACTOR = "system:trust-desk"
TOLD = {Outcome.ACT.value: "A person looked and decided to act.", Outcome.FRAUD.value: "A person looked and takes it for fraud."}
SAYS = (
    "Adverts of your board on which a person decided. Indicators are words that call for a question; they prove nothing about anybody. "
    "For keeping deceptive adverts off your board, and for nothing else: not for immigration enforcement, not against workers. "
    "Please send the file back with answer (removed, kept or unknown) and on (the day, like 2026-08-31)."
)
COLUMNS = ("id", "url", "title", "decided", "decided_on", "captured_at", "capture_sha256", "online", "indicators", "quotes", "answer", "on")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the advert, contacts taken out, and the indicator they carry."""

    indicator: str
    title: str
    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """One advert as the board is told of it."""

    id: str
    url: str
    title: str
    decided: str
    decided_on: str
    captured_at: str
    """When the page with this text was kept; UTC."""
    capture_sha256: str
    online: bool
    """Whether it was there when last looked at."""
    findings: tuple[Quote, ...]


def told(source: str) -> list[Told]:
    """The adverts of a source that its board is told of, the newest decision first; of all sources where none is given."""
    decisions = _decisions()
    rows = Advert.objects.exclude(reader=ERASED)
    rows = rows.filter(source=source) if source else rows
    found = []
    for ids in _batches(sorted(decisions)):
        adverts = list(rows.filter(pk__in=ids).annotate(captured_at=Max("versions__at")))
        clusters, closed = clusters_of([row.pk for row in adverts]), restricted_clusters()
        judged = Assessment.objects.in_bulk([decisions[row.pk].assessment for row in adverts])
        for row in adverts:
            decision = decisions[row.pk]
            made = judged.get(decision.assessment)
            fits = decision.outcome in TOLD and decision.text_hash == row.text_hash and made is not None
            if fits and made is not None and row.pk not in closed and clusters.get(row.pk, "") not in closed:
                found.append((decision.at, _told(row, row.captured_at, decision, made)))
    return [one for _, one in sorted(found, key=_newest_first)]


@dataclass(frozen=True, slots=True)
class _Decision:
    """The newest decision in force that a person took with this advert before them."""

    outcome: str
    at: datetime
    text_hash: str
    assessment: int


def _decisions() -> dict[str, _Decision]:
    rows = Verdict.objects.filter(undoes=None, undone_by=None, case__state=State.DECIDED).order_by("at", "pk")
    found: dict[str, _Decision] = {}
    for outcome, at, shown in rows.values_list("verdict", "at", "shown").iterator(chunk_size=1_000):
        for advert_id, (text_hash, assessment) in shown.get("adverts", {}).items():
            found[advert_id] = _Decision(outcome, at, text_hash, assessment or 0)
    return found


def _batches(ids: list[str], size: int = 500) -> Iterator[list[str]]:
    yield from (ids[start : start + size] for start in range(0, len(ids), size))


def _told(row: Advert, captured_at: datetime | None, decision: _Decision, made: Assessment) -> Told:
    return Told(
        id=row.pk,
        url=row.url,
        title=masking.title(row.title, whole=row.text, contacts=row.contacts),
        decided=decision.outcome,
        decided_on=decision.at.date().isoformat(),
        captured_at=(captured_at or row.seen_at).isoformat(),
        capture_sha256=row.capture_sha256,
        online=row.closed_at is None,
        findings=tuple(
            Quote(one.indicator, one.title, masking.title(one.quote), one.why) for one in findings(made.indicators, row.contacts)
        ),
    )


def as_json(source: str, adverts: Iterable[Told], *, made_at: datetime) -> bytes:
    """The file for programs."""
    body: Mapping[str, Any] = {
        "schema": SCHEMA,
        "source": source,
        "made_at": made_at.isoformat(),
        "says": SAYS,
        "decisions": TOLD,
        "adverts": [{**asdict(one), "answer": "", "on": ""} for one in adverts],
    }
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(adverts: Iterable[Told]) -> bytes:
    """The file for a table, with two empty columns for the answer."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in adverts:
        names = "; ".join(dict.fromkeys(each.title for each in one.findings))
        quotes = " | ".join(each.quote for each in one.findings)
        facts = (
            one.id,
            one.url,
            one.title,
            one.decided,
            one.decided_on,
            one.captured_at,
            one.capture_sha256,
            "yes" if one.online else "no",
        )
        writer.writerow([harmless(value) for value in (*facts, names, quotes, "", "")])
    return out.getvalue().encode("utf-8-sig")


@transaction.atomic
def note_export(source: str, *, adverts: int, sha256: str, now: datetime, form: str = "trust-desk") -> None:
    """Write down that somebody outside was told, and of how many adverts."""
    detail = {"adverts": adverts, "sha256": sha256, "form": form}
    audit.record(actor=ACTOR, action="trust-desk.exported", subject=f"source:{source}", at=now, detail=detail)


def _newest_first(one: tuple[datetime, Told]) -> tuple[float, str]:
    return -one[0].timestamp(), one[1].id
