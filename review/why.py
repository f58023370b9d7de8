"""The *why here* sentence, made of exactly what ``review.rules.sort_key`` orders by, in everyday words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from adverts import store
from review.rules import FRESH, NEW, READ, VULNERABLE, Facts, Reopening, band_words


def why_here(facts: Facts, *, now: datetime, reopened: str = "") -> str:
    """Why a case stands where it stands: band and indicators, reach, freshness, novelty, vulnerability, jurisdiction."""
    parts = [_seen(facts), _reach(facts), _freshness(facts, now=now)]
    if now - facts.first_at <= NEW:
        parts.append(_("new this week"))
    parts += [*_vulnerability(facts), *_jurisdiction(facts)]
    if reopened:
        parts.append(reopening_words(reopened))
    return f"{band_words(facts.band)}: " + "; ".join(parts)


def indicator_words(indicator_id: str) -> str:
    """An indicator by the title of its card, in the reader's language where the card has it."""
    card = store.indicator(indicator_id)
    return card.titles.get((get_language() or "en").split("-")[0]) or card.title


def reopening_words(code: str) -> str:
    """Why a case came back, as the end of a sentence."""
    words: dict[str, str] = {
        Reopening.HIGHER_BAND: _("back because it became more urgent"),
        Reopening.CHANGED_TEXT: _("back because a text changed"),
        Reopening.NEW_COPY: _("back because a new copy appeared"),
        Reopening.UNDONE: _("back because the decision was taken back"),
    }
    return words.get(code, code)


def _seen(facts: Facts) -> str:
    if facts.band == READ:
        return _("read the advert first, findings follow your decision")
    if not facts.indicators:
        return _("no single indicator")
    shown, more = facts.indicators[:3], len(facts.indicators) - 3
    names = " + ".join(indicator_words(name) for name in shown)
    if more <= 0:
        return names
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {"names": names, "n": more}


def _reach(facts: Facts) -> str:
    copies = ngettext("%d copy", "%d copies", facts.copies) % facts.copies
    boards = ngettext("on %d board", "on %d boards", facts.boards) % facts.boards
    if facts.countries <= 1:
        return _("%(copies)s %(boards)s") % {"copies": copies, "boards": boards}
    countries = ngettext("for %d country", "for %d countries", facts.countries) % facts.countries
    return _("%(copies)s %(boards)s %(countries)s") % {"copies": copies, "boards": boards, "countries": countries}


def _freshness(facts: Facts, *, now: datetime) -> str:
    if facts.online == 0:
        return _("no longer online")
    return _("online now, the newest copy under 3 days old") if now - facts.newest_at <= FRESH else _("online now")


def _vulnerability(facts: Facts) -> Iterator[str]:
    words = (_("minors are addressed"), _("people in need are addressed"), _("housing goes with the job"))
    for name, said in zip(VULNERABLE, words, strict=True):
        if name in facts.indicators:
            yield said


def _jurisdiction(facts: Facts) -> Iterator[str]:
    if facts.here is not None:
        yield _("work in our country") if facts.here else _("work in another country")
