"""JSON answers: applicant tracking systems (Greenhouse, Lever, Ashby, Workable, Recruitee, SmartRecruiters, Personio, Teamtailor,
Pinpoint, BambooHR, Workday) and any other interface that lists postings.

Postings are found by the names of their fields, so an unknown system usually needs nothing here. The table below holds only what a
product's answer does not say: the public address of a posting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.readers.parts import document, keys, postings
from crawlers.reading import Draft, Page, Reading
from crawlers.urls import canonical

NAME = "ats"
VERSION = "1"

PUBLIC_ADDRESSES: tuple[tuple[str, str], ...] = (
    (r"^https://([\w-]+)\.bamboohr\.com/careers/list", "https://{0}.bamboohr.com/careers/{id}"),
    (r"^https://([\w.-]+)/wday/cxs/[\w-]+/([\w-]+)/jobs", "https://{0}/{1}{path}"),
    (r"^https://([\w-]+)\.jobs\.personio\.(?:de|com)/", "https://{0}.jobs.personio.com/job/{id}"),
    (r"^https://apply\.workable\.com/api/v\d/accounts/([\w-]+)/jobs", "https://apply.workable.com/{0}/j/{shortcode}/"),
)
"""Addresses of an interface (products, not sites) and where its posting is to be read, by ``id``, ``shortcode`` or relative ``path``."""
_NEXT_NAMES = frozenset({"next", "nextpage", "nextpageurl", "nexturl", "nextlink", "nexthref"})
_TOTALS = ("total", "totalfound", "totalcount", "totalresults", "totalhits", "totaljobs", "count", "found")


def recognises(page: Page) -> float:
    """1 for a JSON body."""
    return 1.0 if document.opened(page).form == "json" else 0.0


def read(page: Page) -> Reading:
    """The postings of a JSON answer, and the addresses of its next pages."""
    opened = document.opened(page)
    data = opened.data
    if data is None:
        return Reading(reader=NAME, version=VERSION, reason="the body is no JSON that can be read")
    adverts = [_addressed(advert, page.url) for advert in postings.drafts(data, url=page.url)]
    reason = "" if adverts else _why_none(data)
    links = tuple(advert.url for advert in adverts if not advert.complete and advert.url)
    following = tuple(_next_pages(data, page.url, len(adverts))) if adverts else ()
    return Reading(adverts=tuple(adverts), links=links, next_pages=following, reader=NAME, version=VERSION, reason=reason)


def _addressed(advert: Draft, url: str) -> Draft:
    """The advert with the public address of its posting, where the product is known to leave it out."""
    for pattern, template in PUBLIC_ADDRESSES:
        found = re.match(pattern, url)
        parts = {
            "id": advert.source_id,
            "shortcode": advert.raw.get("shortcode", ""),
            "path": urlsplit(advert.url).path if advert.url else "",
        }
        wanted = [value for name, value in parts.items() if f"{{{name}}}" in template]
        if found and all(wanted) and (not advert.url or "{path}" in template):
            return replace(advert, url=canonical(template.format(*found.groups(), **parts)))
    return advert


def _why_none(data: Any) -> str:
    if isinstance(data, Mapping) and any(name in data for name in ("error", "errors", "message")) and len(data) <= 6:
        return "the interface answered with an error, not with postings"
    if data in ([], {}) or (isinstance(data, Mapping) and all(value in ([], {}, None, 0, "") for value in data.values())):
        return "the list of postings is empty"
    return "no list in the data looks like postings"


def _next_pages(data: Any, url: str, shown: int) -> Iterator[str]:
    """Next pages as the answer names them, else by the address's own offset or page number where a total says there are more."""
    if not isinstance(data, Mapping):
        return
    named = list(_named_next(data))
    for address in named:
        if found := canonical(address, base=url):
            yield found
    if not named:
        yield from _counted_next(data, url, shown)


def _named_next(data: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    for name, value in list(data.items())[:50]:
        plain = keys.plain(str(name))
        if plain in _NEXT_NAMES and isinstance(value, str) and re.match(r"https?://|/|\?", value):
            yield value
        elif plain in _NEXT_NAMES and isinstance(value, Mapping) and isinstance(value.get("href"), str):
            yield str(value["href"])
        elif depth < 2 and plain in {"links", "paging", "pagination", "meta", "pages", "page"} and isinstance(value, Mapping):
            yield from _named_next(value, depth + 1)


def _counted_next(data: Mapping[str, Any], url: str, shown: int) -> Iterator[str]:
    flat = {keys.plain(str(name)): value for name, value in data.items()}
    for inner in ("meta", "paging", "pagination", "metadata"):
        if isinstance(flat.get(inner), Mapping):
            flat |= {keys.plain(str(name)): value for name, value in flat[inner].items()}
    totals = [flat[name] for name in _TOTALS if isinstance(flat.get(name), int) and not isinstance(flat[name], bool)]
    total = max(totals, default=0)
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in ("offset", "start", "from", "skip"):
        offset = query.get(name, flat.get(name))
        if str(offset).isdigit() and int(str(offset)[:9]) + shown < total:
            query[name] = str(int(str(offset)[:9]) + shown)
            yield canonical(urlunsplit(parts._replace(query=urlencode(query))))
            return
    number = query.get("page", "")
    if number.isdigit() and len(number) < 6 and (int(number) + 1) * shown <= total + shown - 1 and shown < total:
        query["page"] = str(int(number) + 1)
        yield canonical(urlunsplit(parts._replace(query=urlencode(query))))
