"""Reading sitemaps and sitemap indexes (sitemaps.org protocol), plain or gzipped."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml.etree import XMLSyntaxError
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from adverts.records import FairwatchError
from crawlers.manners import MAX_SITEMAP

_PLAIN = re.compile(rb"\s*https?://\S+\s*(\n|$)")
_END = re.compile(rb"(</\s*([\w.-]+:)?(urlset|sitemapindex)\s*>|<([\w.-]+:)?(urlset|sitemapindex)\b[^<>]*/>)\s*(<!--.*?-->\s*)*$", re.S)


class SitemapError(FairwatchError):
    """What was fetched is no sitemap; the message says what it looks like."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a sitemap."""

    url: str
    is_sitemap: bool
    """Whether it leads to a further sitemap."""
    changed_on: date | None = None


def entries(body: bytes) -> Iterator[Entry]:
    """The entries of a sitemap in order. Raises ``SitemapError`` where the body is none, or ends in the middle."""
    if body[:3] == b"\x1f\x8b\x08":
        body = _unpacked(body)
    if _PLAIN.match(body):
        yield from (Entry(url=line.strip(), is_sitemap=False) for line in body.decode("utf-8", "replace").splitlines() if line.strip())
        return
    if not _END.search(body[-1000:]):
        raise SitemapError(f"is no whole sitemap: it ends with {body.rstrip()[-40:]!r}")
    try:
        sitemap = Sitemap(body)
        if sitemap.type not in {"urlset", "sitemapindex"}:
            raise SitemapError(f"is no sitemap: its first element is <{sitemap.type[:40]}>")
        for found in sitemap:
            yield Entry(url=found["loc"], is_sitemap=sitemap.type == "sitemapindex", changed_on=_day(found.get("lastmod", "")))
    except (XMLSyntaxError, StopIteration) as error:
        raise SitemapError(f"is no sitemap: {error or 'it is empty'}") from error


def _unpacked(body: bytes) -> bytes:
    try:
        return gunzip(body, max_size=MAX_SITEMAP)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise SitemapError(f"is no sitemap: it is packed and cannot be unpacked ({error})") from error


def _day(value: str) -> date | None:
    found = re.match(r"\d{4}-\d{2}-\d{2}", value)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
