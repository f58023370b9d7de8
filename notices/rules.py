"""The rules of notices, pure: who may do what when, and what may be seen by whom.

Two persons stand behind every notice; approval belongs to the exact content; nothing is edited once it is out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext, pgettext_lazy

from notices import glossary
from notices.content import Content
from notices.lures import lures

LONGEST = timedelta(days=2 * 366)
"""A notice holds for two years at most: laws, fees and telephone numbers change."""

OLDEST_CHECK = timedelta(days=183)
"""A source looked at longer ago than this must be looked at again before approval."""

REFERRING = frozenset({"correction", "cancellation"})
"""Types that are nothing without the notice they speak of."""


class State(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    """Published, but its content is no longer what was approved: shown to nobody."""


STATE_WORDS: Mapping[State, object] = {
    State.DRAFT: pgettext_lazy("notice", "draft"),
    State.APPROVED: pgettext_lazy("notice", "approved"),
    State.PUBLISHED: pgettext_lazy("notice", "published"),
    State.EXPIRED: pgettext_lazy("notice", "expired"),
    State.WITHDRAWN: pgettext_lazy("notice", "withdrawn"),
    State.ALTERED: pgettext_lazy("notice", "altered"),
}
"""States as the desk shows them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What has happened to a notice."""

    author: str
    editors: frozenset[str] = frozenset()
    approved_hash: str = ""
    approver: str = ""
    approved_at: datetime | None = None
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None


def state(standing: Standing, content: Content, *, today: date) -> State:
    """Where a notice stands on a day. ``valid_until`` is the last day on which it holds."""
    if standing.withdrawn_at is not None:
        return State.WITHDRAWN
    approved = bool(standing.approved_hash) and standing.approved_hash == content.digest()
    if standing.published_at is None:
        return State.APPROVED if approved else State.DRAFT
    if not approved:
        return State.ALTERED
    return State.PUBLISHED if content.valid_until is not None and today <= content.valid_until else State.EXPIRED


def is_public(standing: Standing, content: Content, *, today: date) -> bool:
    """Whether its words may be shown outside: published as approved, expired ones too (as expired)."""
    return state(standing, content, today=today) in {State.PUBLISHED, State.EXPIRED}


def has_tombstone(standing: Standing) -> bool:
    """Whether it was out and has been taken back: its address says so for good."""
    return standing.withdrawn_at is not None and standing.published_at is not None


def faults(content: Content, *, today: date) -> tuple[str, ...]:
    """What a draft lacks before it can be approved, each with what to do."""
    found = [*_expiry(content, today), *_texts(content), *_claims(content, today)]
    if content.type in REFERRING and not content.supersedes:
        if content.type == "correction":
            found.append(gettext("A correction must name the notice it is about: start it from that notice's page."))
        else:
            found.append(gettext("A cancellation must name the notice it is about: start it from that notice's page."))
    found += glossary.faults(content)
    for text in content.texts:
        found += [f"{text.language}: {reason}" for reason in lures(text.title, f"{text.body}\n{text.short}")]
    return tuple(found)


def why_not_edit(standing: Standing) -> str:
    """Why a notice may not be changed; empty where it may."""
    if standing.withdrawn_at is not None:
        return gettext("It was withdrawn.")
    if standing.published_at is not None:
        return gettext("It is published: readers have seen it. Make an update or a correction instead.")
    return ""


def why_not_approve(standing: Standing, content: Content, *, by: str, seen: str, today: date) -> tuple[str, ...]:
    """Why ``by``, who looked at the content with the hash ``seen``, may not approve; empty where they may."""
    where = state(standing, content, today=today)
    if where is not State.DRAFT:
        return (gettext("It is %(state)s: only a draft can be approved.") % {"state": STATE_WORDS[where]},)
    reasons = []
    if by == standing.author or by in standing.editors:
        reasons.append(gettext("You wrote or changed it: another person must approve it."))
    if seen != content.digest():
        reasons.append(gettext("It was changed after you opened it: read it again."))
    return (*reasons, *faults(content, today=today))


def why_not_publish(standing: Standing, content: Content, *, today: date) -> str:
    """Why a notice may not be published; empty where it may."""
    where = state(standing, content, today=today)
    if where is not State.APPROVED:
        return gettext("It is %(state)s: only an approved notice can be published, exactly as it was approved.") % {
            "state": STATE_WORDS[where]
        }
    if content.valid_until is None or content.valid_until < today:
        return gettext("Its last day has passed: give it a new one and have it approved again.")
    return ""


def why_not_withdraw(standing: Standing, *, reason: str) -> str:
    """Why a notice may not be withdrawn; empty where it may."""
    if standing.withdrawn_at is not None:
        return gettext("It was withdrawn already.")
    if not reason.strip():
        return gettext("Say why: the reason is shown where the notice was.")
    return ""


def why_not_update(standing: Standing) -> str:
    """Why no update or correction of a notice can be started; empty where one can."""
    return "" if standing.published_at is not None else gettext("It is not published: change the draft itself.")


def after_edit(standing: Standing, content: Content, *, by: str) -> Standing:
    """The standing after ``by`` changed the content: an approval of any other content is gone."""
    editors = standing.editors | {by}
    if standing.approved_hash == content.digest():
        return Standing(standing.author, editors, standing.approved_hash, standing.approver, standing.approved_at)
    return Standing(standing.author, editors)


def _expiry(content: Content, today: date) -> list[str]:
    if content.valid_until is None:
        return [gettext("Say until when it holds: every notice has a last day.")]
    if content.valid_until < today:
        return [gettext("Its last day has passed: choose a later one.")]
    if content.valid_until - today > LONGEST:
        return [gettext("Its last day is more than two years away: choose an earlier one and renew it then.")]
    return []


def _texts(content: Content) -> list[str]:
    found = []
    if not content.shown_texts:
        found.append(gettext("No text has been checked by a person yet: at least one must be."))
    source = content.source
    if content.source_language and (source is None or not source.checked):
        found.append(gettext("The text in the source language has not been checked by a person yet."))
    for text in content.texts:
        if not text.help_lines.strip():
            said = gettext("%(language)s: say where to get help, it stands first on the page.")
            found.append(said % {"language": text.language})
    return found


def _claims(content: Content, today: date) -> list[str]:
    if not content.claims:
        return [gettext("List what it claims, each with its source: the second person checks claim by claim.")]
    found = []
    for claim in content.claims:
        short = claim.text[:40]
        if claim.checked_on > today:
            found.append(gettext("“%(claim)s”: the source cannot have been checked in the future.") % {"claim": short})
        elif today - claim.checked_on > OLDEST_CHECK:
            said = gettext("“%(claim)s”: its source was last checked more than six months ago, look again.")
            found.append(said % {"claim": short})
    return found
