"""Summit Careers: offices, IT and call centres; a paged JSON interface like those of applicant-tracking systems."""

from __future__ import annotations

import json
from html import escape

from tests.boards.content import Written, path_of
from tests.boards.pieces import DAY_START, Page, changed_at, document, facts, gone, newest_first, paragraphs

SITE = "Summit Careers"
PER_PAGE = 10
_HEADER = '<header lang="en" dir="ltr"><a href="/summit/">Summit Careers</a> <a href="/summit/api/jobs?page=1">for developers</a></header>'
_FOOTER = '<footer lang="en" dir="ltr">Summit Careers. Applying is free. Employers pay for their listings; candidates never do.</footer>'


def pages(*, adverts: tuple[Written, ...], day: int, base: str) -> dict[str, Page]:
    """Every address of the board as it answers on ``day``."""
    mine = [advert.on(day) for advert in adverts if advert.board == "summit"]
    online = newest_first([advert for advert in mine if day in advert.days])
    out: dict[str, Page] = {}
    for advert in mine:
        if day in advert.days:
            out[path_of(advert)] = _detail(advert, day=day)
        elif min(advert.days) < day:
            out[path_of(advert)] = gone(advert, site=SITE, home="/summit/")
    links = "".join(f'<li lang="{a.lang}"><a href="{path_of(a)}">{escape(a.title)}</a></li>' for a in online)
    body = f"{_HEADER}<h1>Open positions</h1><ul>{links}</ul>{_FOOTER}"
    out["/summit/"] = Page(document(title="Open positions", body=body, site=SITE), DAY_START[day])
    return out | _interface(online, day=day, base=base)


def _detail(advert: Written, *, day: int) -> Page:
    rows = "".join(f"<p>{escape(name)}: {escape(value)}</p>" for name, value in facts(advert))
    body = f"{_HEADER}<main><h1>{escape(advert.title)}</h1>{rows}{paragraphs(advert.text)}</main>{_FOOTER}"
    return Page(document(title=advert.title, body=body, lang=advert.lang, site=SITE), changed_at(advert, day=day))


def _interface(online: list[Written], *, day: int, base: str) -> dict[str, Page]:
    count = -(-len(online) // PER_PAGE)
    out: dict[str, Page] = {}
    for number in range(1, count + 1):
        part = online[(number - 1) * PER_PAGE : number * PER_PAGE]
        answer = {
            "jobs": [_job(advert, base=base) for advert in part],
            "page": number,
            "pages": count,
            "total": len(online),
            "next": f"{base}/summit/api/jobs?page={number + 1}" if number < count else None,
        }
        body = json.dumps(answer, ensure_ascii=False).encode()
        out[f"/summit/api/jobs?page={number}"] = Page(body, DAY_START[day], kind="application/json; charset=utf-8")
    return out


def _job(advert: Written, *, base: str) -> dict[str, object]:
    pay = advert.salary
    return {
        "id": advert.id,
        "title": advert.title,
        "company": advert.employer,
        "location": advert.place,
        "country": advert.country,
        "description": paragraphs(advert.text),
        "salary_min": pay.low if pay else None,
        "salary_max": pay.high if pay else None,
        "currency": pay.currency if pay else None,
        "salary_period": pay.period if pay else None,
        "published_at": f"{advert.posted.isoformat()}T05:00:00Z",
        "url": base + path_of(advert),
    }
