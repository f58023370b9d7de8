"""Two standing pages in every language: what a fair offer looks like, and where licences can be looked up."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from adverts.access import public
from adverts.store import cards
from notices import frame, glossary, subjects
from notices.helping import help_by_country
from notices.wording import day, wording

LICENCES = Path(__file__).with_name("data") / "licences.csv"

ASK_MORE = (
    "recruitment-fee",
    "deposit-or-bond",
    "document-retention",
    "debt-repaid-by-work",
    "no-or-late-contract",
    "tourist-visa-work",
    "movement-or-communication-restriction",
    "urgency-pressure",
)
"""Indicators named on the page of the fair offer: those a worker can see before leaving."""


@dataclass(frozen=True, slots=True)
class Register:
    """A public office that knows which recruiters have a licence."""

    country: str
    name: str
    url: str
    noted_on: date
    checked: bool


@public
@require_safe
def fair_offer(request: HttpRequest) -> HttpResponseBase:
    """The signs of a fair offer, what to ask, and what to ask more about: names of the glossary alone, so every language says the same."""
    words = wording(request.GET.get("lang", ""))
    names = glossary.names(words.language)
    context = {
        "signs": [names[key] for key, card in cards().items() if card.severity == "protective"],
        "ask_more": [names[key] for key in ASK_MORE],
        "questions": words.texts["questions"].values(),
        "help_by_country": help_by_country(words.language),
        "site_languages": frame.site_links("notices-fair-offer"),
    }
    return frame.page(request, "notices/public_fair.html", context, words=words, title=words.texts["fair"])


@public
@require_safe
def licences(request: HttpRequest) -> HttpResponseBase:
    """Offices by country, each with the day its address was noted."""
    words = wording(request.GET.get("lang", ""))
    rows = [
        (subjects.country_name(each.country, words.language), each, words.texts["noted_on"].format(date=day(each.noted_on, words.language)))
        for each in registers()
    ]
    context = {
        "rows": sorted(rows, key=lambda row: (row[0], row[1].name)),
        "help_by_country": help_by_country(words.language),
        "site_languages": frame.site_links("notices-licences"),
    }
    return frame.page(request, "notices/public_licences.html", context, words=words, title=words.texts["licences"])


@cache
def registers() -> tuple[Register, ...]:
    """All offices of ``data/licences.csv``, by country."""
    with LICENCES.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Register(row["country"], row["name"], row["url"], date.fromisoformat(row["noted_on"]), bool(row["verified_on"]))
            for row in csv.DictReader(lines)
        )
