"""What kind of source a page is the start of, as far as the page itself tells: for ``manage.py new_source``. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawlers import sitemaps
from crawlers.reading import Page, Reading, read
from crawlers.urls import canonical, path_words

_PAGE_NAMES = ("page", "p", "pg", "seite", "pagina")
_OFFSET_NAMES = ("offset", "start", "from", "skip")
_JOB_PATH = re.compile(
    r"/(?:[a-z-]*(?:jobs?|vacanc(?:y|ies)|stellen\w*|offres?|empleos?|oferta\w*|careers?|positions?|openings?|ads?))/", re.I
)
_FEED_LINK = re.compile(
    rb"""<link\b(?=[^>]{0,500}\btype\s*=\s*["']application/(?:rss|atom)\+xml)[^>]{0,500}?\bhref\s*=\s*["']([^"']{1,2000})""", re.I
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,300})</title", re.I)
_LANGUAGE = re.compile(rb"""<html\b[^>]{0,300}?\blang\s*=\s*["']?([a-zA-Z]{2,3})""", re.I)
_SITEMAP_LINE = re.compile(rb"(?im)^\s*sitemap:\s*(\S{1,2000})\s*$")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a source that starts at a page would be."""

    kind: str
    """sitemap, feed, api, listing or urls."""
    why: str
    """One sentence: what told."""
    details: str = "when-needed"
    paging: tuple[str, int, int] | None = None
    """Name, first value and step of the query parameter that turns pages."""
    include: str = ""
    adverts: int = 0
    """Adverts or pages of adverts that the page shows."""
    title: str = ""
    language: str = ""
    hints: tuple[str, ...] = ()
    """Other ways in that the page or robots.txt names."""


def guess(page: Page, *, robots: bytes = b"") -> Guess:
    """The kind of source that a page starts. A page that shows no advert is taken for a listing, and ``why`` says so."""
    urls = _addresses(page.body)
    if urls is not None:
        return Guess(kind="sitemap", why=f"the page is a sitemap of {len(urls)} addresses", include=_include(urls), adverts=len(urls))
    found = read(page)
    made = {"feed": _feed, "ats": _interface}.get(found.reader, _pages)(page, found)
    return replace(made, title=_text(_TITLE, page.body), language=_text(_LANGUAGE, page.body).lower(), hints=_hints(page, robots))


def _feed(page: Page, found: Reading) -> Guess:
    shown = len(found.adverts)
    whole = all(advert.complete for advert in found.adverts)
    why = f"the page is a feed of {shown} adverts" if shown else f"the page is a feed, but {found.reason}"
    return Guess(kind="feed", why=why, details="when-needed" if whole else "always", adverts=shown)


def _interface(page: Page, found: Reading) -> Guess:
    shown = len(found.adverts)
    whole = shown > 0 and all(advert.complete for advert in found.adverts)
    why = f"the page is JSON with {shown} adverts" if shown else f"the page is JSON, but {found.reason}"
    paging = None if found.next_pages else _paging(page.url, shown)
    return Guess(kind="api", why=why, details="never" if whole else "when-needed", paging=paging, adverts=shown)


def _pages(page: Page, found: Reading) -> Guess:
    if len(found.adverts) == 1 and found.reader in {"jobposting", "advert", "state"} and not found.links:
        return Guess(kind="urls", why=f"the page shows one advert: {' '.join(found.adverts[0].title.split())[:80]}", adverts=1)
    shown = max(len(found.adverts), len(found.links))
    if not shown:
        return Guess(kind="listing", why=f"no advert was found: {found.reason}")
    paging = None if found.next_pages else _paging(page.url, shown)
    why = f"the page lists {shown} adverts" + (" and leads to the next page" if found.next_pages else "")
    return Guess(kind="listing", why=why, paging=paging, adverts=shown)


def _addresses(body: bytes) -> list[str] | None:
    try:
        return [entry.url for entry in sitemaps.entries(body)]
    except sitemaps.SitemapError:
        return None


def _include(urls: Sequence[str]) -> str:
    """The part of the path that most addresses of adverts share, "" where none stands out or all have it."""
    parts = Counter(part[0] for url in urls[:5_000] if (part := _JOB_PATH.search(urlsplit(url).path)))
    if not parts:
        return ""
    best, number = parts.most_common(1)[0]
    return re.escape(best) if 0.3 * min(len(urls), 5_000) <= number < len(urls) else ""


def _paging(url: str, shown: int) -> tuple[str, int, int] | None:
    """The query parameter of the address that counts pages or entries."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _PAGE_NAMES and value.isdecimal() and int(value) <= 1:
            return name, int(value), 1
        if name.lower() in _OFFSET_NAMES and value == "0" and shown:
            return name, 0, shown
    return None


def _hints(page: Page, robots: bytes) -> tuple[str, ...]:
    feeds = [_joined(page.url, found) for found in _FEED_LINK.findall(page.body[:500_000])[:5]]
    maps = [_joined(page.url, found) for found in _SITEMAP_LINE.findall(robots[:500_000])[:5]]
    return tuple([f"feed: {url}" for url in feeds if url] + [f"sitemap: {url}" for url in maps if url])


def _joined(base: str, found: bytes) -> str:
    return canonical(urljoin(base, found.decode("utf-8", "replace")))


def _text(pattern: re.Pattern[bytes], body: bytes) -> str:
    found = pattern.search(body[:200_000])
    return " ".join(re.sub(r"[^\w\s.,&()'|:/-]", " ", found.group(1).decode("utf-8", "replace")).split())[:120] if found else ""


def name_of(url: str) -> str:
    """A name for the source that starts at an address: of its host, and of its path where the host says nothing."""
    host = (urlsplit(url).hostname or "").lower().removeprefix("www.")
    words = [part for part in re.split(r"[^a-z0-9]+", host) if part] if re.search(r"[a-z]", host) else path_words(url)[:3]
    kept = [word for word in words[:-1] if word not in {"co", "com", "org", "net", "gov"}] or words if re.search(r"[a-z]", host) else words
    return re.sub(r"[^a-z0-9-]", "", "-".join(kept))[:24].strip("-") or "board"
