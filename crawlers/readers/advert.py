"""Plain advert pages: main text, title, employer, place, pay and dates by the names of elements and by labels in many languages."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.html import HtmlElement

from adverts.records import Pay
from crawlers import pay as money
from crawlers.readers.parts import document, elements, fields, maintext, places, record, verdict, words
from crawlers.readers.parts.dates import is_date, read_date
from crawlers.readers.parts.document import Document
from crawlers.readers.parts.elements import Piece
from crawlers.readers.parts.maintext import Main
from crawlers.readers.parts.text import clean
from crawlers.reading import Draft, Page, Reading
from crawlers.urls import canonical

NAME = "advert"
VERSION = "1"

_LEAST_POST = 80
"""Characters of a post that stands only in the page's description (social media previews)."""
_HIRING = re.compile(
    r"^(?P<employer>.{2,80}?)\s+(?:is\s+)?hiring\s+(?P<title>.{2,150}?)(?:\s+in\s+(?P<place>[^|]{2,80}))?(?:\s+\|.*)?$", re.I
)
_BEHIND = re.compile(r"^\s*(?:at|@|bei|chez|en|presso|w|hos|i|for|-|–|—|\|)\s+(?P<employer>[^|–—]{2,80}?)(?:\s+(?:[|–—-]|in)\s.*)?$", re.I)


def recognises(page: Page) -> float:
    """0.4 for HTML and text: whether it is an advert is only known by reading it."""
    return 0.4 if document.opened(page).form in {"html", "text"} else 0.0


def read(page: Page) -> Reading:
    """The one advert of a page, or why the page is none."""
    advert, found = judged(document.opened(page))
    return Reading(adverts=(advert,) if advert else (), reader=NAME, version=VERSION, reason=found.reason)


def judged(opened: Document, *, without: Collection[HtmlElement] = ()) -> tuple[Draft | None, verdict.Verdict]:
    """The advert of a page, parts of it left out, and the verdict on it."""
    if opened.form == "text":
        return _plain(opened)
    main = maintext.main_of(opened, without=without)
    opened.memo["main"] = main
    said = fields.labelled(main.text.split("\n")) if main else fields.Labelled()
    found = verdict.judge(opened, main, said)
    if main and not found.reason and main.title:
        return advert_of(opened, main, said), found
    post = _post(opened) if main is None or len(main.text) < _LEAST_POST else None
    if post and not verdict.blocked(opened):
        return post, verdict.Verdict(verdict.ENOUGH, "")
    return None, found


def advert_of(opened: Document, main: Main, said: fields.Labelled) -> Draft:
    """The advert that title, text and labels of a page make."""
    pieces = elements.pieces(main.element, limit=200) if main.element is not None else []
    near = _near_title(pieces, main)
    employer = said.values.get("employer") or _by_role(near, "employer") or _hired(opened, "employer") or _behind_title(opened, main.title)
    place = said.values.get("place") or _by_role(near, "place") or _hired(opened, "place") or _place_beside(near, employer)
    country = places.country_in(place)
    pay = money.read_pay(said.values.get("pay", ""), country=country) or _pay(near, country)
    raw = {name: value for name, value in {**said.values, "page_title": opened.title}.items() if value}
    return Draft(
        url=canonical(opened.url),
        title=main.title,
        text=main.text,
        employer="" if employer == main.title else employer,
        place=place,
        country=country,
        pay=pay,
        posted_on=read_date(said.values.get("posted") or _stamp(near), language=opened.language),
        valid_until=read_date(said.values.get("until"), language=opened.language),
        languages=record.languages_of(opened.language),
        raw=raw,
    )


def _near_title(pieces: list[Piece], main: Main) -> list[Piece]:
    """The pieces from shortly before the title on: fields stand around it."""
    inside = set(main.node.iter()) if main.node is not None else set()
    start = next((number for number, piece in enumerate(pieces) if piece.element in inside), 0)
    return [piece for piece in pieces[max(0, start - 8) :] if piece.element not in inside]


def _by_role(pieces: list[Piece], role: str) -> str:
    for piece in pieces[:60]:
        text = piece.text.strip(" -–—·|,")
        if (
            role not in piece.roles
            or not 2 <= len(text) <= 120
            or words.is_ui(text)
            or words.label(text)
            or is_date(text)
            or words.employment_type(text)
        ):
            continue
        if {"employer", "place"} <= piece.roles and places.place_like(text) != (role == "place"):
            continue
        sentence = text.endswith((":", "?")) or (text.endswith(".") and len(text.split()) > 6)
        if money.find_pay(text) is None and len(text.split()) <= 14 and not sentence:
            return text
    return ""


def _place_beside(pieces: list[Piece], employer: str) -> str:
    """A place among the first short pieces after the title, or what stands right beside or after the employer there."""
    texts = [piece.text.strip(" -·|,") for piece in pieces[:14]]
    short = [text for text in texts if text and len(text) <= 70]
    known = next((text for text in short if places.place_like(text) and not words.employment_type(text) and text != employer), "")
    if known and employer and known.startswith(employer):
        known = known[len(employer) :].strip(" -–—·|,/")
    if known or not employer:
        return known
    for number, text in enumerate(short):
        if text == employer:
            return next((other for other in short[number + 1 : number + 2] if _name_like(other)), "")
        if text.startswith(employer) and _name_like(rest := text[len(employer) :].strip(" -–—·|,/")):
            return rest
    return ""


def _name_like(text: str) -> bool:
    """Whether a short piece can be the name of a place: no date, kind of employment, department, pay or button."""
    if not text or len(text.split()) > 5 or any(map(str.isdigit, text)) or words.bare(text) in words.entries("departments"):
        return False
    return not (is_date(text) or words.employment_type(text) or words.is_ui(text) or words.label(text) or words.is_section(text))


def _pay(pieces: list[Piece], country: str) -> Pay | None:
    named = (piece.text for piece in pieces[:80] if "pay" in piece.roles and any(map(str.isdecimal, piece.text)) and len(piece.text) <= 120)
    for text in named:
        if found := money.read_pay(text, country=country):
            return found
    return next((found for piece in pieces[:25] if len(piece.text) <= 90 and (found := money.find_pay(piece.text, country=country))), None)


def _stamp(pieces: list[Piece]) -> str:
    return next((str(stamp)[:40] for piece in pieces[:60] if piece.element.tag == "time" and (stamp := piece.element.get("datetime"))), "")


def _hired(opened: Document, part: str) -> str:
    """Employer or place out of "Acme hiring Welder in Leeds"."""
    found = _HIRING.match(opened.title) or _HIRING.match(opened.metas.get("og:title", "")[:300])
    return (found.group(part) or "").strip() if found else ""


def _behind_title(opened: Document, title: str) -> str:
    """Employer out of "Welder at Acme | Board" or "Welder bei Acme"."""
    for whole in (opened.title, opened.metas.get("og:title", "")[:300]):
        start = whole.lower().find(title.lower())
        found = _BEHIND.match(whole[start + len(title) :]) if start >= 0 and title else None
        if found and re.match(r"\s*(?:at|@|bei|chez|presso|hos)\s", whole[start + len(title) :], re.I):
            return found.group("employer").strip(" ,")
    return ""


def _plain(opened: Document) -> tuple[Draft | None, verdict.Verdict]:
    """A body that is text without mark-up: its first line is the title."""
    text = clean(opened.text)
    title, _, rest = text.partition("\n")
    enough = words.hiring(text) + fields.labelled(text.split("\n")).count + words.occupations(title)
    if len(text) < _LEAST_POST or enough < 3:
        return None, verdict.Verdict(float(enough), "the text has none of the marks of an advert")
    advert = Draft(url=canonical(opened.url), title=title[:300], text=rest if len(title) <= 300 else text)
    return record.filled(advert), verdict.Verdict(verdict.ENOUGH, "")


def _post(opened: Document) -> Draft | None:
    """A post whose words stand in the page's description alone: the first line is its title."""
    text = clean(opened.metas.get("og:description", "") or opened.metas.get("description", ""))
    lines = text.split("\n")
    if len(text) < _LEAST_POST or words.hiring(text) + fields.labelled(lines).count + min(2, words.occupations(text[:300])) < 2:
        return None
    return record.filled(
        Draft(url=canonical(opened.url), title=lines[0][:300], text="\n".join(lines[1:]), languages=record.languages_of(opened.language))
    )
