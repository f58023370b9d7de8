"""Notices on paper: one A4 page, and a card (A4 across, folded once), as tagged PDF/UA with a QR code of the page.

The sheet is refused where the machine's fonts lack a letter: an empty box on a warning helps nobody. Debian's ``fonts-noto-core`` and
``fonts-noto-cjk`` have all letters of the languages of ``notices.languages``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from adverts.access import public
from adverts.records import FairwatchError
from notices import fates, frame, languages, readable
from notices.content import Text
from notices.markup import blocks, help_lines
from notices.public import about, in_language
from notices.reading import Public, public_notices
from notices.wording import day, full_wording

FORMS = {"sheet": 1, "card": 1}
"""Form -> pages it should fit on."""

SIZES = (18, 16, 14, 12, 11, 10, 9)
"""Letter sizes in points, tried from the largest until the text fits."""


class MissingLettersError(FairwatchError):
    """The fonts of this machine lack letters of a text."""


@public
@require_safe
def page(request: HttpRequest, slug: str, language: str, form: str) -> HttpResponseBase:
    """One notice in one language as PDF; 503 where letters are missing on this machine."""
    found = in_language(public_notices(today=frame.today()), slug, language)
    if found is None or form not in FORMS:
        raise Http404
    try:
        made = _kept(Key(*found), form)
    except MissingLettersError as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8", status=503)
    response = frame.answer(request, made, "application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-{language}-{form}.pdf"'
    return response


def pdf(notice: Public, text: Text, *, form: str) -> bytes:
    """The PDF in the largest letters that fit. Raises ``MissingLettersError`` naming the letters."""
    context = _context(notice, text)
    made: bytes = b""
    for size in SIZES:
        markup = render_to_string(f"notices/print_{form}.html", {**context, "size": size})
        document = HTML(string=markup, url_fetcher=URLFetcher(allowed_protocols=("data",))).render(pdf_variant=readable.VARIANT)
        if len(document.pages) <= FORMS[form] or size == SIZES[-1]:
            made = readable.write(document)
            _refuse_missing(document.fonts, text.language)
            break
    return made


class Key:
    """What a PDF is made of, equal where the PDF would be."""

    def __init__(self, notice: Public, text: Text) -> None:
        self.notice, self.text = notice, text
        self.name = (notice.digest, text.language)

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.name == self.name


@lru_cache(maxsize=64)
def _kept(key: Key, form: str) -> bytes:
    return pdf(key.notice, key.text, form=form)


def _refuse_missing(fonts: dict[Any, Any], language: str) -> None:
    missing = sorted({chr(point) for font in fonts.values() for point in font.missing})
    if missing:
        shown = " ".join(f"{char} (U+{ord(char):04X})" for char in missing[:10])
        raise MissingLettersError(f"{language}: no font of this machine has {shown}; install fonts-noto-core and fonts-noto-cjk")


def _context(notice: Public, text: Text) -> dict[str, Any]:
    words = full_wording(text.language)
    url = frame.absolute("notice-public", notice.slug, text.language)
    until = notice.content.valid_until
    return {
        "words": words.texts,
        "words_language": words.language,
        "words_direction": words.direction,
        "language": text.language,
        "direction": languages.direction(text.language),
        "text": text,
        "lead": text.short.strip(),
        "blocks": blocks(text.body),
        "help_lines": help_lines(text.help_lines),
        "banners": fates.banners(notice, words),
        "type": words.texts["types"][notice.content.type],
        "about": about(notice, words),
        "valid_until": day(until, words.language) if until else "",
        "claims": notice.content.claims,
        "url": url,
        "qr": segno.make(url, error="m").svg_data_uri(scale=4, border=2),
    }
