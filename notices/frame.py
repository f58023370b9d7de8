"""What all public pages have around them: words, links, languages, caching. Built without the request, so that nothing of it leaks in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from notices import languages
from notices.content import Text
from notices.reading import Public
from notices.wording import NATIVE_CHECKED, Wording, codes

MAX_AGE = 300
"""Seconds a page may be kept: a withdrawal is seen everywhere within that time."""

EXIT_URL = "https://www.wikipedia.org/"
"""Where "leave this page" leads: a page that anybody may have open."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to something in a language."""

    title: str
    url: str
    language: str
    direction: str
    name: str
    """The language's own name."""


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    words: Wording,
    title: str,
    language: str = "",
    status: int = 200,
    keep: bool = True,
) -> HttpResponseBase:
    """A finished page. ``language`` is that of its main text; the words around it carry their own where they differ.

    ``keep`` false: nobody may keep a copy (what somebody typed is on it).
    """
    main = language or words.language
    frame = {
        "words": words.texts,
        "title": title,
        "language": main,
        "direction": languages.direction(main),
        "words_language": words.language,
        "words_direction": words.direction,
        "exit_url": EXIT_URL,
        "native": words.language in NATIVE_CHECKED,
        "feed_url": reverse("notices-feed"),
        "json_url": reverse("notices-json"),
        **{f"{name}_url": site_url(f"notices-{view}", words.language) for name, view in SITE.items()},
    }
    body = render_to_string(template, {**frame, **context})
    if status == 200 and keep:
        response = answer(request, body, "text/html; charset=utf-8")
    else:
        response = HttpResponse(body, status=status)
        if not keep:
            response["Cache-Control"] = "no-store"
    response["Content-Language"] = main
    return response


SITE = {"list": "public", "corrections": "corrections", "check": "check", "fair": "fair-offer", "licences": "licences"}
"""Pages every public page links to, by the name templates use."""


def answer(request: HttpRequest, body: str | bytes, content_type: str) -> HttpResponseBase:
    """The body, or "not modified" where the reader has it already."""
    raw = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(raw, content_type=content_type)
    response["ETag"], response["Cache-Control"] = etag, f"public, max-age={MAX_AGE}"
    return response


def links(notice: Public, *, first: str = "") -> tuple[Link, ...]:
    """Links to all texts of a notice, that in the language ``first`` before the others."""
    made = [_link(notice, text) for text in notice.content.shown_texts]
    return tuple([link for link in made if link.language == first] + [link for link in made if link.language != first])


def site_url(name: str, language: str, **query: str) -> str:
    """Address of a page of the site in a language."""
    return f"{reverse(name)}?{urlencode({'lang': language, **query})}"


def site_links(name: str, chosen: tuple[str, ...] = ()) -> list[Link]:
    """A page of the site in each language that has words for it; ``chosen``: in these alone."""
    return [
        Link(languages.own_name(code), site_url(name, code), code, languages.direction(code), languages.own_name(code))
        for code in chosen or codes()
    ]


def host() -> str:
    """The name in our addresses."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def absolute(name: str, *args: object) -> str:
    """An address that works outside this site."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def tag(slug: str, language: str) -> str:
    """A stable id (RFC 4151) for a notice in a language."""
    return f"tag:{host()},2026:notice/{slug}/{language}"


def today() -> date:
    """The day on which pages are made, in the office's time zone."""
    return timezone.localdate()


def _link(notice: Public, text: Text) -> Link:
    url = reverse("notice-public", args=(notice.slug, text.language))
    return Link(text.title, url, text.language, languages.direction(text.language), languages.own_name(text.language))
