"""The public pages and the feed: no sign-in, no session, no cookie, no script.

Built without the request, so that nothing of it can leak in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from adverts.access import public
from notices import languages
from notices.content import Text
from notices.markup import blocks, help_lines
from notices.reading import Public, Tombstone, public_notices, tombstones
from notices.rules import State
from notices.wording import Wording, codes, day, wording
from settings.env import current

MAX_AGE = 300
"""Seconds a page may be kept: a withdrawal is seen everywhere within that time."""


@dataclass(frozen=True, slots=True)
class Link:
    """One text of a notice, as listed."""

    title: str
    url: str
    language: str
    direction: str
    name: str
    """The language's own name."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One notice in a list."""

    type: str
    links: tuple[Link, ...]
    valid_until: str
    expired: bool
    corrected: bool


@public
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All notices, those that hold first; ``?lang=`` chooses the language of the words around them."""
    words = wording(request.GET.get("lang", ""))
    notices = public_notices(today=_today())
    listed = [_listed(notice, words) for notice in notices]
    context = {
        "current": [each for each in listed if not each.expired],
        "expired": [each for each in listed if each.expired],
        "site_languages": [_site_link(code, "notices-public") for code in codes()],
    }
    return _page(request, "notices/public_list.html", context, words=words, title=words.texts["site"])


@public
@require_safe
def page(request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
    """One notice in one language; 410 with a tombstone where it was taken back, 404 where it never was out."""
    notices = public_notices(today=_today())
    notice = next((each for each in notices if each.slug == slug), None)
    if notice is None:
        stone = next((each for each in tombstones(notices) if each.slug == slug and language in each.languages), None)
        if stone is None:
            raise Http404
        return _tombstone(request, stone, language)
    text = next((each for each in notice.content.shown_texts if each.language == language), None)
    if text is None:
        raise Http404
    words = wording(language)
    url = _absolute("notice-public", slug, language)
    context = {
        "text": text,
        "blocks": blocks(text.body),
        "help_lines": help_lines(text.help_lines),
        "type": words.texts["types"][notice.content.type],
        "expired": notice.state is State.EXPIRED,
        "valid_until": day(notice.content.valid_until, words.language) if notice.content.valid_until else "",
        "published": day(notice.published_at.date(), words.language),
        "claims": [(claim, day(claim.checked_on, words.language)) for claim in notice.content.claims],
        "others": [link for link in _links(notice) if link.language != language],
        "newer": [(each.content.type == "correction", _link_in(each, language)) for each in notice.newer],
        "older": _older(notice, notices, language),
        "is_correction": notice.content.type == "correction",
        "url": url,
        "qr": segno.make(url, error="m").svg_data_uri(scale=3, border=2),
    }
    return _page(request, "notices/public_notice.html", context, words=words, title=text.title, language=language)


@public
@require_safe
def corrections(request: HttpRequest) -> HttpResponseBase:
    """How to ask for a correction, and all that were made."""
    words = wording(request.GET.get("lang", ""))
    notices = public_notices(today=_today())
    context = {
        "contact": current().operator_contact,
        "corrected": [_listed(notice, words) for notice in notices if notice.content.type == "correction"],
        "withdrawn": [
            (words.texts["types"][stone.type], day(stone.withdrawn_at.date(), words.language), stone) for stone in tombstones(notices)
        ],
        "site_languages": [_site_link(code, "notices-corrections") for code in codes()],
    }
    return _page(request, "notices/public_corrections.html", context, words=words, title=words.texts["corrections"])


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """Every text of every notice as Atom, with tombstones (RFC 6721) for what was taken back."""
    notices = public_notices(today=_today())
    stones = tombstones(notices)
    moments = [each.updated_at for each in notices] + [each.withdrawn_at for each in stones]
    context = {
        "entries": [_feed_entry(notice, text) for notice in notices for text in notice.content.shown_texts],
        "stones": [
            {"tag": _tag(stone.slug, code), "when": stone.withdrawn_at.astimezone(UTC), "reason": stone.reason}
            for stone in stones
            for code in stone.languages
        ],
        "tag": f"tag:{_host()},2026:notices",
        "updated": max(moments, default=datetime(2026, 1, 1, tzinfo=UTC)).astimezone(UTC),
        "self_url": _absolute("notices-feed"),
        "site_url": _absolute("notices-public"),
        "title": wording("en").texts["site"],
    }
    body = render_to_string("notices/feed.xml", context)
    return _answer(request, body, "application/atom+xml; charset=utf-8")


def _tombstone(request: HttpRequest, stone: Tombstone, language: str) -> HttpResponseBase:
    words = wording(language)
    when = day(stone.withdrawn_at.date(), words.language)
    context = {
        "type": words.texts["types"][stone.type],
        "text": words.texts["withdrawn_text"].format(date=when),
        "reason": stone.reason,
        "newer": [(each.content.type == "correction", _link_in(each, language)) for each in stone.newer],
    }
    return _page(request, "notices/public_tombstone.html", context, words=words, title=words.texts["withdrawn"], status=410)


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    words: Wording,
    title: str,
    language: str = "",
    status: int = 200,
) -> HttpResponseBase:
    """A finished page. ``language`` is that of its main text; the words around it carry their own where they differ."""
    main = language or words.language
    frame = {
        "words": words.texts,
        "title": title,
        "language": main,
        "direction": languages.direction(main),
        "words_language": words.language,
        "words_direction": words.direction,
        "feed_url": reverse("notices-feed"),
        "list_url": f"{reverse('notices-public')}?lang={words.language}",
        "corrections_url": f"{reverse('notices-corrections')}?lang={words.language}",
    }
    body = render_to_string(template, {**frame, **context})
    if status != 200:
        return HttpResponse(body, status=status)
    response = _answer(request, body, "text/html; charset=utf-8")
    response["Content-Language"] = main
    return response


def _answer(request: HttpRequest, body: str, content_type: str) -> HttpResponseBase:
    """The body, or "not modified" where the reader has it already."""
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(body, content_type=content_type)
    response["ETag"], response["Cache-Control"] = etag, f"public, max-age={MAX_AGE}"
    return response


def _feed_entry(notice: Public, text: Text) -> dict[str, Any]:
    words = wording(text.language).texts
    marks = [words["expired"]] if notice.state is State.EXPIRED else []
    if notice.newer:
        marks.append(words["corrected"] if any(each.content.type == "correction" for each in notice.newer) else words["updated"])
    return {
        "tag": _tag(notice.slug, text.language),
        "url": _absolute("notice-public", notice.slug, text.language),
        "language": text.language,
        "title": text.title,
        "marks": marks,
        "published": notice.published_at.astimezone(UTC),
        "updated": notice.updated_at.astimezone(UTC),
        "valid_until": f"{words['valid_until']}: {day(notice.content.valid_until, text.language)}" if notice.content.valid_until else "",
        "help": help_lines(text.help_lines),
        "blocks": blocks(text.body),
        "type": words["types"][notice.content.type],
    }


def _listed(notice: Public, words: Wording) -> Listed:
    until = notice.content.valid_until
    return Listed(
        type=words.texts["types"][notice.content.type],
        links=_links(notice, first=words.language),
        valid_until=day(until, words.language) if until else "",
        expired=notice.state is State.EXPIRED,
        corrected=any(each.content.type == "correction" for each in notice.newer),
    )


def _links(notice: Public, *, first: str = "") -> tuple[Link, ...]:
    made = [_link(notice, text) for text in notice.content.shown_texts]
    return tuple([link for link in made if link.language == first] + [link for link in made if link.language != first])


def _link(notice: Public, text: Text) -> Link:
    url = reverse("notice-public", args=(notice.slug, text.language))
    return Link(text.title, url, text.language, languages.direction(text.language), languages.own_name(text.language))


def _link_in(notice: Public, language: str) -> Link:
    return _links(notice, first=language)[0]


def _older(notice: Public, notices: tuple[Public, ...], language: str) -> Link | None:
    older = next((each for each in notices if each.slug == notice.older), None)
    return _link_in(older, language) if older is not None else None


def _site_link(code: str, name: str) -> Link:
    return Link(languages.own_name(code), f"{reverse(name)}?lang={code}", code, languages.direction(code), languages.own_name(code))


def _tag(slug: str, language: str) -> str:
    """A stable id (RFC 4151) for a notice in a language."""
    return f"tag:{_host()},2026:notice/{slug}/{language}"


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _absolute(name: str, *args: object) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def _today() -> date:
    return timezone.localdate()
