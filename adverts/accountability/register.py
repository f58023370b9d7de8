"""The register entry "how adverts are read": made from the catalogue, the language files, the model cards, the source files and the ledger.

Sentences are ours; every figure, list and version is read from where it is kept, so that the entry cannot fall behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as kept
from django.db.models import Min
from django.urls import reverse

from adverts.accountability import gathering
from adverts.accountability.report import BANDS
from adverts.catalogue import cards
from adverts.models import Assessment
from crawlers import source
from models import artefacts
from nlp import catalogue, lexicon
from review import rules, sample
from settings.env import current
from settings.retention import ANSWER_MONTHS, PERIODS

SCHEMA = "fairwatch.algorithm/1"
VERSIONS_KEPT = 3600
"""Seconds for which the list of versions, a walk over all assessments, is kept."""

PURPOSE = (
    "Finds public job adverts that show signs of deceptive recruitment, so that a labour inspector can look at them. It orders work. "
    "It decides about nobody."
)
HUMAN = (
    "A flag never blocks a person and never removes an advert by itself. An inspector sees the exact words, why they matter, what speaks "
    "against it and what is not said, and decides; a decision can be undone.",
    f"{sample.SHARE:.0%} of what was not flagged may be drawn at random and is read blind, so that misses are found.",
    f"{sample.SHARE_TWICE:.0%} of decisions are answered once more by somebody who does not see the first answer.",
    "Notices to workers are written by one person and approved by another.",
)
DATA = (
    "Public pages of job boards, without signing in, as their robots.txt allows. No profile, no comment, no chat, no group.",
    "Contacts in adverts are kept as a keyed hash and a masked form; the clear value is encrypted, and a custodian must grant each look.",
    "There is no data on workers, and no search for persons.",
)
LIMITS = (
    "An advert shows how people are recruited. It cannot show trafficking, guilt or innocence.",
    "What is said by telephone or in a closed group is never seen; a careful deceiver writes an advert without any sign.",
    "It may misread irony, quotation, dialect and mixed languages, and it is weaker where few adverts were labelled.",
    "It must not be used for immigration enforcement, nor to judge a worker.",
)


def entry() -> dict[str, Any]:
    """The whole entry as JSON; the same files and ledger give the same entry."""
    return {
        "schema": SCHEMA,
        "name": "How adverts are read",
        "purpose": PURPOSE,
        "run_by": {"contact": current().operator_contact, "address": settings.BASE_URL},
        "human_in_the_loop": list(HUMAN),
        "data_used": list(DATA),
        "legal_basis": _sources(),
        "kept_for": {outcome: {"days": period.keep.days, "why": period.reason} for outcome, period in PERIODS.items()},
        "bands": _bands(),
        **_rules(),
        "models": _models(),
        "cannot_do": list(LIMITS),
        "how_to_object": _objection(),
        "versions": kept.get_or_set("accountability.versions", _versions, VERSIONS_KEPT),
    }


def _sources() -> list[dict[str, Any]]:
    """Sources that are switched on."""
    found = [gathering.watched(path.stem) for path in source.enabled()]
    return [{"name": one.name, "title": one.title, "legal_basis": one.legal_basis, "purpose": one.purpose} for one in found]


def _bands() -> list[dict[str, Any]]:
    """Bands with the time in which people mean to decide."""
    due = {name: rules.DUE.get(name) for name in BANDS}
    return [{"id": name, "name": words, "decide_within_days": when.days if (when := due[name]) else None} for name, words in BANDS.items()]


@cache
def _rules() -> dict[str, Any]:
    """Indicators, signals and languages; files of the checkout, which do not change while a process lives."""
    found = [{"id": one.id, "title": one.title, "definition": one.definition, "severity": one.severity} for one in cards().values()]
    return {
        "rules_version": catalogue.version(),
        "indicators": [one for one in found if one["severity"] != "protective"],
        "signals": [one for one in found if one["severity"] == "protective"],
        "languages": [
            {"code": code, "name": lexicon.language(code).name, "checked_by_native": lexicon.language(code).checked_by_native}
            for code in lexicon.codes()
        ],
    }


@cache
def _models() -> list[dict[str, Any]]:
    """The cards of the models in use; cards of others are deleted when a model is trained."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(artefacts.CARDS.glob("*.json"))]
    return [_model(card) for card in read]


def _model(card: Mapping[str, Any]) -> dict[str, Any]:
    measured: Mapping[str, Any] = card.get("findings_on_grouped_splits", {})
    kept_parts = {name: card[name] for name in ("version", "sha256", "what", "not", "limits", "rules", "adverts") if name in card}
    by_language = {code: _figures(row) for code, row in measured.get("by_language", {}).items()}
    return {
        **kept_parts,
        "labelled_by_language": card.get("by_language", {}),
        "all": _figures(measured["all"]) if "all" in measured else None,
        "measured_by_language": {code: row for code, row in by_language.items() if row},
        "clean_flagged_share": measured.get("clean_flagged_share"),
    }


def _figures(row: Mapping[str, Any]) -> dict[str, Any] | None:
    return {name: row[name] for name in ("n", "precision", "recall")} if row.get("n") else None


def _objection() -> dict[str, str]:
    return {
        "contact": current().operator_contact,
        "address": f"{settings.BASE_URL}{reverse('notices-corrections')}",
        "says": "Write to the contact, with the address of the advert. You may object, and ask for access, correction or erasure; you are "
        f"answered within {ANSWER_MONTHS} month(s). No reason is needed to ask. What became of such requests is in the quarterly reports.",
    }


def _versions() -> list[dict[str, str]]:
    """Which rules and models were in use from when, the newest first: from the readings themselves."""
    rows = Assessment.objects.order_by().values_list("rules_version", "model_version").annotate(since=Min("made_at"))
    ordered = sorted(rows, key=_since, reverse=True)
    return [{"rules": one, "models": two, "since": since.date().isoformat()} for one, two, since in ordered]


def _since(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[2], row[0], row[1]
