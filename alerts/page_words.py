"""The words of codes on the pages of alerts, in the reader's language; messages have their own words in ``alerts.wording``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from adverts.access import Role
from adverts.records import Band
from adverts.store import indicator

BANDS: Mapping[str, object] = {
    Band.URGENT.value: _("Urgent"),
    Band.PRIORITY.value: _("Priority"),
    Band.LABOUR_LAW.value: _("Labour law"),
    Band.FRAUD.value: _("Fraud or scam"),
    Band.WATCH.value: _("Watch"),
}

ROLES: Mapping[str, object] = {
    Role.UNION.value: _("Union"),
    Role.INSPECTOR.value: _("Inspector"),
    Role.HEAD.value: _("Head of unit"),
}
"""The roles that may hold subscriptions."""

REPORT: Mapping[str, object] = {
    "messages": _("Messages sent"),
    "given_up": _("Messages given up"),
    "told": _("Groups of adverts told of"),
    "closed": _("Of these, no longer online"),
    "unanswered": _("Of these, not answered yet"),
    "seen": _("Marked as seen"),
    "snoozed": _("Put off"),
    "not_relevant": _("Called not relevant"),
    "reason_place": _("because of the place or country"),
    "reason_sector": _("because of the kind of work"),
    "reason_mistake": _("because indicators were read wrongly"),
    "reason_known": _("because it was known and dealt with"),
    "reason_other": _("for another reason"),
}
"""Lines of the monthly report."""


def locale() -> Locale:
    """The reader's language; English where CLDR does not know it."""
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def month(day: date) -> str:
    """The month of a day and its year."""
    return format_skeleton("yMMMM", day, locale=locale())


def country(code: str) -> str:
    """The name of a country by its ISO 3166-1 code; the code itself where it is unknown."""
    return str(locale().territories.get(code.upper()) or code)


def indicator_title(name: str) -> str:
    """The title of an indicator, in English where its card has no other."""
    card = indicator(name)
    return card.titles.get(locale().language) or card.title
