"""Fill an empty ledger with many adverts, assessed, linked, queued and partly decided: ``python -m benchmarks._many SIZE``.

Adverts, assessments, clusters, links, contacts and a log of views are written in bulk, as the stages would have left them; the texts are
those of ``benchmarks._adverts``, with sentences in which something is found. Cases come from the queue's own ``refresh``, decisions from
``deciding.decide``. The same for the same size, but for the clock. The ledger is the one that the environment names.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.web")

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402 (Django must be set up first)
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from adverts import audit  # noqa: E402
from adverts.access import Role, give  # noqa: E402
from adverts.models import (  # noqa: E402
    Advert,
    AdvertContact,
    AdvertVersion,
    Assessment,
    AuditEntry,
    Cluster,
    ClusterLink,
    ClusterMember,
    Contact,
)
from adverts.records import text_hash  # noqa: E402
from benchmarks._adverts import NOW, documents  # noqa: E402
from benchmarks._pages import CHIEF, PASSWORD, inspector  # noqa: E402
from index.documents import Document  # noqa: E402
from review import deciding, queue, rules  # noqa: E402
from review.models import Case  # noqa: E402
from review.rules import Outcome  # noqa: E402

PEOPLE = 40
BATCH = 1_000
LARGEST = 60
"""Adverts of the largest cluster."""
DECIDED = 0.4
"""Share of the cases that are decided beforehand."""
PHONES = 5_000
SAID = (
    ("A registration fee of 90 euro is to be paid before you travel.", "registration fee of 90 euro", "recruitment-fee"),
    ("Your passport is kept in the office until the season ends.", "passport is kept in the office", "document-retention"),
    ("The ticket is deducted from your first four pays.", "ticket is deducted", "visa-or-travel-cost-on-worker"),
    ("Put down a deposit of 300 euro to keep your seat.", "deposit of 300 euro", "deposit-or-bond"),
    ("You sleep in the dormitory of the firm, eight to a room.", "eight to a room", "tied-or-crowded-housing"),
    ("There are no days off in the high season.", "no days off", "no-rest-day"),
)
"""Sentence, the words in it that are found, indicator."""
PROMISED = (
    ("There is never a fee for applicants.", "never a fee for applicants", "no-fee-statement"),
    ("The employer pays visa and ticket.", "employer pays visa and ticket", "employer-pays-travel-and-visa"),
)
FLAGS = {"urgent": 3, "priority": 2, "labour-law": 1, "fraud": 2, "watch": 1, "none": 0}
"""Sentences with a finding in an advert of each band."""


_OTHERS = (AdvertVersion, Assessment, ClusterMember, ClusterLink, AdvertContact)


@dataclass(slots=True)
class Batch:
    """Rows of one bulk write, in the order in which they may be written."""

    clusters: list[Cluster] = field(default_factory=list)
    adverts: list[Advert] = field(default_factory=list)
    others: dict[type[Any], list[Any]] = field(default_factory=lambda: {model: [] for model in _OTHERS})

    def save(self) -> None:
        """Write all of it in one transaction."""
        with transaction.atomic():
            Cluster.objects.bulk_create(self.clusters)
            Advert.objects.bulk_create(self.adverts)
            for model, rows in self.others.items():
                model.objects.bulk_create(rows)


def main(size: int) -> None:
    """Fill the ledger and say what it holds."""
    now = datetime.now(UTC)
    people = _people()
    Contact.objects.bulk_create([_contact(number) for number in range(PHONES)])
    batch = Batch()
    for group in _groups(size):
        _add(batch, group, now=now)
        if len(batch.adverts) >= BATCH:
            batch.save()
            batch = Batch()
    batch.save()
    _views(size, people, now=now)
    _analyse()
    opened = queue.refresh(now=now).opened
    decided = _decide(people, now=now)
    _analyse()
    print(f"{size:,} adverts in {Cluster.objects.count():,} clusters, {opened:,} cases flagged, {decided:,} of all decided")


def _groups(size: int) -> Iterator[list[Document]]:
    """The adverts cluster by cluster: most alone, some in many copies."""
    chance, group, wanted = random.Random(size), [], 1  # noqa: S311
    for document in documents(size, words=150):
        group.append(document)
        if len(group) >= wanted:
            yield group
            group, wanted = [], min(LARGEST, int(chance.paretovariate(1.5)))
    if group:
        yield group


def _add(batch: Batch, group: list[Document], *, now: datetime) -> None:
    lead = group[0]
    text, found, promised = _text(lead)
    cluster_id = hashlib.sha256(lead.doc_id.encode()).hexdigest()[:32]
    rows = [_advert(one, text, lead, now=now) for one in group]
    online = [row for row in rows if row.closed_at is None]
    countries = sorted({row.country for row in rows})
    batch.clusters.append(
        Cluster(
            cluster_id=cluster_id, size=len(rows), boards=len({row.source for row in rows}), reach=len(online), countries=countries,
            newest_at=max(row.first_seen_at for row in rows),
        )
    )  # fmt: skip
    batch.adverts += rows
    for document, row in zip(group, rows, strict=True):
        batch.others[AdvertVersion] += _versions(row)
        batch.others[Assessment].append(_assessment(document, row, lead.band, found, promised))
        batch.others[ClusterMember].append(ClusterMember(advert=row, cluster_id=cluster_id))
        batch.others[AdvertContact] += [AdvertContact(advert=row, contact_id=one["key"]) for one in row.contacts]
    batch.others[ClusterLink] += [
        ClusterLink(a=rows[0], b=row, kind="template", strength=0.95, reason="Nearly the same text") for row in rows[1:]
    ]


def _text(lead: Document) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """The text all copies of a cluster begin with, what is found in it, and what protects."""
    chance = random.Random(lead.position)  # noqa: S311
    said = chance.sample(SAID, FLAGS[lead.band])
    promised = [] if said else chance.sample(PROMISED, 1)
    text = "\n".join([lead.text, *(sentence for sentence, _, _ in (*said, *promised))])
    return text, [_match(text, words, name) for _, words, name in said], [_match(text, words, name) for _, words, name in promised]


def _match(text: str, words: str, name: str) -> dict[str, Any]:
    start = text.index(words)
    told = {"strength": 0.9, "why": "The words ask the worker for it.", "origin": "rule/1", "note": ""}
    return {"id": name, "start": start, "end": start + len(words), "quote": words, **told}


def _advert(document: Document, text: str, lead: Document, *, now: datetime) -> Advert:
    first = document.first_seen_at + (now - NOW)
    seen = min(now, first + timedelta(days=document.position % 30))
    number = document.position
    contacts = []
    text = f"{text}\n{document.place}, {number}."
    if number % 3 == 0:
        phone = _contact(number % PHONES)
        contacts = [
            {"kind": "phone", "start": len(text) + 7, "end": len(text) + 7 + len(phone.masked), "masked": phone.masked, "key": phone.key}
        ]
        text = f"{text}\nWrite {phone.masked}"
    return Advert(
        advert_id=document.doc_id, position=number + 1, source=document.source, source_id=str(number),
        url=f"https://{document.source}.example/jobs/{number}", title=lead.title, text=text, text_hash=text_hash(text),
        employer=document.employer, place=document.place, country=document.country, pay_raw=f"{900 + number % 900} EUR a month",
        pay_low=900 + number % 900, pay_currency="EUR", pay_period="month", languages=list(lead.languages), contacts=contacts,
        first_seen_at=first, seen_at=seen, closed_at=seen if seen < now - timedelta(days=20) else None,
        capture_file=f"{document.source}/1.warc.gz", capture_offset=number * 4_000, capture_sha256="ab" * 32, reader="jobposting",
    )  # fmt: skip


def _contact(number: int) -> Contact:
    key = hashlib.sha256(f"phone {number}".encode()).hexdigest()
    return Contact(key=key, kind="phone", masked=f"+44 7700 •••{number % 100:02d}")


def _versions(row: Advert) -> Iterator[AdvertVersion]:
    state = {"title": row.title, "text": row.text, "text_hash": row.text_hash, "place": row.place, "pay_raw": row.pay_raw}
    yield AdvertVersion(advert=row, number=1, event=AdvertVersion.CREATED, at=row.first_seen_at, state=state)
    if row.position % 5 == 0:
        changes = {"pay_raw": ["2,000 EUR a month", row.pay_raw], "place": ["Riga", row.place]}
        yield AdvertVersion(advert=row, number=2, event=AdvertVersion.CHANGED, at=row.seen_at, changes=changes, state=state)


def _assessment(document: Document, row: Advert, band: str, found: list[Any], promised: list[Any]) -> Assessment:
    return Assessment(
        advert=row, text_hash=row.text_hash, language=row.languages[0], indicators=found, signals=promised,
        questions=["employer", "hours", "housing-cost"], risk=document.risk, band=band, reasons=["The words ask the worker for it."],
        rules_version="bench-1", model_version="bench-1", made_at=row.seen_at,
    )  # fmt: skip


def _people() -> list[User]:
    password = make_password(PASSWORD)
    people = [User.objects.create(username=inspector(number), password=password) for number in range(PEOPLE)]
    for one in people:
        give(one, [Role.INSPECTOR])
    give(User.objects.create(username=CHIEF, password=password), [Role.HEAD, Role.AUDITOR, Role.OPERATOR])
    return people


def _views(size: int, people: list[User], *, now: datetime) -> None:
    """A log in which each advert was looked at once, so that the audit chain is long."""
    last = AuditEntry.objects.order_by("-number").first()
    number, previous = (last.number, last.digest) if last else (0, audit.GENESIS)
    ids, rows = Advert.objects.order_by("position").values_list("pk", flat=True), []
    for count, advert_id in enumerate(ids.iterator(), 1):
        who = people[count % len(people)].username
        entry = AuditEntry(number=number + count, at=now, actor=who, action="viewed", subject=f"advert:{advert_id}", previous=previous)
        entry.digest = previous = audit.digest(entry)
        rows.append(entry)
        if len(rows) == BATCH or count == size:
            AuditEntry.objects.bulk_create(rows)
            rows = []


def _decide(people: list[User], *, now: datetime) -> int:
    """Let the people decide a share of the cases, in any order."""
    chance = random.Random(1)  # noqa: S311
    cases = [pk for pk in Case.objects.order_by("pk").values_list("pk", flat=True) if chance.random() < DECIDED]
    for at in range(0, len(cases), BATCH):
        with transaction.atomic():
            for case in Case.objects.filter(pk__in=cases[at : at + BATCH]):
                outcome = chance.choices(list(Outcome), (5, 3, 3, 8, 1))[0]
                answer = deciding.Decision(outcome, rules.REASONS[outcome][0], "", case.round, deciding.digest(deciding.shown_now(case)))
                deciding.decide(case.pk, answer, user=chance.choice(people), now=now - timedelta(days=chance.randrange(90)))
    return len(cases)


def _analyse() -> None:
    # PostgreSQL does this by itself within minutes; SQLite never does, and neither do we there
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]))
