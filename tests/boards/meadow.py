"""Meadow Jobs: farm, food and care work; every advert page carries a schema.org JobPosting, found through a sitemap."""

from __future__ import annotations

import json
from html import escape

from tests.boards.content import Written, path_of
from tests.boards.pieces import DAY_START, Page, changed_at, direction, document, facts, gone, newest_first, paragraphs, related

SITE = "Meadow Jobs"
_UNITS = {"hour": "HOUR", "day": "DAY", "week": "WEEK", "month": "MONTH", "year": "YEAR"}
_HEADER = (
    '<header lang="en" dir="ltr"><a class="brand" href="/meadow/">Meadow Jobs</a><nav><a href="/meadow/">All jobs</a> '
    '<a href="/meadow/advice">Staying safe</a> <a href="/meadow/private/">Subscribers</a></nav></header>'
)
_FOOTER = (
    '<footer lang="en" dir="ltr"><p>Meadow Jobs lists work on farms, in kitchens and in care. Employers write their own adverts. '
    "Never pay anybody for a job you found here, and never let your passport out of your hands: tell us if someone asks.</p>"
    '<p><a href="/meadow/advice">Staying safe</a> | <a href="/meadow/private/">Subscribers</a></p></footer>'
)


def pages(*, adverts: tuple[Written, ...], day: int, base: str) -> dict[str, Page]:
    """Every address of the board as it answers on ``day``."""
    mine = [advert.on(day) for advert in adverts if advert.board == "meadow"]
    online = newest_first([advert for advert in mine if day in advert.days])
    out: dict[str, Page] = {}
    for advert in mine:
        if day in advert.days:
            out[path_of(advert)] = _detail(advert, adverts=adverts, day=day, base=base)
        elif min(advert.days) < day:
            out[path_of(advert)] = gone(advert, site=SITE, home="/meadow/")
    shown = [advert for advert in online if not advert.private]
    hidden = [advert for advert in online if advert.private]
    out["/meadow/"] = _list("Jobs on farms, in food and in care", shown, day=day)
    out["/meadow/private/"] = _list("For subscribers", hidden, day=day)
    out["/meadow/advice"] = _advice()
    out["/meadow/sitemap.xml"] = _sitemap(online, day=day, base=base)
    return out


def _frame(inner: str) -> str:
    return f"{_HEADER}\n<main>{inner}</main>\n{_FOOTER}"


def _list(heading: str, online: list[Written], *, day: int) -> Page:
    items = "".join(
        f'<li lang="{a.lang}" dir="{direction(a.lang)}"><a href="{path_of(a)}">{escape(a.title)}</a> <span>{escape(a.place)}</span></li>'
        for a in online
    )
    body = _frame(f'<h1>{heading}</h1><ul class="jobs">{items}</ul>')
    return Page(document(title=heading, body=body, site=SITE), DAY_START[day])


def _advice() -> Page:
    inner = (
        "<h1>Staying safe</h1><p>A good employer pays for your visa, your ticket and your medical. A bad one asks for a deposit, a "
        "registration fee or your passport. If that happens, keep the messages and tell the labour inspectorate.</p>"
    )
    return Page(document(title="Staying safe", body=_frame(inner), site=SITE), DAY_START[0])


def _detail(advert: Written, *, adverts: tuple[Written, ...], day: int, base: str) -> Page:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts(advert))
    links = "".join(
        f'<li lang="{other.lang}" dir="{direction(other.lang)}"><a href="{path_of(other)}">{escape(other.title)}</a></li>'
        for other in related(advert, adverts)
    )
    inner = (
        f'<article><h1>{escape(advert.title)}</h1><dl>{rows}</dl><div class="description">{paragraphs(advert.text)}</div></article>'
        f'<aside lang="en" dir="ltr"><h2>People also looked at</h2><ul>{links}</ul></aside>'
    )
    data = json.dumps(_structured(advert, base=base), ensure_ascii=False).replace("</", "<\\/")
    head = f'<link rel="canonical" href="{base}{path_of(advert)}"><script type="application/ld+json">{data}</script>'
    return Page(document(title=advert.title, body=_frame(inner), lang=advert.lang, head=head, site=SITE), changed_at(advert, day=day))


def _structured(advert: Written, *, base: str) -> object:
    """A JobPosting; every other page wraps it in a graph with a breadcrumb, as real sites do."""
    posting: dict[str, object] = {
        "@type": "JobPosting",
        "title": advert.title,
        "description": paragraphs(advert.text),
        "datePosted": advert.posted.isoformat(),
        "url": base + path_of(advert),
        "inLanguage": advert.lang,
        "identifier": {"@type": "PropertyValue", "name": SITE, "value": advert.id},
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressLocality": advert.place, "addressCountry": advert.country},
        },
    }
    if advert.employer:
        posting["hiringOrganization"] = {"@type": "Organization", "name": advert.employer}
    if advert.salary is not None:
        posting["baseSalary"] = _base_salary(advert)
    if sum(advert.id.encode()) % 2:
        return {"@context": "https://schema.org/", **posting}
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "name": SITE, "item": f"{base}/meadow/"}]}
    return {"@context": "https://schema.org/", "@graph": [crumbs, posting]}


def _base_salary(advert: Written) -> dict[str, object]:
    assert advert.salary is not None
    pay = advert.salary
    amount: dict[str, object] = {"@type": "QuantitativeValue", "unitText": _UNITS[pay.period]}
    amount |= {"value": pay.low} if pay.low == pay.high else {"minValue": pay.low, "maxValue": pay.high}
    return {"@type": "MonetaryAmount", "currency": pay.currency, "value": amount}


def _sitemap(online: list[Written], *, day: int, base: str) -> Page:
    """All advert pages, the private ones too: it is robots.txt that says they are not for collecting."""
    rows = "".join(
        f"<url><loc>{escape(base + path_of(advert))}</loc><lastmod>{changed_at(advert, day=day).isoformat()}</lastmod></url>\n"
        for advert in online
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    return Page(xml.encode(), DAY_START[day], kind="application/xml; charset=utf-8")
