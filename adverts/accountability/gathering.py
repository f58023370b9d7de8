"""Counts of a quarter from the ledger: over all bodies, and never a name, a contact or a word of an advert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from django.db.models import Count, QuerySet

from adverts.accountability.models import BoardAnswer
from adverts.accountability.quarters import Quarter
from adverts.accountability.report import Counts, Decided, Watched
from adverts.audit import first_break
from adverts.catalogue import cards
from adverts.models import Advert, Assessment, AuditEntry, Run
from adverts.records import FairwatchError
from alerts.models import Answer, Delivery
from crawlers import source
from notices.models import Notice, Reply
from review.models import SecondReading, Verdict
from review.records.models import Erasure, ReferralEvent, RightsRequest
from review.rules import READ

CHUNK = 2_000
UNSTATED = "Not a source of this installation: read from a file that was handed over."


def counts(quarter: Quarter, *, now: datetime) -> Counts:
    """All that the report needs, as the ledger was at ``now``."""
    adverts = _adverts(quarter, now)
    verdicts = _in(Verdict.objects.all(), "at", quarter)
    return Counts(
        sources=_sources(quarter, adverts["by_source"]),
        **adverts,
        decided=tuple(_decided(verdicts.filter(undoes=None, undone_by=None))),
        taken_back=verdicts.exclude(undoes=None).count(),
        pairs=_pairs(quarter),
        notices=_notices(quarter),
        replies=_by(_in(Reply.objects.all(), "answered_at", quarter), "outcome"),
        reply_hours=tuple(_hours(_in(Reply.objects.all(), "answered_at", quarter), "received_at", "answered_at")),
        rights=_by(RightsRequest.objects.filter(received_on__gte=quarter.begin.date(), received_on__lt=quarter.end.date()), "kind"),
        rights_ended=_rights_ended(quarter),
        contacts=_contacts(quarter),
        erasures=_by(_in(Erasure.objects.all(), "done_at", quarter), "reason"),
        referrals=_by(_in(ReferralEvent.objects.all(), "at", quarter), "state"),
        alerts=_by(_in(Delivery.objects.filter(state=Delivery.SENT), "sent_at", quarter), "kind"),
        answers=_by(_in(Answer.objects.all(), "at", quarter), "answer"),
        board_answers=_by(BoardAnswer.objects.filter(on__gte=quarter.begin.date(), on__lt=quarter.end.date()), "answer"),
        rules_versions=_versions(quarter, "rules_version"),
        model_versions=_versions(quarter, "model_version"),
        audit_entries=_in(AuditEntry.objects.all(), "at", quarter).count(),
        audit_holds=first_break(AuditEntry.objects.order_by("number").iterator(chunk_size=CHUNK)) is None,
    )


def _in(rows: QuerySet[Any], name: str, quarter: Quarter) -> QuerySet[Any]:
    return rows.filter(**{f"{name}__gte": quarter.begin, f"{name}__lt": quarter.end})


def _by(rows: QuerySet[Any], name: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(name).annotate(number=Count("pk")).order_by(name))


def _adverts(quarter: Quarter, now: datetime) -> dict[str, Any]:
    """Adverts first seen in the quarter, by the newest reading each had by ``now``."""
    adverts = _in(Advert.objects.all(), "first_seen_at", quarter)
    rows = Assessment.objects.filter(advert__first_seen_at__gte=quarter.begin, advert__first_seen_at__lt=quarter.end, made_at__lte=now)
    newest: dict[str, tuple[str, str, frozenset[str]]] = {}
    named = rows.order_by("made_at", "pk").values_list("advert_id", "band", "language", "indicators")
    for advert_id, band, language, found in named.iterator(chunk_size=CHUNK):
        newest[advert_id] = band, language or "und", frozenset(match["id"] for match in found)
    languages = Counter(language for _, language, _ in newest.values())
    bands = Counter(band for band, _, _ in newest.values())
    titles = {name: card.title for name, card in cards().items()}
    return {
        "by_source": _by(adverts, "source"),
        "by_language": languages,
        "by_band": bands,
        "unread": adverts.count() - len(newest),
        "by_indicator": Counter(name for _, _, names in newest.values() for name in names),
        "language_names": {code: _language(code) for code in sorted(languages)},
        "indicator_names": titles,
    }


def _language(code: str) -> str:
    if code == "und":
        return "Not sure"
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def _sources(quarter: Quarter, by_source: Mapping[str, int]) -> tuple[Watched, ...]:
    """Sources crawled in the quarter, or from which an advert came, with what their files say."""
    stages = _in(Run.objects.filter(stage__startswith="crawl:"), "started_at", quarter).values_list("stage", flat=True).distinct()
    names = {stage.removeprefix("crawl:") for stage in stages} | set(by_source)
    return tuple(watched(name) for name in sorted(names))


def watched(name: str) -> Watched:
    """What the file of a source says of why it is read; a source without one says that."""
    try:
        found = source.load(source.FOLDER / f"{name}.yml") if (source.FOLDER / f"{name}.yml").is_file() else None
    except FairwatchError:
        found = None
    if found is None:
        return Watched(name, name, UNSTATED, "")
    return Watched(name, found.title, found.legal_basis, found.purpose)


def _decided(rows: QuerySet[Verdict]) -> Iterable[Decided]:
    named = rows.order_by("pk").values_list("verdict", "case__origin", "shown", "case__band", "round", "case__opened_at", "at")
    for outcome, origin, shown, band, number, opened, at in named.iterator(chunk_size=CHUNK):
        hours = (at - opened).total_seconds() / 3600 if number == 1 and at >= opened else None
        yield Decided(outcome, origin, READ if shown.get("blind") else str(shown.get("band") or band), hours)


def _pairs(quarter: Quarter) -> dict[tuple[str, str], int]:
    rows = _in(SecondReading.objects.filter(verdict__undone_by=None).exclude(who=None), "at", quarter)
    counted = rows.order_by().values_list("verdict__verdict", "outcome").annotate(number=Count("pk"))
    return {(one, other): number for one, other, number in counted}


def _notices(quarter: Quarter) -> dict[str, int]:
    withdrawn = _in(Notice.objects.exclude(published_at=None), "withdrawn_at", quarter).count()
    return {**_by(_in(Notice.objects.all(), "published_at", quarter), "type"), "withdrawn": withdrawn}


def _hours(rows: QuerySet[Any], begin: str, end: str) -> Iterable[float]:
    for first, last in rows.order_by("pk").values_list(begin, end):
        yield (last - first).total_seconds() / 3600


def _rights_ended(quarter: Quarter) -> dict[str, int]:
    rows = _by(_in(RightsRequest.objects.all(), "decided_at", quarter), "state")
    refused = rows.pop("refused", 0)
    return {"granted": sum(rows.values()), "refused": refused}


def _contacts(quarter: Quarter) -> dict[str, int]:
    acts = _by(_in(AuditEntry.objects.filter(action__startswith="contact."), "at", quarter), "action")
    return {name: acts.get(f"contact.{name}", 0) for name in ("asked", "granted", "refused", "shown")}


def _versions(quarter: Quarter, column: str) -> tuple[str, ...]:
    rows = _in(Assessment.objects.all(), "made_at", quarter)
    return tuple(sorted(rows.order_by().values_list(column, flat=True).distinct()))
