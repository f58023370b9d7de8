"""From rows and assessments to what the API says: nothing that reaches a person, no verdict of an inspector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from adverts.api.schemas import AdvertDetail, AdvertRow, Checked, Claim, Finding
from adverts.catalogue import indicator
from adverts.models import Advert
from adverts.models import Assessment as Row
from adverts.questions import fact_question
from adverts.records import Assessment
from alerts import masking
from index.documents import Document

Spans = Iterable[Mapping[str, Any]]
"""Contacts found in a text, with ``start`` and ``end``."""


def row(document: Document, advert: Advert) -> AdvertRow:
    """A hit of a search, with what the index does not hold."""
    return AdvertRow(
        id=document.doc_id,
        title=masking.title(advert.title, whole=advert.text, contacts=advert.contacts),
        source=document.source,
        url=advert.url,
        country=document.country,
        languages=list(document.languages),
        band=document.band,
        indicators=list(document.indicators),
        cluster=document.cluster,
        online=document.online,
        first_seen_at=document.first_seen_at,
        seen_at=document.seen_at,
    )


def detail(advert: Advert, made: Row | None, *, cluster: str) -> AdvertDetail:
    """An advert with its newest assessment, which it may not have yet."""
    indicators: list[dict[str, Any]] = made.indicators if made else []
    return AdvertDetail(
        id=advert.advert_id,
        title=masking.title(advert.title, whole=advert.text, contacts=advert.contacts),
        source=advert.source,
        url=advert.url,
        country=advert.country,
        languages=advert.languages,
        band=made.band if made else "",
        indicators=list(dict.fromkeys(one["id"] for one in indicators)),
        cluster=cluster,
        online=advert.closed_at is None,
        first_seen_at=advert.first_seen_at,
        seen_at=advert.seen_at,
        findings=findings(indicators, advert.contacts),
        claims=claims(made.signals if made else [], advert.contacts),
        questions=[fact_question(fact, "en") for fact in (made.questions if made else [])],
        reasons=made.reasons if made else [],
        rules_version=made.rules_version if made else "",
        model_version=made.model_version if made else "",
    )


def checked(made: Assessment) -> Checked:
    """What was seen in a text somebody sent: it is theirs, so nothing is taken out of the quotes."""
    return Checked(
        language=made.findings.language,
        band=made.band,
        findings=findings([asdict(match) for match in made.findings.indicators], ()),
        claims=claims([asdict(match) for match in made.findings.signals], ()),
        questions=[fact_question(fact, "en") for fact in made.findings.questions],
        rules_version=made.rules_version,
        model_version=made.model_version,
    )


def findings(matches: Iterable[Mapping[str, Any]], contacts: Spans) -> list[Finding]:
    """Indicators with their cards."""
    return [
        Finding(
            indicator=match["id"],
            title=indicator(match["id"]).title,
            severity=indicator(match["id"]).severity,
            quote=masking.without(match["quote"], contacts, begin=match["start"]),
            start=match["start"],
            end=match["end"],
            why=match["why"],
            origin=match["origin"],
        )
        for match in matches
    ]


def claims(matches: Iterable[Mapping[str, Any]], contacts: Spans) -> list[Claim]:
    """Protective claims."""
    return [
        Claim(signal=one["id"], quote=masking.without(one["quote"], contacts, begin=one["start"]), start=one["start"], end=one["end"])
        for one in matches
    ]
