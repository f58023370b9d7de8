"""What codes are called on pages: plain words that accuse nobody."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from review.rules import REASONS, Outcome, Refusal

OUTCOMES: Mapping[str, object] = {
    Outcome.ACT: _("Act on it"),
    Outcome.LABOUR_LAW: _("Labour-law issue"),
    Outcome.FRAUD: _("Fraud, hand over"),
    Outcome.BENIGN: _("Nothing to do"),
    Outcome.CANNOT_TELL: _("Cannot tell"),
}

OUTCOME_HINTS: Mapping[str, object] = {
    Outcome.ACT: _("Signs hold up; an inspection or enquiry should follow"),
    Outcome.LABOUR_LAW: _("Breaks a rule on fees, pay, hours or licences"),
    Outcome.FRAUD: _("Seems to be after money or data, not workers"),
    Outcome.BENIGN: _("Ordinary, or the words were misread"),
    Outcome.CANNOT_TELL: _("A fact is missing; the case waits for it"),
}

REASON_WORDS: Mapping[str, object] = {
    "findings-hold": _("The words mean what the findings say"),
    "seen-before": _("Same recruiter or text as an earlier case"),
    "special-risk": _("Minors or people in need are addressed"),
    "worker-pays": _("The worker pays for getting the job"),
    "pay-or-hours": _("Pay, hours or rest days"),
    "no-licence": _("Licence missing or not valid"),
    "discrimination": _("Unlawful demands on the person"),
    "money-first": _("Money is asked for before any work"),
    "identity-data": _("Identity or bank data are asked for"),
    "no-real-job": _("No real job or employer behind it"),
    "ordinary": _("An ordinary advert"),
    "misread": _("The words were misread"),
    "lawful-here": _("Allowed where the advert is aimed"),
    "warning": _("It warns about such offers"),
    "needs-fact": _("A fact is missing"),
    "language": _("I do not read this language well enough"),
    "incomplete": _("The advert is cut off or gone"),
    "other": _("Another reason, see the note"),
}

REFUSALS: Mapping[str, object] = {
    Refusal.NOT_ALLOWED: _("Your role does not allow this."),
    Refusal.ALREADY_DECIDED: _("This case has been decided meanwhile."),
    Refusal.NOT_DECIDED: _("This decision has been taken back already."),
    Refusal.HELD: _("Somebody else is looking at this case at the moment."),
    Refusal.CHANGED: _("The case has changed since you opened it: a text, a copy or an earlier decision is new."),
    Refusal.MERGED: _("This case has become part of another one."),
    Refusal.CLOSED: _("This case was closed with its body, without a decision."),
    Refusal.READ_ALONE: _("This case is read first: it is decided on its own page."),
}

SEVERITY_WORDS: Mapping[str, object] = {
    "critical": _("critical"),
    "high": _("high"),
    "medium": _("medium"),
    "low": _("low"),
    "context": _("context only"),
    "protective": _("protective"),
}

EVENTS: Mapping[str, object] = {
    "created": _("first seen"),
    "changed": _("changed"),
    "closed": _("no longer online"),
    "returned": _("online again"),
}

ROLES: Mapping[str, object] = {
    "inspector": _("Inspector"),
    "head": _("Head of unit"),
    "custodian": _("Custodian"),
    "union": _("Union"),
    "campaigner": _("Campaign team"),
    "operator": _("Operator"),
    "auditor": _("Auditor"),
    "data-protection": _("Data-protection officer"),
    "language-reviewer": _("Reviewer of languages"),
}


def reasons() -> list[tuple[object, list[tuple[str, object]]]]:
    """Reason codes grouped by outcome; the value names both, since ``other`` belongs to each."""
    return [(OUTCOMES[one], [(f"{one}:{code}", REASON_WORDS[code]) for code in codes]) for one, codes in REASONS.items()]


def language_name(code: str) -> str:
    """The name of a language in the reader's language; the code where nobody knows it."""
    if not code or code == "und":
        return str(_("language unsure"))
    try:
        name = Locale.parse(code, sep="-").get_display_name(get_language() or "en")
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def sector_name(code: str) -> str:
    """A kind of work by its name in the table of the index, which is a plain word."""
    return code.replace("-", " ").capitalize()


def district_name(name: str) -> str:
    """A folded district fit to be read: capitals where its script has them."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split())


def corridor_name(code: str) -> str:
    """``NP>QA`` as names of countries; without people hinted at the country of work alone."""
    origin, _arrow, work = code.partition(">")
    arrow = "←" if get_language_bidi() else "→"  # arrows are not mirrored by themselves
    return f"{country_name(origin)} {arrow} {country_name(work)}" if origin else f"{arrow} {country_name(work)}"


def country_name(code: str) -> str:
    """The name of a country in the reader's language; the code where nobody knows it."""
    try:
        territories = Locale.parse(get_language() or "en", sep="-").territories
    except (UnknownLocaleError, ValueError):
        return code
    return str(territories.get(code, code))
