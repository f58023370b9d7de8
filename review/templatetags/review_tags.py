"""What templates of review need beyond Django's own: words for codes, and strangers' text made visible."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adverts.access import REVIEWERS
from adverts.models import Advert
from review import rules, why, wording
from review.marks import Mask, render
from review.models import Case
from review.queue import facts_of
from review.records.wording import LICENCE_STANDINGS
from review.visible import plain

register = template.Library()

PLACES: tuple[tuple[str, Any], ...] = (
    ("home", _("Queue")),
    ("search", _("Search")),
    ("second-opinion", _("Second opinion")),
    ("training", _("Practice")),
    ("referrals", _("Referrals")),
    ("contacts", _("Contacts")),
    ("requests", _("Rights")),
    ("subscriptions", _("Alerts")),
    ("notices", _("Notices")),
    ("head", _("Overview")),
    ("operator", _("Operation")),
    ("alerts-dead", _("Given up")),
    ("people", _("Accounts")),
    ("audit", _("Audit log")),
)
"""Addresses the navigation may lead to, in order."""


@register.simple_tag(takes_context=True)
def places(context: template.Context) -> list[dict[str, Any]]:
    """The places these roles can reach, as the views themselves declare it; nothing for strangers."""
    roles = context.get("my_roles") or frozenset()
    path = getattr(context.get("request"), "path", "")
    found = []
    for name, words in PLACES:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if roles.isdisjoint(getattr(resolve(address).func, "required_roles", ())):
            continue
        if name == "home" and roles.isdisjoint(REVIEWERS):
            words = _("Start")
        here = path == address if name == "home" else path.startswith(address)
        found.append({"address": address, "words": words, "here": here})
    return found


@register.filter
def shown(text: object) -> str:
    """A stranger's text with hidden and direction-changing characters visible; still to be escaped."""
    return plain(str(text))


@register.simple_tag
def why_here(case: Case, now: datetime) -> tuple[str, str]:
    """Why a case stands where it stands: the band, and the rest of the sentence."""
    band, _colon, rest = why.why_here(facts_of(case), now=now, reopened=case.reopened_why).partition(": ")
    return band, rest


@register.filter
def refusal_words(code: str) -> object:
    """Why an act was not taken."""
    return wording.REFUSALS[code]


@register.filter
def corridor_name(code: str) -> str:
    """A corridor as names of countries."""
    return wording.corridor_name(code)


@register.filter
def district_name(name: str) -> str:
    """A folded district fit to be read."""
    return wording.district_name(name)


@register.filter
def band_words(band: str) -> str:
    """The name of a band."""
    return rules.band_words(band)


@register.filter
def indicator_words(indicator_id: str) -> str:
    """An indicator by its title."""
    return why.indicator_words(indicator_id)


@register.filter
def reopening_words(code: str) -> str:
    """Why a case came back."""
    return why.reopening_words(code)


@register.filter
def outcome_words(code: str) -> object:
    """The name of an outcome."""
    return wording.OUTCOMES.get(code, code)


@register.filter
def reason_words(code: str) -> object:
    """The name of a reason code."""
    return wording.REASON_WORDS.get(code, code)


@register.filter
def severity_words(code: str) -> object:
    """The name of a severity."""
    return wording.SEVERITY_WORDS.get(code, code)


@register.filter
def licence_words(standing: str) -> object:
    """What a register says of a licence."""
    return LICENCE_STANDINGS.get(standing, standing)


@register.filter
def event_words(code: str) -> object:
    """The name of what happened to an advert."""
    return wording.EVENTS.get(code, code)


@register.filter
def language_name(code: str) -> str:
    """The name of a language."""
    return wording.language_name(code)


@register.filter
def person_name(user: Any) -> str:
    """The full name of a person, or the user name."""
    return str(user.get_full_name() or user.get_username()) if user else ""


@register.filter
def link_words(strength: float) -> object:
    """How strong a link is, in words."""
    return _("strong link") if strength >= 0.85 else _("likely link") if strength >= 0.7 else _("weak link")


@register.filter
def masked_text(advert: Advert, most: int) -> SafeString:
    """The beginning of an advert's text with its contacts masked and nothing marked."""
    masks = [Mask(int(row["start"]), int(row["end"]), str(row["masked"])) for row in advert.contacts]
    return render(advert.text, spans=[], masks=masks, end=most)


@register.filter
def percent(share: float) -> str:
    """A share as whole per cent."""
    return f"{round(share * 100)} %"
