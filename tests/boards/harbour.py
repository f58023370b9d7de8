"""Harbour Vacancies: sea, construction and hotel work; an RSS feed with pages behind it."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape

from tests.boards.content import Written, path_of
from tests.boards.pieces import DAY_START, Page, changed_at, direction, document, facts, gone, newest_first, paragraphs, related

SITE = "Harbour Vacancies"
EXCERPT = 140
"""Characters of an advert in the feed's ``description``; ``content:encoded`` holds all of it."""
_NAMESPACES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_HEADER = (
    '<div id="top" lang="en" dir="ltr"><b>Harbour Vacancies</b> ships, sites, hotels <a href="/harbour/">start</a> '
    '<a href="/harbour/feed.xml">feed</a></div>'
)
_FOOTER = (
    '<div id="bottom" lang="en" dir="ltr"><small>Harbour Vacancies is a notice board, not an agency. We charge seafarers and builders '
    "nothing. Report an advert that asks for a fee: desk@harbour-vacancies.example</small></div>"
)


def pages(*, adverts: tuple[Written, ...], day: int, base: str) -> dict[str, Page]:
    """Every address of the board as it answers on ``day``."""
    mine = [advert.on(day) for advert in adverts if advert.board == "harbour"]
    online = newest_first([advert for advert in mine if day in advert.days])
    out: dict[str, Page] = {}
    for advert in mine:
        if day in advert.days:
            out[path_of(advert)] = _detail(advert, adverts=adverts, day=day)
        elif min(advert.days) < day:
            out[path_of(advert)] = gone(advert, site=SITE, home="/harbour/")
    out["/harbour/"] = _front(online, day=day)
    out["/harbour/feed.xml"] = _feed(online, day=day, base=base)
    return out


def _front(online: list[Written], *, day: int) -> Page:
    rows = "".join(_row(advert) for advert in online)
    body = f"{_HEADER}<h1>Latest vacancies</h1><table>{rows}</table>{_FOOTER}"
    head = '<link rel="alternate" type="application/rss+xml" href="/harbour/feed.xml">'
    return Page(document(title="Latest vacancies", body=body, head=head, site=SITE), DAY_START[day])


def _row(advert: Written) -> str:
    cells = f'<td>{advert.posted.isoformat()}</td><td><a href="{path_of(advert)}">{escape(advert.title)}</a></td>'
    return f'<tr lang="{advert.lang}" dir="{direction(advert.lang)}">{cells}</tr>'


def _detail(advert: Written, *, adverts: tuple[Written, ...], day: int) -> Page:
    rows = "".join(f"<li><b>{escape(name)}:</b> <span>{escape(value)}</span></li>" for name, value in facts(advert))
    links = " ".join(f'<a href="{path_of(other)}" lang="{other.lang}">{escape(other.title)}</a>' for other in related(advert, adverts))
    body = (
        f'{_HEADER}<div class="vacancy"><h1>{escape(advert.title)}</h1><ul class="facts">{rows}</ul>'
        f'<div class="vacancy-text">{paragraphs(advert.text)}</div></div>'
        f'<div class="more" lang="en" dir="ltr">More: {links}</div>{_FOOTER}'
    )
    return Page(document(title=advert.title, body=body, lang=advert.lang, site=SITE), changed_at(advert, day=day))


def _feed(online: list[Written], *, day: int, base: str) -> Page:
    items = "".join(_item(advert, base=base) for advert in online)
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel><title>{SITE}</title>'
        f"<link>{base}/harbour/</link><description>Work at sea, on sites and in hotels</description>"
        f"<lastBuildDate>{format_datetime(DAY_START[day])}</lastBuildDate>\n{items}</channel>\n</rss>\n"
    )
    return Page(xml.encode(), DAY_START[day], kind="application/rss+xml; charset=utf-8")


def _item(advert: Written, *, base: str) -> str:
    url = escape(base + path_of(advert))
    short = advert.text.replace("\n", " ")
    excerpt = short if len(short) <= EXCERPT else short[:EXCERPT].rsplit(" ", 1)[0] + " ..."
    rows = "".join(f"<p>{escape(name)}: {escape(value)}</p>" for name, value in facts(advert))
    creator = f"<dc:creator>{escape(advert.employer)}</dc:creator>" if advert.employer else ""
    return (
        f'<item><title>{escape(advert.title)}</title><link>{url}</link><guid isPermaLink="true">{url}</guid>'
        f"<pubDate>{format_datetime(changed_at(advert, day=0))}</pubDate>{creator}<dc:language>{advert.lang}</dc:language>"
        f"<description>{escape(excerpt)}</description>"
        f"<content:encoded>{escape(rows + paragraphs(advert.text))}</content:encoded></item>\n"
    )
