"""What the four boards have in common: a page, its address words in twelve languages, escaped markup, dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from html import escape

from tests.boards.content import CHANGE_DAY, Written

DAY_START = (
    datetime(2026, 9, 13, 18, tzinfo=UTC),
    datetime(2026, 9, 14, 6, tzinfo=UTC),
    datetime(2026, 9, 15, 6, tzinfo=UTC),
)
"""When each day of the boards begins; day 0 is the evening before day 1. Fixed, so that pages never depend on the clock."""

WORDS: dict[str, tuple[str, str, str, str]] = {
    "en": ("Employer", "Place", "Pay", "Posted"),
    "es": ("Empresa", "Lugar", "Salario", "Publicado"),
    "fr": ("Employeur", "Lieu", "Salaire", "Publié le"),
    "ar": ("جهة العمل", "المكان", "الأجر", "تاريخ النشر"),
    "hi": ("नियोक्ता", "स्थान", "वेतन", "प्रकाशित"),
    "ne": ("रोजगारदाता", "स्थान", "तलब", "प्रकाशित"),
    "bn": ("নিয়োগকর্তা", "স্থান", "বেতন", "প্রকাশ"),
    "tl": ("Employer", "Lugar", "Sahod", "Petsa"),
    "id": ("Perusahaan", "Lokasi", "Gaji", "Tanggal"),
    "vi": ("Nơi tuyển", "Địa điểm", "Lương", "Ngày đăng"),
    "ru": ("Работодатель", "Место", "Оплата", "Размещено"),
    "pl": ("Pracodawca", "Miejsce", "Płaca", "Dodano"),
}
"""Employer, place, pay, posted."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the server."""

    body: bytes
    modified: datetime
    kind: str = "text/html; charset=utf-8"
    status: int = 200


def direction(lang: str) -> str:
    """The ``dir`` attribute that goes with a language of the boards."""
    return "rtl" if lang == "ar" else "ltr"


def changed_at(advert: Written, *, day: int) -> datetime:
    """When the page of an advert last changed, seen from ``day``."""
    if day >= CHANGE_DAY and advert.changes is not None:
        return DAY_START[CHANGE_DAY]
    return datetime.combine(advert.posted, time(5), tzinfo=UTC)


def paragraphs(text: str) -> str:
    """The text as HTML paragraphs, single line breaks kept; lines beginning with a dash become a list."""
    return "".join(_block(block.split("\n")) for block in text.split("\n\n"))


def _block(lines: list[str]) -> str:
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>"
    return "<p>" + "<br>".join(escape(line) for line in lines) + "</p>"


def facts(advert: Written) -> list[tuple[str, str]]:
    """The filled-in facts with their names in the advert's language."""
    values = (advert.employer, advert.place, advert.pay, advert.posted.isoformat())
    return [(name, value) for name, value in zip(WORDS[advert.lang], values, strict=True) if value]


def newest_first(adverts: list[Written]) -> list[Written]:
    """By date, then by id: the order of every list of the boards."""
    return sorted(sorted(adverts, key=_own_id), key=_posted, reverse=True)


def _own_id(advert: Written) -> str:
    return advert.id


def _posted(advert: Written) -> str:
    return advert.posted.isoformat()


def related(advert: Written, adverts: tuple[Written, ...]) -> list[Written]:
    """Up to three adverts of the same board that stay online on all days, so that the links never change the page."""
    same = [
        other for other in adverts if other.board == advert.board and not other.private and len(other.days) == 3 and other.id != advert.id
    ]
    in_language = [other for other in same if other.lang == advert.lang]
    return (in_language + [other for other in same if other.lang != advert.lang])[:3]


def document(*, title: str, body: str, lang: str = "en", head: str = "", site: str) -> bytes:
    """A whole HTML page."""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}" dir="{direction(lang)}">\n<head><meta charset="utf-8">'
        f'<title>{escape(title)} - {escape(site)}</title><meta name="viewport" content="width=device-width">{head}</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def gone(advert: Written, *, site: str, home: str) -> Page:
    """What the address of an advert answers after it was taken down."""
    said = "This advert was taken down by the person who posted it." if advert.gone == 410 else "We cannot find this page."
    body = f'<h1>{said}</h1><p><a href="{home}">Back to {escape(site)}</a></p>'
    return Page(document(title=said, body=body, site=site), DAY_START[0], status=advert.gone)
