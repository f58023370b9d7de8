"""The public pages of notices: no sign-in, no session, no cookie, no script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from adverts.access import public
from notices import fates, frame, quiz, subjects
from notices.content import Text
from notices.helping import help_by_country
from notices.markup import blocks, help_lines
from notices.reading import Public, Tombstone, public_notices, tombstones
from notices.short import short_form
from notices.wording import Wording, day, full_codes, full_wording, wording
from settings.env import current


@dataclass(frozen=True, slots=True)
class Listed:
    """One notice in a list."""

    type: str
    about: str
    """For whom and which work, in the words of the page."""
    links: tuple[frame.Link, ...]
    valid_until: str
    marks: tuple[str, ...]


@public
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All notices, those that hold first; ``lang`` chooses the words around them, ``from``, ``to``, ``work`` and ``in`` the notices."""
    words = wording(request.GET.get("lang", ""))
    notices = public_notices(today=frame.today())
    chosen = {name: request.GET.get(name, "")[:16] for name in ("from", "to", "work", "in")}
    kept = [notice for notice in notices if _fits(notice, chosen)]
    context = {
        "current": [listed(notice, words) for notice in kept if notice.holds],
        "expired": [listed(notice, words) for notice in kept if not notice.holds],
        "choices": _choices(notices, words, chosen),
        "chosen": any(chosen.values()),
        "help_by_country": help_by_country(words.language),
        "site_languages": frame.site_links("notices-public"),
    }
    return frame.page(request, "notices/public_list.html", context, words=words, title=words.texts["site"])


@public
@require_safe
def page(request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
    """One notice in one language; 410 with a tombstone where it was taken back, 404 where it never was out."""
    notices = public_notices(today=frame.today())
    found = in_language(notices, slug, language)
    if found is None:
        stone = next((each for each in tombstones(notices) if each.slug == slug and language in each.languages), None)
        if stone is None:
            raise Http404
        return _tombstone(request, stone, language)
    notice, text = found
    words = full_wording(language)
    url = frame.absolute("notice-public", slug, language)
    context = {
        "text": text,
        "slug": slug,
        "blocks": blocks(text.body),
        "help_lines": help_lines(text.help_lines),
        "type": words.texts["types"][notice.content.type],
        "about": about(notice, words),
        "banners": [(banner, _link_in(banner.by, language) if banner.by else None) for banner in fates.banners(notice, words)],
        "valid_until": day(notice.content.valid_until, words.language) if notice.content.valid_until else "",
        "expires": notice.content.valid_until,
        "published": day(notice.published_at.date(), words.language),
        "published_on": notice.published_at,
        "claims": [(claim, day(claim.checked_on, words.language)) for claim in notice.content.claims],
        "others": [link for link in frame.links(notice) if link.language != language],
        "older": _older(notice, notices, language),
        "refers": {"correction": words.texts["corrects"]}.get(notice.content.type, words.texts["replaces"]),
        "url": url,
        "qr": segno.make(url, error="m").svg_data_uri(scale=3, border=2),
        "short": short_form(notice, text, words),
        "asked": quiz.asked(words) if notice.holds else (),
    }
    return frame.page(request, "notices/public_notice.html", context, words=words, title=text.title, language=language)


def in_language(notices: tuple[Public, ...], slug: str, language: str) -> tuple[Public, Text] | None:
    """The notice and its text, where both are out."""
    notice = next((each for each in notices if each.slug == slug), None)
    text = next((each for each in notice.content.shown_texts if each.language == language), None) if notice else None
    return (notice, text) if notice is not None and text is not None else None


def listed(notice: Public, words: Wording) -> Listed:
    """A notice as lists show it."""
    until = notice.content.valid_until
    return Listed(
        type=words.texts["types"][notice.content.type],
        about=about(notice, words),
        links=frame.links(notice, first=words.language),
        valid_until=day(until, words.language) if until else "",
        marks=fates.marks(notice, words),
    )


def about(notice: Public, words: Wording) -> str:
    """Corridor and work of a notice, in the words of the page; empty where it is for everybody."""
    found = notice.content
    ends = [subjects.country_name(code, words.language) for code in (found.from_country, found.to_country) if code]
    arrow = " ← " if words.direction == "rtl" else " → "
    work = words.texts["work"][found.occupation] if found.occupation else ""
    return " · ".join(part for part in (arrow.join(ends), work) if part)


def _tombstone(request: HttpRequest, stone: Tombstone, language: str) -> HttpResponseBase:
    words = full_wording(language)
    context = {
        "type": words.texts["types"][stone.type],
        "text": words.texts["withdrawn_text"].format(date=day(stone.withdrawn_at.date(), words.language)),
        "reason": stone.reason,
        "newer": [(words.texts[fates.word_for(each)], _link_in(each, language)) for each in stone.newer],
    }
    return frame.page(request, "notices/public_tombstone.html", context, words=words, title=words.texts["withdrawn"], status=410)


@public
@require_safe
def corrections(request: HttpRequest) -> HttpResponseBase:
    """How to ask for a correction, and all that were made."""
    from notices.replies import public_log

    words = full_wording(request.GET.get("lang", ""))
    notices = public_notices(today=frame.today())
    context = {
        "contact": current().operator_contact,
        "corrected": [listed(notice, words) for notice in notices if notice.content.type in fates.SPOKEN],
        "withdrawn": [
            (words.texts["types"][stone.type], day(stone.withdrawn_at.date(), words.language), stone) for stone in tombstones(notices)
        ],
        "answers": public_log(notices, words),
        "site_languages": frame.site_links("notices-corrections", full_codes()),
    }
    return frame.page(request, "notices/public_corrections.html", context, words=words, title=words.texts["corrections"])


def _fits(notice: Public, chosen: dict[str, str]) -> bool:
    found = notice.content
    wanted = ((chosen["from"], found.from_country), (chosen["to"], found.to_country), (chosen["work"], found.occupation))
    # a notice for everybody fits every choice
    fits = all(not choice or not value or choice == value for choice, value in wanted)
    return fits and (not chosen["in"] or any(text.language == chosen["in"] for text in found.shown_texts))


def _choices(notices: tuple[Public, ...], words: Wording, chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The four selects of the list, each with what the notices that are out offer."""
    from notices.languages import own_name

    contents = [notice.content for notice in notices]
    country = {code: subjects.country_name(code, words.language) for found in contents for code in (found.from_country, found.to_country)}
    offers = {
        "from": {found.from_country: country[found.from_country] for found in contents if found.from_country},
        "to": {found.to_country: country[found.to_country] for found in contents if found.to_country},
        "work": {found.occupation: words.texts["work"][found.occupation] for found in contents if found.occupation},
        "in": {text.language: own_name(text.language) for found in contents for text in found.shown_texts},
    }
    return [
        {
            "name": name,
            "label": words.texts[f"choose_{name}"],
            "chosen": chosen[name],
            "options": sorted(offer.items(), key=lambda item: item[1]),
        }
        for name, offer in offers.items()
        if len(offer) > 1 or chosen[name] or (offer and name != "in")
    ]


def _link_in(notice: Public, language: str) -> frame.Link:
    return frame.links(notice, first=language)[0]


def _older(notice: Public, notices: tuple[Public, ...], language: str) -> frame.Link | None:
    older = next((each for each in notices if each.slug == notice.older), None)
    return _link_in(older, language) if older is not None else None
